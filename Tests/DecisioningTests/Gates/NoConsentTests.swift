import Decisioning
import Domain
import Support
import Testing

struct NoConsentTests {
  @Test(
    arguments: [
      (ConsentPolicy.optIn, nil, false), (.optIn, .granted, true), (.optIn, .withdrawn, false),
      (.optOut, nil, true), (.optOut, .granted, true), (.optOut, .withdrawn, false),
    ] as [(ConsentPolicy, ConsentState?, Bool)])
  func `consent follows the policy of the channel`(policy: ConsentPolicy, consent: ConsentState?, goes: Bool)
  {
    for purpose in Purpose.allCases {
      let script = Script(.onOrder(purpose: purpose))
      script.program.channels["email"]?.consent = policy
      script.at("2026-03-01 10:00").customer("ann").becomes { $0.consent["email"] = consent }.completesOrder(
        "o1")
      script.at("2026-03-01 10:01")
      #expect(script.sent.count == (goes || purpose == .service ? 1 : 0), "\(purpose)")
    }
  }

  @Test(
    arguments: [
      (nil, ["o1"], true), (nil, [], false), (.granted, [], true), (.withdrawn, ["o1"], false),
    ] as [(ConsentState?, [String], Bool)])
  func `with soft opt-in a standing order counts as consent until it is withdrawn`(
    consent: ConsentState?, orders: [String], goes: Bool
  ) {
    let script = Script(.make("cart", .cartIdle(.hours(1)), [.make("reminder")]))
    script.program.channels["email"]?.consent = .softOptIn
    let ann = script.at("2026-02-01 10:00").customer("ann").becomes { $0.consent["email"] = consent }
    ann.completesOrder("cancelled").cancelsOrder("cancelled")
    for order in orders { ann.completesOrder(order) }
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 12:00")
    #expect(script.sent.count == (goes ? 1 : 0))
    if consent == nil {
      let asked = script.decisions.flatMap(\.decision.trace).first { $0.gate == .noConsent }
      #expect(asked?.values["has_ordered"] == .bool(goes))
    }
  }

  @Test func `who unsubscribed under another id gets no marketing, but what serves the order`() {
    let script = Script(.onOrder("receipt", purpose: .service), .onOrder("thanks"))
    script.suppress("ann", on: "email", .unsubscribed)
    script.customer("ann").becomes { $0.consent["email"] = .granted }
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann email receipt")
    script.expect.held("2026-03-01 10:00 ann thanks skip no_consent")
  }
}
