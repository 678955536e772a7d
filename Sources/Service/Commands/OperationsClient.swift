internal import Glibc
package import Operations
internal import Platform
internal import Store

/// Asks for an operation wherever it can be done: of the daemon that runs, or else in this process.
package struct OperationsClient: Sendable {
  /// Where the daemon's control socket would be.
  package let control: String
  private let configuration: String?
  private let local: @Sendable (any OperatorRequest) async throws -> JSON

  /// - Parameters:
  ///   - configuration: the directory that the operator named; a daemon that runs with another one refuses what is about
  ///     its files. `nil` takes the daemon as it is.
  ///   - local: answers a request without a daemon: opens the store under its lock.
  package init(
    control: String, configuration: String? = nil,
    local: @escaping @Sendable (any OperatorRequest) async throws -> JSON
  ) {
    self.control = control
    self.configuration = configuration.map { Files.resolved($0) }
    self.local = local
  }

  /// - Returns: the answer, which is no failure.
  /// - Throws: `ServiceError` with the words and the exit code that say why there is none; 69 when only a daemon can do
  ///   it and none runs.
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

  /// Whether somebody answers on the control socket.
  package var isDaemonRunning: Bool { (try? ControlClient(path: control)) != nil }

  private func performLocally<Request: OperatorRequest>(
    _ request: Request
  ) async throws(ServiceError) -> Reply<Request.Answer> {
    do {
      return try Self.reply(try await local(request))
    } catch let error as StoreError {
      guard case .locked = error else { throw ServiceError(telling: error) }
      throw ServiceError(
        "\(error); if that is the daemon, name the socket it listens on with --control: nobody does on '\(control)'",
        exitCode: error.exitCode)
    } catch {
      throw ServiceError(telling: error)
    }
  }

  /// The client blocks, so it works on a thread of its own.
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
