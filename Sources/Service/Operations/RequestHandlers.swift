internal import Delivery
package import Operations
internal import Platform
internal import Store
internal import Synchronization

/// The functions that answer operators' requests in this process, by request name.
///
/// Requests are not logged, because they may name customers; changes are logged where they are made.
package struct RequestHandlers: Sendable {
  /// Takes one message of an answer; returns false if nobody wants more.
  package typealias Sink = @Sendable (JSON) async -> Bool

  private var handlers: [ExactText: @Sendable (JSON, Sink) async throws -> Void] = [:]

  /// The directory of the configuration in force; `nil` if the requester reads it itself.
  var configuration: (@Sendable () -> String)?

  package init() {}

  /// Replaces an earlier function for the same request.
  package mutating func on<Request: OperatorRequest>(
    _ answer: @escaping @Sendable (Request) async throws -> Request.Answer
  ) {
    handlers[ExactText(Request.name)] = { message, send in
      _ = await send(try await answer(try Request(message: message)).json)
    }
  }

  /// Likewise for an answer in parts.
  package mutating func on<Request: PartedRequest>(
    _ answer: @escaping @Sendable (Request, Sink) async throws -> Void
  ) {
    handlers[ExactText(Request.name)] = { try await answer(try Request(message: $0), $1) }
  }

  /// For messages that are not operators' requests: an import's.
  package mutating func on(_ name: ExactText, _ answer: @escaping @Sendable (JSON) async -> JSON) {
    handlers[name] = { message, send in _ = await send(await answer(message)) }
  }

  /// The answer to a message, or its failure; for an answer in parts, the last.
  package func answer(_ message: JSON) async -> JSON {
    let last = Mutex(JSON.null)
    await answer(message) { part in
      last.withLock { $0 = part }
      return true
    }
    return last.withLock { $0 }
  }

  /// Answers a message of the control socket. If that fails, even midway, the last message is a
  /// `FailureAnswer`.
  package func answer(_ message: JSON, to send: Sink) async {
    do {
      let name = try OperatorRequests.name(in: message)
      if let meant = OperatorRequests.configuration(in: message), let running = configuration?(),
        !meant.hasSameBytes(as: running)
      {
        throw OperationError.otherConfiguration(meant: meant, running: running)
      }
      if let handler = handlers[ExactText(name)] { return try await handler(message, send) }
      throw OperatorRequests.type(named: name)?.place == .store
        ? OperationError.daemonRuns(name) : OperationError.unknownCommand(name)
    } catch {
      _ = await send(FailureAnswer(telling: error).json)
    }
  }
}

extension FailureAnswer {
  /// The failure for any error, with the text and exit code of the command line.
  fileprivate init(telling error: any Error) {
    if let error = error as? OperationError {
      self.init(error: error.description, exitCode: error.exitCode)
    } else {
      let error = ServiceError(telling: error)
      self.init(error: error.description, exitCode: error.exitCode)
    }
  }
}
