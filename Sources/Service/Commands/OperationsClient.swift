internal import Glibc
package import Operations
internal import Platform
internal import Store
internal import Synchronization

/// Sends a request to the running daemon, or else answers it in this process.
package struct OperationsClient: Sendable {
  /// The path of the daemon's control socket.
  package let control: String
  private let configuration: String?
  private let local: @Sendable (any OperatorRequest) async throws -> JSON
  private let localParts: Parts?

  /// Answers a request, passing on each part of the answer.
  package typealias Parts =
    @Sendable (any PartedRequest, @escaping @Sendable (JSON) -> Void) async throws -> Void

  /// - Parameters:
  ///   - configuration: the directory that the operator named; a daemon running with another one refuses
  ///     requests about its files. `nil` accepts any daemon.
  ///   - localParts: answers a request without a daemon: opens the store under its lock.
  ///   - local: likewise for a request with a single answer.
  package init(
    control: String, configuration: String? = nil, localParts: Parts? = nil,
    local: @escaping @Sendable (any OperatorRequest) async throws -> JSON
  ) {
    self.control = control
    self.configuration = configuration.map { Files.resolved($0) }
    self.local = local
    self.localParts = localParts
  }

  /// - Returns: the answer, which is never a failure.
  /// - Throws: `ServiceError` with the text and exit code of the failure; 69 if the request needs a daemon
  ///   and none is running.
  package func perform<Request: OperatorRequest>(
    _ request: Request
  ) async throws(ServiceError) -> Reply<Request.Answer> {
    do {
      return try Self.reply(try await call(request.message(meaning: configuration)))
    } catch ControlError.notRunning where Request.place != .daemon {
      return try await performLocally(request)
    } catch {
      throw ServiceError(telling: error)
    }
  }

  /// Performs a request whose answer comes in parts.
  ///
  /// - Parameter part: called with each part, on any thread. Must not block: the sender may hold a snapshot.
  /// - Throws: like `perform(_:)`; the parts before may then be incomplete.
  package func perform<Request: PartedRequest>(
    _ request: Request, part: @escaping @Sendable (JSON) -> Void
  ) async throws(ServiceError) {
    let failure = Mutex<FailureAnswer?>(nil)
    let take: @Sendable (JSON) -> Void = { json in
      if let found = try? FailureAnswer(json: json) {
        failure.withLock { $0 = found }
      } else {
        part(json)
      }
    }
    do {
      let message = request.message(meaning: configuration)
      try await WorkerThread.run("control") { [control] in
        var client = try ControlClient(path: control)
        try client.call(message, onReply: take)
      }
    } catch ControlError.notRunning {
      try await locally { try await localParts?(request, take) }
    } catch {
      throw ServiceError(telling: error)
    }
    if let failure = failure.withLock({ $0 }) {
      throw ServiceError(failure.error, exitCode: failure.exitCode)
    }
  }

  /// Whether the control socket accepts connections.
  package var isDaemonRunning: Bool { (try? ControlClient(path: control)) != nil }

  private func performLocally<Request: OperatorRequest>(
    _ request: Request
  ) async throws(ServiceError) -> Reply<Request.Answer> {
    try Self.reply(try await locally { try await local(request) })
  }

  private func locally<Answer>(_ perform: () async throws -> Answer) async throws(ServiceError) -> Answer {
    do {
      return try await perform()
    } catch let error as StoreError {
      guard case .locked = error else { throw ServiceError(telling: error) }
      throw ServiceError(
        "\(error); if that is the daemon, name the socket it listens on with --control: nobody does on '\(control)'",
        exitCode: error.exitCode)
    } catch {
      throw ServiceError(telling: error)
    }
  }

  /// The client blocks, so it runs on its own thread.
  private func call(_ message: JSON) async throws -> JSON? {
    try await WorkerThread.run("control") { [control] in
      var client = try ControlClient(path: control)
      return try client.call(message)
    }
  }

  private static func reply<Answer>(_ json: JSON?) throws(ServiceError) -> Reply<Answer> {
    guard let json else {
      throw ServiceError("the daemon gave no answer; look into its log", exitCode: EX_TEMPFAIL)
    }
    if let failure = try? FailureAnswer(json: json) {
      throw ServiceError(failure.error, exitCode: failure.exitCode)
    }
    do throws(JSONMismatch) {
      return try Reply(json: json)
    } catch {
      throw ServiceError(
        "the daemon's answer is not understood: \(error); are program and daemon of one version?",
        exitCode: EX_SOFTWARE)
    }
  }
}
