import Domain
import Platform
import Testing

@testable import Delivery

@Suite struct HTTPClassificationTests {
  private func outcome(
    _ status: Int, code: CurlCode = .ok, sent: Bool = true, answer: String = "",
    rule: HTTPSuccessRule = HTTPSuccessRule(),
    idempotent: Bool = false, metered: Bool = false
  ) -> OutcomeClass {
    let result = HTTPTransferResult(
      code: code, status: status, body: Array(answer.utf8), requestBegan: sent, requestWasSent: sent)
    return HTTPClassification(rule: rule, isIdempotent: idempotent, isMetered: metered)
      .outcome(of: result, answer: try? JSON.parse(answer))
  }

  @Test(
    arguments: [
      (200, .accepted), (202, .accepted), (204, .accepted), (301, .configurationFault),
      (307, .configurationFault),
      (400, .permanent), (401, .configurationFault), (402, .configurationFault), (403, .configurationFault),
      (404, .permanent), (405, .permanent), (408, .temporary), (409, .permanent), (410, .configurationFault),
      (413, .permanent), (415, .permanent), (422, .permanent), (425, .temporary), (429, .throttled),
      (500, .temporary), (501, .permanent), (502, .ambiguous), (503, .throttled), (504, .ambiguous),
      (520, .ambiguous), (100, .ambiguous), (0, .ambiguous),
    ] as [(Int, OutcomeClass)])
  func `a status has its meaning`(status: Int, expected: OutcomeClass) {
    #expect(outcome(status) == expected)
  }

  @Test func `a key that the provider recognises makes gateways harmless`() {
    #expect(outcome(502, idempotent: true) == .throttled)
    #expect(outcome(504, idempotent: true) == .throttled)
    #expect(outcome(409, idempotent: true) == .temporary)
    #expect(outcome(500, metered: true) == .ambiguous)
    #expect(outcome(500, idempotent: true, metered: true) == .temporary)
  }

  @Test(
    arguments: [
      (CurlCode.couldNotResolveHost, 0, false, OutcomeClass.providerFault),
      (.couldNotConnect, 0, false, .providerFault),
      (.timedOut, 0, false, .providerFault), (.tlsConnectError, 0, false, .providerFault),
      (.peerFailedVerification, 0, false, .providerFault), (.timedOut, 0, true, .ambiguous),
      (.badAuthorityFile, 0, false, .configurationFault),
      (.gotNothing, 0, true, .ambiguous), (.sendError, 0, true, .ambiguous),
      (.receiveError, 100, true, .ambiguous),
      (.unsupportedProtocol, 0, true, .ambiguous), (.partialFile, 200, true, .ambiguous),
      (.receiveError, 202, true, .accepted), (.writeError, 200, true, .accepted),
      (.partialFile, 429, true, .throttled),
    ] as [(CurlCode, Int, Bool, OutcomeClass)])
  func `a broken transfer is judged by how far it came`(
    code: CurlCode, status: Int, sent: Bool, expected: OutcomeClass
  ) {
    #expect(outcome(status, code: code, sent: sent) == expected)
  }

  @Test func `an answer of which we take no more than enough is complete`() {
    let result = HTTPTransferResult(
      code: .writeError, status: 200, headers: ["Content-Length": "9000000"], bodyWasCut: true,
      requestBegan: true, requestWasSent: true)
    let classification = HTTPClassification(rule: HTTPSuccessRule(), isIdempotent: false, isMetered: false)
    #expect(classification.outcome(of: result, answer: nil) == .accepted)
  }

  @Test(
    arguments: [
      (.receiveError, ["Transfer-Encoding": "chunked"], .ambiguous),
      (.timedOut, ["Transfer-Encoding": "chunked"], .ambiguous),
      (.timedOut, ["Content-Length": "1000"], .ambiguous),
      (.ok, ["Content-Length": "2"], .accepted), (.receiveError, ["Content-Type": "text/plain"], .accepted),
      (.writeError, [:], .accepted),
    ] as [(CurlCode, HTTPHeaders, OutcomeClass)])
  func `a success whose body was promised longer than it came is none yet`(
    code: CurlCode, headers: HTTPHeaders, expected: OutcomeClass
  ) {
    var result = HTTPTransferResult(
      code: code, status: 200, headers: headers, requestBegan: true, requestWasSent: true)
    for isIdempotent in [false, true] {
      let classification = HTTPClassification(
        rule: HTTPSuccessRule(), isIdempotent: isIdempotent, isMetered: false)
      #expect(classification.outcome(of: result, answer: nil) == expected)
      result.status = 429
      #expect(classification.outcome(of: result, answer: nil) == .throttled)
      result.status = 200
    }
  }

  @Test func `a provider's own code decides where the status is always 200`() {
    let rule = HTTPSuccessRule(
      code: JSONPath("Code"), accepted: ["OK"],
      outcomes: ["isv.MOBILE_NUMBER_ILLEGAL": .badAddress, "isv.BUSINESS_LIMIT_CONTROL": .throttled])
    #expect(outcome(200, answer: #"{"Code":"OK"}"#, rule: rule) == .accepted)
    #expect(outcome(200, answer: #"{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}"#, rule: rule) == .badAddress)
    #expect(outcome(200, answer: #"{"Code":"isv.BUSINESS_LIMIT_CONTROL"}"#, rule: rule) == .throttled)
    #expect(outcome(200, answer: #"{"Code":"isv.OTHER"}"#, rule: rule) == .permanent)
    #expect(outcome(200, answer: #"{"Co"#, rule: rule) == .ambiguous)
    #expect(outcome(200, answer: "<html>", rule: rule) == .ambiguous)
    #expect(outcome(400, answer: #"{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}"#, rule: rule) == .badAddress)
  }

  @Test func `a path leads through members and positions`() throws {
    let json = try JSON.parse(#"{"Response":{"SendStatusSet":[{"Code":"Ok","Fee":1}]}}"#)
    #expect(JSONPath("Response.SendStatusSet.0.Code").text(in: json) == "Ok")
    #expect(JSONPath("Response.SendStatusSet.0.Fee").text(in: json) == "1")
    #expect(JSONPath("Response.SendStatusSet.1.Code").text(in: json) == nil)
    #expect(JSONPath("Response").text(in: json) == nil)
  }
}
