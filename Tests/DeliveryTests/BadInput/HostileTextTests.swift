import Decisioning
import Domain
import Platform
import Support
import Testing

@testable import Delivery

/// Accents from a provider, and in the tokens of links; see `HostileText`.
struct HostileTextTests {
  private func isQuick(_ body: (_ text: String, _ other: String) throws -> Void) rethrows {
    let extra = try HostileText.extraTime(body)
    #expect(extra < HostileText.limit)
  }

  @Test func `accents as a provider's code, key, header and text`() {
    let rule = HTTPSuccessRule(
      code: JSONPath("Code"), accepted: ["OK", "Ok"], outcomes: ["BAD": .badAddress, "SLOW": .throttled])
    let classification = HTTPClassification(rule: rule, isIdempotent: false, isMetered: false)
    isQuick { text, turned in
      for answer: JSON in [
        ["Code": .string(text)], .object([text: 1]), [turned: .string(text), "Code": .string(turned)],
      ] {
        let result = HTTPTransferResult(
          code: .ok, status: 200, body: Array(answer.text().utf8), requestBegan: true, requestWasSent: true)
        #expect(classification.outcome(of: result, answer: answer) != .accepted)
      }
      #expect(RetryAfter.parse(text, responseDate: turned, now: Instant(seconds: 0)) == nil)
      #expect((ProviderText().clean(text) ?? "").utf8.count < 10_000)
    }
  }

  @Test func `accents as the reply of a mail server`() {
    isQuick { text, turned in
      for reply in [
        SMTPReply(code: 550, text: text), SMTPReply(code: 554, enhancedCode: turned, text: text),
        SMTPReply(code: 554, text: "<\(text)> relay \(turned)"),
      ] {
        let result = SMTPResult(id: TransferID(number: 1), end: .refused, stage: .envelope, reply: reply)
        _ = SMTPClassification.mayConcernChannel(result)
        #expect(SMTPClassification.outcome(of: result) != .accepted)
        #expect(SMTPAdapter.queueID(reply.text) == nil)
      }
    }
  }

  @Test func `a provider's code is what it is letter by letter`() {
    let rule = HTTPSuccessRule(code: JSONPath("Code"), accepted: [ExactText(HostileText.composed)])
    let classification = HTTPClassification(rule: rule, isIdempotent: false, isMetered: false)
    for (code, outcome) in [
      (HostileText.composed, OutcomeClass.accepted), (HostileText.decomposed, .permanent),
    ] {
      let answer: JSON = ["Code": .string(code)]
      let result = HTTPTransferResult(
        code: .ok, status: 200, body: Array(answer.text().utf8), requestBegan: true, requestWasSent: true)
      #expect(classification.outcome(of: result, answer: answer) == outcome)
    }
  }

  @Test func `accents as the token of a link`() {
    let links = LinkSigner(
      publicURL: "https://a.example", key: .init(id: "1", secret: [UInt8](repeating: 1, count: 32)))
    isQuick { text, _ in
      let claim = links.verify(text, for: .unsubscribe)
      #expect(claim == nil)
    }
  }
}
