internal import Delivery
package import Operations
internal import Platform
internal import Store

/// The functions that answer operators' requests in this process, by the name of the request.
///
/// Requests are not written to the log, because they may name customers; what they change is logged where it is done.
package struct RequestHandlers: Sendable {
  private var handlers: [ExactText: @Sendable (JSON) async throws -> JSON] = [:]

  /// Of the configuration that is in force; `nil` where the sender of a message reads it himself.
  var configuration: (@Sendable () -> String)?

  package init() {}

  /// Takes the place of an earlier function for the same request.
  package mutating func on<Request: OperatorRequest>(
    _ answer: @escaping @Sendable (Request) async throws -> Request.Answer
  ) {
    handlers[ExactText(Request.name)] = { try await answer(try Request(message: $0)).json }
  }

  /// For messages that are no operators' requests: an import's.
  package mutating func on(_ name: ExactText, _ answer: @escaping @Sendable (JSON) async -> JSON) {
    handlers[name] = answer
  }

  /// The answer to a message of the control socket, or the `FailureAnswer` that says why there is none.
  package func answer(_ message: JSON) async -> JSON {
    do {
      let name = try OperatorRequests.name(in: message)
      if let meant = OperatorRequests.configuration(in: message), let running = configuration?(),
        !meant.hasSameBytes(as: running)
      {
        throw OperationError.otherConfiguration(meant: meant, running: running)
      }
      if let handler = handlers[ExactText(name)] { return try await handler(message) }
      throw OperatorRequests.type(named: name)?.place == .store
        ? OperationError.daemonRuns(name) : OperationError.unknownCommand(name)
    } catch {
      return FailureAnswer(telling: error).json
    }
  }
}

extension FailureAnswer {
  /// Whatever was thrown, in the words and with the exit code of the command line.
  fileprivate init(telling error: any Error) {
    if let error = error as? OperationError {
      self.init(error: error.description, exitCode: error.exitCode)
    } else {
      let error = ServiceError(telling: error)
      self.init(error: error.description, exitCode: error.exitCode)
    }
  }
}
