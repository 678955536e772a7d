import Decisioning
import Domain
import Support
import Testing

struct NoAddressTests {
  @Test func `without an address on any channel a step waits for one until it expires`() {
    let script = Script(.onOrder(channels: ["sms", "email"]))
    script.at("2026-03-01 10:00")
    script.customer("ann").becomes { $0.email = nil }.completesOrder("o1")
    script.customer("cat").becomes { $0.email = "" }.completesOrder("o3")
    script.at("2026-03-01 10:01")
    script.expect.held(
      "2026-03-01 10:00 ann thanks defer no_address", "2026-03-01 10:00 cat thanks defer no_address")
    script.at("2026-03-01 18:00").customer("ann").becomes { $0.email = "ann@mail.example" }
    // Nobody asks meanwhile, and at its expiry itself it could still have gone.
    script.at("2026-03-02 10:00")
    script.expect.messages("2026-03-01 18:00 ann email thanks")
    #expect(script.decisions.count == 3)
    script.at("2026-03-02 10:01")
    #expect(script.decisions.last?.decision.gate == .expired)
    #expect(script.decisions.last?.customer == "cat")
    #expect(script.decisions.count == 4)
  }

  @Test func `all channels are tried before any waits, and one without consent does not end the waiting`() {
    let script = Script(.onOrder(channels: ["sms", "email"]))
    script.at("2026-03-01 10:00")
    script.customer("ann").completesOrder("o1")
    script.customer("bob").becomes { $0.consent["email"] = .withdrawn }.completesOrder("o2")
    script.at("2026-03-01 11:00")
    script.expect.messages("2026-03-01 10:00 ann email thanks")
    script.expect.held("2026-03-01 10:00 bob thanks defer no_address")
    #expect(
      script.decisions.last?.decision.trace.filter { !$0.passed }.map(\.gate)
        == [.noAddress, .noConsent, .noAddress])
    script.customer("bob").becomes {
      $0.phone = "+8613812345678"
      $0.consent["sms"] = .granted
    }
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 10:00 ann email thanks", "2026-03-01 11:00 bob sms thanks")
  }

  @Test func `consent that comes while a step waits for an address lets it go by the other channel`() {
    let script = Script(.onOrder(channels: ["email", "sms"]))
    script.at("2026-03-01 10:00").customer("ann").becomes {
      $0.email = nil
      $0.phone = "+8613812345678"
    }.completesOrder("o1")
    script.at("2026-03-01 11:00").customer("ann").becomes { $0.consent["sms"] = .granted }
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:00 ann sms thanks")
    script.expect.held("2026-03-01 10:00 ann thanks defer no_address")
  }

  @Test func `with an address and no leave to use it the last channel's answer is given`() {
    let script = Script(.onOrder(channels: ["sms", "email"]))
    script.at("2026-03-01 10:00").customer("bob").becomes {
      $0.phone = "+8613812345678"
      $0.consent["email"] = .withdrawn
    }.completesOrder("o2")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 bob thanks skip no_consent")
  }

  @Test func `a channel that is not configured is not waited for`() {
    let script = Script(.onOrder(channels: ["fax"]))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 ann thanks skip no_address")
  }

  @Test
  func `a step that waits for an address keeps the steps after it waiting, and they follow in their turn`() {
    let script = Script(.welcome)
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.email = nil }.completesOrder("o1")
    script.at("2026-03-05 00:00")
    script.customer("ann").becomes { $0.email = "ann@mail.example" }
    script.at("2026-03-10 00:00")
    script.expect.messages("2026-03-05 00:00 ann email welcome/guide")
    #expect(
      script.steps
        == ["thanks defer no_address", "thanks skip expired", "guide defer no_address", "guide send -"])
  }

  @Test func `a step that reaches nobody gives way to the next one that does, when that is due`() {
    let script = Script(.emailThenSMS)
    script.orderByPhone(sms: .granted)
    script.at("2026-03-01 13:00")
    script.expect.messages("2026-03-01 12:00 ann sms note/text")
    #expect(script.steps == ["mail defer no_address", "mail skip no_address", "text send -"])
    #expect(
      script.decisions.compactMap { $0.decision.trace.last { !$0.passed }?.values["overtaken_by"] }
        == [.string("text"), .string("text")])
  }

  @Test func `an address that comes before the next step is due lets both go, at their distance`() {
    let script = Script(.emailThenSMS)
    script.orderByPhone(sms: .granted)
    script.at("2026-03-01 11:00").customer("ann").becomes { $0.email = "ann@mail.example" }
    script.at("2026-03-01 14:00")
    script.expect.messages("2026-03-01 11:00 ann email note/mail", "2026-03-01 13:00 ann sms note/text")
  }

  @Test func `a step waits on where the next one has no leave to go, or no address either`() {
    let script = Script(.emailThenSMS)
    script.orderByPhone(sms: .withdrawn)
    script.customer("bob").becomes { $0.email = nil }.completesOrder("o2")
    script.at("2026-03-01 13:00")
    #expect(script.steps == ["mail defer no_address", "mail defer no_address"])
    script.customer("bob").becomes {
      $0.phone = "+8613812345679"
      $0.consent["sms"] = .granted
    }
    script.at("2026-03-01 14:00")
    script.expect.messages("2026-03-01 13:00 bob sms note/text")
  }
}

extension Trigger {
  fileprivate static let emailThenSMS = make(
    "note", EventRule(name: .orderCompleted, only: .every),
    [.make("note/mail"), .make("note/text", after: .hours(2), channels: ["sms"])], expiresAfter: .days(3))
}

extension Script {
  /// Ann, of whom only a phone is known, orders at ten.
  fileprivate func orderByPhone(sms: ConsentState) {
    at("2026-03-01 10:00").customer("ann").becomes {
      $0.email = nil
      $0.phone = "+8613812345678"
      $0.consent["sms"] = sms
    }.completesOrder("o1")
  }

  fileprivate var steps: [String] {
    decisions.map { "\($0.decision.step) \($0.decision.verdict) \($0.decision.gate?.rawValue ?? "-")" }
  }

  @Test func `a missing address and withdrawn consent are both reported`() throws {
    let script = Script(.onOrder(channels: ["email"]))
    script.at("2026-03-01 10:00").customer("ann").becomes {
      $0.email = nil
      $0.consent["email"] = .withdrawn
    }.completesOrder("o1")
    script.customer("bob").becomes { $0.email = nil }.completesOrder("o2")
    script.at("2026-03-01 10:01")
    script.expect.held(
      "2026-03-01 10:00 ann thanks defer no_address", "2026-03-01 10:00 bob thanks defer no_address")
    func values(_ customer: String) throws -> Record {
      let decision = try #require(script.decisions.first { $0.customer == customer })
      return try #require(decision.decision.trace.last { !$0.passed }).values
    }
    #expect(try values("ann") == ["field": .string("email"), "consent": .string("withdrawn")])
    #expect(try values("bob") == ["field": .string("email")])
  }
}
