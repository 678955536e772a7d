internal import Operations
internal import Store

extension Responder {
  func names(_ request: NamesRequest) async throws -> NamesAnswer {
    NamesAnswer(try await store.read { try $0.names(request.asked) })
  }
}
