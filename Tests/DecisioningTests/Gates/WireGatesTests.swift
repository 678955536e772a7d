import Domain
import Support
import Testing

@testable import Decisioning

/// What is asked again before a message goes to the wire.
struct WireGatesTests {
  private static let now = Brand.noon
  /// A customer with an order, a program, and the message of the one step of `thanks`.
  private struct Floor {
    var program: Program
    var due: DueMessage
    var facts: Facts
    var paused: Set<TriggerID> = []
    var removed: Set<TriggerID> = []
    var now = Brand.noon

    init() throws {
      let script = Script(.onOrder(channels: ["email", "sms"]))
      script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
      program = script.program
      program.limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
      let state = try #require(script.states["ann"])
      var message = ClaimedMessage(
        key: 1, uid: "1", enrollment: 1, token: ClaimToken(bytes: []), attempt: 1, trigger: "thanks",
        customer: state.customer.key, channel: "email", step: "thanks", dueAt: Brand.noon,
        expiresAt: Brand.noon + .days(1),
        content: MessageContent(to: state.customer.email ?? "", text: "Text", purpose: .marketing))
      message.closesAt = nil
      due = DueMessage(message: message, consent: nil, timeZone: nil)
      facts = Facts(enrollment: state.enrollments[0], state: state)
    }

    /// `defer quiet_hours 2026-03-02T01:00:00Z`, `skip expired`, or `goes`.
    func answer(withFacts: Bool = true) -> String {
      var gates = WireGates(program: program, paused: paused, removed: removed, now: now)
      switch gates.ask(due, facts: withFacts ? facts : nil) {
      case .goes(let until): return "goes" + (until.map { " until \($0.iso8601)" } ?? "")
      case .holds(let decision):
        let channel = decision.trace.last?.channel.map { "@\($0)" } ?? ""
        return [
          decision.verdict.kind.rawValue, (decision.verdict.gate?.rawValue ?? "") + channel,
          decision.verdict.until?.iso8601 ?? "",
        ].filter { !$0.isEmpty }.joined(separator: " ")
      }
    }
  }

  @Test func `they are asked in the order of the design`() {
    #expect(
      GateOrder.beforeWire.map(\.gate) == [
        .triggerPaused, .exitCondition, .expired, .audience, .noAddress, .suppressed, .noConsent, .quietHours,
      ])
  }

  @Test func `with soft opt-in the order is looked at again, and an objection always`() throws {
    var floor = try Floor()
    floor.program.channels["email"]?.consent = .softOptIn
    #expect(floor.answer() == "goes until 2026-03-01T13:00:00Z")
    floor.facts.state.orders[0].cancel(at: Brand.noon)
    // Otherwise the order would be the reason of the message too, which is asked first.
    floor.program.triggers["thanks"]?.when = EventRule(name: "quiz_taken", only: .every)
    floor.facts.enrollment.subject = .event(messageID: "quiz")
    #expect(floor.answer() == "skip no_consent@email")
    #expect(floor.answer(withFacts: false) == "goes until 2026-03-01T13:00:00Z")
    floor.due.consent = .withdrawn
    #expect(floor.answer(withFacts: false) == "skip no_consent@email")
  }

  @Test func `what nothing holds goes, until the night begins`() throws {
    #expect(try Floor().answer() == "goes until 2026-03-01T13:00:00Z")
    var floor = try Floor()
    floor.program.limits.quietHours = nil
    #expect(floor.answer() == "goes")
  }

  /// Each with what changes and what is answered then.
  private static let changes: [(String, @Sendable (inout Floor) -> Void)] = [
    ("defer trigger_paused 2026-03-01T04:15:00Z", { $0.paused = ["thanks", "other"] }),
    ("goes until 2026-03-01T13:00:00Z", { $0.paused = ["other"] }),
    (
      "skip expired",
      {
        $0.paused = ["thanks"]
        $0.due.message.expiresAt = Self.now + .minutes(15) - .milliseconds(1)
      }
    ),
    ("skip exit_condition", { $0.facts.enrollment.end(.cancelled) }),
    ("skip exit_condition", { $0.program.triggers = [:] }),
    (
      "skip exit_condition",
      {
        ($0.paused, $0.removed) = (["thanks"], ["thanks"])
        $0.program.triggers = [:]
      }
    ),
    ("skip expired", { $0.due.message.expiresAt = $0.now }),
    ("goes until 2026-03-01T13:00:00Z", { $0.due.message.expiresAt = $0.now + .milliseconds(1) }),
    (
      "skip audience",
      { $0.program.triggers["thanks"]?.audience = .script("customer.orders_count > 1") }
    ),
    ("defer no_address@email 2026-03-01T04:15:00Z", { $0.facts.state.customer.email = nil }),
    (
      "defer no_address@email 2026-03-01T04:01:00Z",
      {
        $0.facts.state.customer.email = nil
        $0.due.message.expiresAt = $0.now + .minutes(1)
      }
    ),
    ("skip no_address@email", { $0.program.triggers["thanks"]?.steps[0].channels = ["sms"] }),
    ("skip suppressed@email", { $0.due.suppression = .badAddress }),
    (
      "skip suppressed@email",
      {
        $0.due.suppression = .operator
        $0.due.message.content.purpose = .service
        $0.program.triggers["thanks"]?.purpose = .service
      }
    ),
    ("skip no_consent@email", { $0.due.suppression = .unsubscribed }),
    ("skip no_consent@email", { $0.due.consent = .withdrawn }),
    (
      "goes until 2026-03-01T13:00:00Z",
      {
        $0.due.suppression = .unsubscribed
        $0.due.consent = .withdrawn
        $0.due.message.content.purpose = .service
        $0.program.triggers["thanks"]?.purpose = .service
      }
    ),
    ("skip no_consent@email", { $0.program.channels["email"]?.consent = .optIn }),
    ("skip no_consent@email", { $0.program.triggers["thanks"]?.purpose = .service }),
    ("defer quiet_hours 2026-03-02T01:00:00Z", { $0.now = $0.now + .hours(10) }),
    (
      "skip expired",
      {
        $0.now = $0.now + .hours(10)
        $0.due.message.expiresAt = $0.now + .hours(1)
      }
    ),
    // Seven in the evening in Shanghai is noon in Berlin.
    (
      "goes until 2026-03-01T20:00:00Z",
      {
        $0.now = $0.now + .hours(10)
        $0.due.timeZone = "Europe/Berlin"
      }
    ),
  ]

  @Test(arguments: changes.indices)
  func `each gate answers by what has changed`(index: Int) throws {
    let (answer, change) = Self.changes[index]
    var floor = try Floor()
    change(&floor)
    #expect(floor.answer() == answer)
  }

  @Test func `the trace names the gate that was asked, with what it saw`() throws {
    var floor = try Floor()
    floor.now = floor.now + .hours(10)
    floor.due.message.expiresAt = floor.now + .hours(1)
    var gates = WireGates(program: floor.program, paused: [], now: floor.now)
    guard case .holds(let decision) = gates.ask(floor.due, facts: floor.facts) else {
      Issue.record("it goes at night")
      return
    }
    #expect(decision.verdict == .skip(.expired, endsEnrollment: false))
    #expect(decision.trace.map(\.gate) == [.quietHours])
    #expect(
      decision.trace.first?.values.entries.map(\.name) == ["local_time", "zone", "until", "expires_at"])
  }

  @Test func `of several that hold the first decides`() throws {
    var floor = try Floor()
    floor.now = floor.now + .hours(10)
    #expect(floor.answer().hasPrefix("defer quiet_hours"))
    floor.due.consent = .withdrawn
    #expect(floor.answer().hasPrefix("skip no_consent"))
    floor.due.suppression = .badAddress
    #expect(floor.answer().hasPrefix("skip suppressed"))
    floor.facts.state.customer.email = nil
    #expect(floor.answer().hasPrefix("defer no_address"))
    floor.due.message.expiresAt = floor.now
    #expect(floor.answer().hasPrefix("skip expired"))
    floor.facts.enrollment.end(.cancelled)
    #expect(floor.answer().hasPrefix("skip exit_condition"))
  }

  @Test func `without facts the gates that need them pass, the others answer alike`() throws {
    var floor = try Floor()
    floor.facts.enrollment.end(.cancelled)
    floor.facts.state.customer.email = nil
    #expect(floor.answer(withFacts: false) == "goes until 2026-03-01T13:00:00Z")
    floor.due.consent = .withdrawn
    #expect(floor.answer(withFacts: false) == "skip no_consent@email")
  }

  @Test func `without a program the message alone is asked`() throws {
    let floor = try Floor()
    var gates = WireGates(program: nil, paused: [], now: floor.now + .hours(10))
    #expect(gates.ask(floor.due) == .goes(until: nil))
    var due = floor.due
    due.suppression = .complaint
    guard case .holds(let decision) = gates.ask(due) else {
      Issue.record("it goes to a suppressed address")
      return
    }
    #expect(decision.verdict == .skip(.suppressed, endsEnrollment: false))
  }
}

extension Brand {
  /// 2026-03-01 12:00 in Shanghai.
  fileprivate static let noon = Instant(iso8601: "2026-03-01T04:00:00Z") ?? .distantPast
}
