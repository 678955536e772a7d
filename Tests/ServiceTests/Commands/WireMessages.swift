import Operations
import Platform
import Service
import Testing

extension OfflineService {
  /// A request as it would come over the control socket, and its answer as a program gets it.
  static func perform(_ message: JSON, _ options: ServiceOptions, log: Logger) async throws -> JSON {
    let (answer, journal) = try await perform(try request(in: message), options, log: log)
    return Reply(answer, journalSetAside: journal).json
  }
}

extension OperationsClient {
  /// A request as it goes over the control socket, and its answer as a program gets it.
  func perform(_ message: JSON) async throws -> JSON {
    func ask(_ request: some OperatorRequest) async throws -> JSON { try await perform(request).json }
    return try await ask(try request(in: message))
  }
}

private func request(in message: JSON) throws -> any OperatorRequest {
  let type = try #require(OperatorRequests.type(named: try OperatorRequests.name(in: message)))
  return try type.init(message: message)
}
