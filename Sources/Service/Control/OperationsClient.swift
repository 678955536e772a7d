internal import Glibc
package import Platform
internal import Store

/// Asks for an operation wherever it can be done: of the daemon that runs, or else in this process.
package struct OperationsClient: Sendable {
  /// Where the daemon's control socket would be.
  package let control: String
  private let local: @Sendable (JSON) async throws -> JSON

  /// - Parameter local: does a request without a daemon: opens the store under its lock.
  package init(control: String, local: @escaping @Sendable (JSON) async throws -> JSON) {
    self.control = control
    self.local = local
  }

  /// - Returns: the answer, which is no error.
  /// - Throws: `ServiceError` with the words and the exit code that say why there is none.
  package func perform(_ request: JSON) async throws(ServiceError) -> JSON {
    do {
      return try Self.checked(try await call(request))
    } catch ControlError.notRunning {
      return try await performLocally(request)
    } catch {
      throw ServiceError(telling: error)
    }
  }

  /// Whether somebody answers on the control socket.
  package var isDaemonRunning: Bool { (try? ControlClient(path: control)) != nil }

  /// What only a running daemon can do; throws exit code 69 when none runs.
  package func askDaemon(_ request: JSON) async throws(ServiceError) -> JSON {
    do {
      return try Self.checked(try await call(request))
    } catch {
      throw ServiceError(telling: error)
    }
  }

  private func performLocally(_ request: JSON) async throws(ServiceError) -> JSON {
    do {
      return try Self.checked(try await local(request))
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
  private func call(_ request: JSON) async throws -> JSON? {
    try await WorkerThread.run("control") { [control] in
      var client = try ControlClient(path: control)
      return try client.call(request)
    }
  }

  private static func checked(_ answer: JSON?) throws(ServiceError) -> JSON {
    guard let answer else {
      throw ServiceError("the daemon gave no answer; look into its log", exitCode: EX_TEMPFAIL)
    }
    guard let text = answer["error"]?.stringValue else { return answer }
    throw ServiceError(
      text, exitCode: answer["exit"]?.integerValue.flatMap { Int32(exactly: $0) } ?? EX_SOFTWARE)
  }
}
