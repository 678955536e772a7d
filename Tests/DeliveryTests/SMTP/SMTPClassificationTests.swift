import Domain
import Platform
import Testing

@testable import Delivery

@Suite struct SMTPClassificationTests {
  private static let refusals: [(stage: SMTPStage, code: Int, enhanced: String?, outcome: OutcomeClass)] = [
    (.greeting, 421, nil, .throttled), (.greeting, 554, nil, .providerFault),
    (.greeting, 450, nil, .providerFault),
    (.login, 535, "5.7.8", .configurationFault), (.login, 530, nil, .configurationFault),
    (.login, 454, "4.7.0", .throttled), (.login, 421, nil, .throttled),
    (.login, 550, nil, .configurationFault),
    (.envelope, 421, nil, .throttled), (.envelope, 450, nil, .temporary),
    (.envelope, 451, "4.7.1", .temporary),
    (.envelope, 452, nil, .temporary), (.envelope, 452, "4.5.3", .temporary),
    (.envelope, 454, nil, .throttled),
    (.envelope, 552, nil, .temporary), (.envelope, 552, "5.3.4", .permanent),
    (.envelope, 552, "5.2.2", .temporary),
    (.envelope, 522, "5.2.2", .temporary), (.envelope, 550, "5.1.1", .badAddress),
    (.envelope, 550, nil, .permanent),
    (.envelope, 550, "5.1.2", .badAddress), (.envelope, 550, "5.1.10", .badAddress),
    (.envelope, 551, "5.1.6", .badAddress), (.envelope, 553, "5.1.3", .badAddress),
    (.envelope, 550, "5.1.8", .configurationFault), (.envelope, 553, "5.1.7", .configurationFault),
    (.envelope, 530, "5.7.0", .configurationFault), (.envelope, 550, "5.7.1", .permanent),
    (.sender, 550, nil, .configurationFault), (.sender, 550, "5.7.1", .configurationFault),
    (.sender, 553, "5.1.8", .configurationFault), (.sender, 501, "5.1.7", .configurationFault),
    (.sender, 552, nil, .permanent), (.sender, 552, "5.3.4", .permanent), (.sender, 552, "5.2.3", .permanent),
    (.sender, 550, "5.4.5", .throttled), (.sender, 421, nil, .throttled), (.sender, 452, "4.3.1", .temporary),
    (.sender, 451, nil, .temporary), (.envelope, 550, "5.4.5", .throttled),
    (.envelope, 550, "5.2.1", .permanent), (.envelope, 550, "5.10.1", .permanent),
    (.body, 451, nil, .temporary), (.body, 554, nil, .permanent),
    (.dotSent, 421, nil, .throttled), (.dotSent, 451, nil, .temporary), (.dotSent, 454, nil, .throttled),
    (.dotSent, 550, "5.7.1", .permanent), (.dotSent, 552, nil, .permanent),
    (.dotSent, 552, "5.3.4", .permanent),
    (.dotSent, 554, nil, .permanent), (.dotSent, 550, "5.1.1", .badAddress),
    (.dotSent, 552, "5.2.2", .temporary),
  ]

  @Test(arguments: refusals)
  func `a reply is definite`(stage: SMTPStage, code: Int, enhanced: String?, outcome: OutcomeClass) {
    let result = SMTPResult(
      id: TransferID(number: 1), end: .refused, stage: stage,
      reply: SMTPReply(code: code, enhancedCode: enhanced))
    #expect(SMTPClassification.outcome(of: result) == outcome)
  }

  private static let policies: [(stage: SMTPStage, reply: SMTPReply, isAboutUs: Bool)] = [
    (
      .envelope, SMTPReply(code: 554, enhancedCode: "5.7.1", text: "<a@b.example>: Relay access denied"), true
    ),
    (.envelope, SMTPReply(code: 554, enhancedCode: "5.7.1", text: "Client host rejected"), true),
    (.envelope, SMTPReply(code: 550, enhancedCode: "5.7.54", text: "Unable to relay recipient"), true),
    (.envelope, SMTPReply(code: 550, text: "relay not permitted"), true),
    (.envelope, SMTPReply(code: 571, text: "Relaying denied"), true),
    (.envelope, SMTPReply(code: 550, text: "no such user here"), false),
    (.envelope, SMTPReply(code: 550, text: "<relay@b.example>: no such user"), false),
    (.envelope, SMTPReply(code: 550, enhancedCode: "5.1.1", text: "unable to relay"), false),
    (.envelope, SMTPReply(code: 450, enhancedCode: "4.7.1", text: "Relay access denied for now"), false),
    (.envelope, SMTPReply(code: 530, enhancedCode: "5.7.0", text: "Authentication required"), false),
    (.sender, SMTPReply(code: 550, enhancedCode: "5.7.1", text: "Sender rejected"), false),
    (.dotSent, SMTPReply(code: 554, enhancedCode: "5.7.1", text: "Spam"), false),
  ]

  @Test(arguments: policies)
  func `a policy against a recipient may be one against us`(
    stage: SMTPStage, reply: SMTPReply, isAboutUs: Bool
  ) {
    let result = SMTPResult(id: TransferID(number: 1), end: .refused, stage: stage, reply: reply)
    #expect(SMTPClassification.mayConcernChannel(result) == isAboutUs)
  }

  @Test func `a policy is held against the channel until a recipient was taken, and from the third in a row`()
  {
    var refusals = PolicyRefusals()
    func refused(_ times: Int) -> [Bool] { (0..<times).map { _ in refusals.refused() } }
    #expect(refused(2) == [true, true])
    refusals.recipientTaken()
    #expect(refused(4) == [false, false, true, true])
    refusals.recipientTaken()
    #expect(refused(1) == [false])
    refusals.recipientTaken()
    #expect(refused(3) == [false, false, true])
  }

  private static let losses: [(end: SMTPEnd, stage: SMTPStage, code: CurlCode, outcome: OutcomeClass)] = [
    (.lost, .connecting, .couldNotResolveHost, .providerFault),
    (.lost, .connecting, .couldNotConnect, .providerFault),
    (.timedOut, .connecting, .timedOut, .providerFault),
    (.lost, .connecting, .tlsConnectError, .providerFault),
    (.lost, .connecting, .peerFailedVerification, .providerFault),
    (.lost, .login, .loginDenied, .configurationFault),
    (.lost, .connecting, .loginDenied, .configurationFault),
    (.lost, .login, .tlsUnavailable, .configurationFault),
    (.lost, .connecting, .badAuthorityFile, .configurationFault),
    (.lost, .greeting, .badAuthorityFile, .configurationFault),
    (.lost, .envelope, .ok, .providerFault), (.timedOut, .envelope, .ok, .providerFault),
    (.garbled, .envelope, .ok, .providerFault), (.lost, .body, .ok, .providerFault),
    (.timedOut, .body, .ok, .released),
    (.lost, .dotSent, .ok, .ambiguous), (.timedOut, .dotSent, .ok, .ambiguous),
    (.garbled, .dotSent, .ok, .ambiguous),
    (.aborted, .dotSent, .ok, .ambiguous), (.aborted, .body, .ok, .released),
    (.aborted, .connecting, .ok, .released),
    (.unsupported, .envelope, .ok, .permanent), (.accepted, .dotSent, .ok, .accepted),
  ]

  @Test(arguments: losses)
  func `a lost connection is ambiguous behind the dot and harmless before it`(
    end: SMTPEnd, stage: SMTPStage, code: CurlCode, outcome: OutcomeClass
  ) {
    let result = SMTPResult(id: TransferID(number: 1), end: end, stage: stage, code: code)
    #expect(SMTPClassification.outcome(of: result) == outcome)
  }

  @Test func `nothing before the dot is ever ambiguous, whatever the reply`() {
    for stage in SMTPStage.allCases where stage != .dotSent {
      for end in SMTPEnd.allCases where end != .accepted {
        for code in [nil, 0, 199, 250, 354, 400, 421, 499, 500, 535, 599] as [Int?] {
          let result = SMTPResult(
            id: TransferID(number: 1), end: end, stage: stage, reply: code.map { SMTPReply(code: $0) })
          #expect(SMTPClassification.outcome(of: result) != .ambiguous)
          #expect(SMTPClassification.outcome(of: result) != .accepted)
        }
      }
    }
  }
}
