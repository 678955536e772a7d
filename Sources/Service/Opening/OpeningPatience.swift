internal import Platform
internal import Store

/// Waits during the start for a store that cannot be opened yet, instead of exiting: systemd restarts a
/// service only so many times, then leaves it down for good.
struct OpeningPatience: Sendable {
  private let log: Logger
  private let notifier: ServiceNotifier
  private let sleep: @Sendable (Duration) async throws -> Void

  init(
    log: Logger, notifier: ServiceNotifier,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.log = log
    self.notifier = notifier
    self.sleep = sleep
  }

  /// Runs `body` until it succeeds, fails for a reason that waiting cannot fix, or the task is cancelled.
  ///
  /// Logs the reason when the wait begins and whenever it changes, and the end of the wait.
  func callAsFunction<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
    // A long check of a large file must not look like a hang either.
    let asking = Task { [notifier] in
      while !Task.isCancelled {
        notifier.extendTimeout(by: .seconds(60))
        try? await Task.sleep(for: .seconds(15))
      }
    }
    defer { asking.cancel() }
    let spell = FailureSpell()
    let began = SystemTime.monotonic()
    var told: SQLError.Kind?
    var pause: Duration = .milliseconds(500)
    while true {
      do {
        let value = try await body()
        if let (failures, lasted) = spell.worked() {
          log.notice("store_reached", ["attempts": failures + 1, "after": lasted])
        }
        return value
      } catch let error where Self.cause(of: error)?.mayMend == true {
        guard let cause = Self.cause(of: error) else { throw error }
        let isFirst = spell.failed()
        if isFirst || told != cause.kind {
          log.warning(
            "store_awaited",
            ["error": "\(cause)", "advice": "the start goes on by itself when it can be opened"])
        }
        told = cause.kind
        let seconds = (SystemTime.monotonic() - began).components.seconds
        notifier.status("waiting for the store for \(seconds) s: \(cause)")
        try await sleep(pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  private static func cause(of error: any Error) -> SQLError? {
    switch error {
    case let error as SQLError: error
    case StoreError.database(let error): error
    default: nil
    }
  }
}
