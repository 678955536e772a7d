import Decisioning
import Domain
import Operations
import Testing

struct RoundTripTests {
  @Test(arguments: Samples.requests)
  func `every request is read back as it was written`(request: any OperatorRequest) throws {
    try expectRoundTrip(request)
    let message = request.message
    let type = try #require(OperatorRequests.type(named: try OperatorRequests.name(in: message)))
    #expect(type.name == Swift.type(of: request).name)
    #expect(try type.init(message: message).message == message)
  }

  @Test(arguments: Samples.answers)
  func `every answer is read back as it was written`(answer: any JSONRepresentable) throws {
    try expectRoundTrip(answer)
  }

  @Test func `no request and no answer is without a sample`() {
    for type in OperatorRequests.all {
      #expect(Samples.requests.contains { Swift.type(of: $0) == type }, "\(type)")
      let answer = answerType(of: type)
      #expect(Samples.answers.contains { Swift.type(of: $0) == answer }, "\(answer)")
    }
  }

  @Test func `every request has a name of its own`() {
    let names = OperatorRequests.all.map { $0.name }
    #expect(Set(names.map { ExactText($0) }).count == names.count)
  }

  private func answerType<Request: OperatorRequest>(of type: Request.Type) -> any JSONRepresentable.Type {
    Request.Answer.self
  }

  private func expectRoundTrip<Value: JSONRepresentable>(_ value: Value) throws {
    let json = try JSON.parse(value.json.text())
    #expect(try Value(json: json) == value)
  }
}
