package import Platform
internal import Synchronization

extension Daemon {
  /// Creates the daemon, waiting for a store that may become available, and runs it until it is told to stop.
  ///
  /// - Parameters:
  ///   - signals: handled from the start: SIGTERM and SIGINT also end the wait for a store.
  ///   - whenReady: called once everything listens.
  /// - Returns: the exit code.
  package static func start(
    options: ServiceOptions, log: Logger, signals: AsyncStream<Signal>,
    whenReady: @Sendable (Daemon) -> Void = { _ in }
  ) async throws -> Int32 {
    let opening = Task { try await Daemon(options: options, log: log) }
    let isOpen = Atomic(false)
    // Cancelling a task that reads a stream ends it for everyone, so one task reads it for both phases.
    let (passed, passing) = AsyncStream<Signal>.makeStream()
    let reading = Task {
      for await signal in signals {
        if !isOpen.load(ordering: .relaxed), signal != .hangUp { opening.cancel() }
        passing.yield(signal)
      }
      passing.finish()
    }
    defer { reading.cancel() }
    let daemon: Daemon
    do {
      daemon = try await opening.value
    } catch is CancellationError {
      log.notice("stopped", ["advice": "before the store could be opened"])
      return 0
    }
    isOpen.store(true, ordering: .relaxed)
    return try await daemon.run(signals: passed, whenReady: whenReady)
  }
}
