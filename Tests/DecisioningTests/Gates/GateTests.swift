import Decisioning
import Domain
import Testing

/// A trigger with one step, due at 10:00 sharp when the customer orders at 10:00.
private func order(
  _ id: TriggerID = "thanks", purpose: Purpose = .marketing, audience: String? = nil, holdout: Double = 0,
  priority: Int = 100, channels: [ChannelName] = ["email"], after: Duration = .zero,
  expiresAfter: Duration = .days(1)
) -> Trigger {
  .make(
    id, .event(EventRule(name: .orderCompleted, only: .every)),
    [.make(id.rawValue, after: after, channels: channels)], purpose: purpose, audience: audience,
    holdout: holdout,
    priority: priority, expiresAfter: expiresAfter)
}

struct GateTests {
  @Test func `the gates are asked in the order of the design, and each leaves its values`() {
    let script = Script(order(audience: "customer.orders_count >= 1", channels: ["sms", "email"]))
    script.program.limits = Limits(
      quietHours: QuietHours(from: .at("21:00"), to: .at("09:00")),
      caps: [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    let trace = script.decisions[0].decision.trace.map { entry in
      let channel = entry.channel.map { "@\($0)" } ?? ""
      let names = entry.values.entries.map(\.name).joined(separator: ",")
      return "\(entry.passed ? "+" : "-")\(entry.gate.rawValue)\(channel)(\(names))"
    }
    #expect(
      trace == [
        "+trigger_paused()", "+exit_condition()", "+expired(due_at,expires_at)",
        "+audience(condition,customer.orders_count)",
        "-no_address@sms(field)", "+no_address@email(field)", "+suppressed@email()",
        "+no_consent@email(policy,consent)", "+holdout()", "+frequency_cap(email/16h)",
        "+quiet_hours(local_time)", "+template_failed(template)",
      ])
  }

  @Test func `a paused trigger waits, and goes on when it is resumed`() {
    let script = Script(order())
    script.paused = ["thanks"]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:40")
    script.expect.held(
      "2026-03-01 10:00 ann thanks defer trigger_paused", "2026-03-01 10:15 ann thanks defer trigger_paused",
      "2026-03-01 10:30 ann thanks defer trigger_paused")
    script.paused = []
    script.at("2026-03-01 11:00")
    script.expect.messages("2026-03-01 10:45 ann email thanks")
  }

  @Test func `a pause longer than the step may wait ends as expired`() {
    let script = Script(order(expiresAfter: .minutes(20)))
    script.paused = ["thanks"]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00")
    script.expect.held(
      "2026-03-01 10:00 ann thanks defer trigger_paused", "2026-03-01 10:15 ann thanks defer trigger_paused",
      "2026-03-01 10:30 ann thanks skip expired")
  }

  @Test func `at exactly its expiry a step still goes, a moment later no more`() {
    let script = Script(order(expiresAfter: .hours(1)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 11:00")
    script.decideDue()
    script.customer("bob").completesOrder("o2", at: "2026-03-01 10:30")
    script.sleeps(until: "2026-03-01 11:31")
    script.decideDue()
    script.expect.messages("2026-03-01 11:00 ann email thanks")
    script.expect.held("2026-03-01 11:31 bob thanks skip expired")
  }

  @Test func `unless looks at events since the trigger fired`() {
    var trigger = order(after: .hours(2))
    trigger.steps[0].unless = ["app_opened"]
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").does("app_opened", at: "2026-03-01 09:59").completesOrder(
      "o1")
    script.customer("bob").completesOrder("o2")
    script.at("2026-03-01 11:00").customer("bob").does("app_opened")
    script.at("2026-03-01 13:00")
    script.expect.messages("2026-03-01 12:00 ann email thanks")
    script.expect.held("2026-03-01 12:00 bob thanks skip exit_condition")
  }

  @Test func `the audience is asked when the step is due`() {
    let script = Script(order(audience: "customer.orders_count >= 2 and customer.lifetime_value >= 100"))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-03 10:00")
    script.expect.messages("2026-03-02 10:00 ann email thanks")
    script.expect.held("2026-03-01 10:00 ann thanks skip audience")
  }

  @Test func `an audience leaves the values it compared, and nothing personal`() {
    let script = Script(
      order(
        audience: "customer.email contains '@' and customer.tags contains 'vip' and customer.level == nil"))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.attributes["visits"] = .integer(3) }
      .completesOrder("o1")
    script.at("2026-03-01 10:01")
    #expect(
      script.decisions[0].decision.trace.last?.values == [
        "condition": .string(
          "customer.email contains '@' and customer.tags contains 'vip' and customer.level == nil"),
        "customer.email": .string("given"), "customer.tags": .string("0 entries"), "customer.level": .null,
      ])
  }

  @Test func `an audience that cannot be evaluated holds back and says why`() {
    let script = Script(order(audience: "customer.level >= 3"))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.attributes["level"] = .string("gold") }
      .completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 ann thanks skip audience")
    #expect(script.decisions[0].decision.trace.last?.values["error"] != nil)
  }

  @Test func `without an address on any channel the last channel's answer is given`() {
    let script = Script(order(channels: ["sms", "email"]))
    script.at("2026-03-01 10:00")
    script.customer("ann").becomes { $0.email = nil }.completesOrder("o1")
    script.customer("bob").becomes { $0.consent["email"] = .withdrawn }.completesOrder("o2")
    script.customer("cat").becomes { $0.email = "" }.completesOrder("o3")
    script.at("2026-03-01 10:01")
    script.expect.held(
      "2026-03-01 10:00 ann thanks skip no_address", "2026-03-01 10:00 bob thanks skip no_consent",
      "2026-03-01 10:00 cat thanks skip no_address")
  }

  @Test func `a suppressed address holds, for service messages too`() {
    let script = Script(order(purpose: .service))
    script.suppressed["ann"] = ["email": .complaint]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 ann thanks skip suppressed")
  }

  @Test(
    arguments: [
      (ConsentPolicy.optIn, nil, false), (.optIn, .granted, true), (.optIn, .withdrawn, false),
      (.optOut, nil, true), (.optOut, .granted, true), (.optOut, .withdrawn, false),
    ] as [(ConsentPolicy, ConsentState?, Bool)])
  func `consent follows the policy of the channel`(policy: ConsentPolicy, consent: ConsentState?, goes: Bool)
  {
    for purpose in Purpose.allCases {
      let script = Script(order(purpose: purpose))
      script.program.channels["email"]?.consent = policy
      script.at("2026-03-01 10:00").customer("ann").becomes { $0.consent["email"] = consent }.completesOrder(
        "o1")
      script.at("2026-03-01 10:01")
      #expect(script.sent.count == (goes || purpose == .service ? 1 : 0), "\(purpose)")
    }
  }

  @Test func `a decision without a trigger or a step is none`() throws {
    let script = Script(order())
    script.at("2026-03-01 09:00").customer("ann").completesOrder("o1", at: "2026-03-01 09:00")
    let state = try #require(script.states["ann"])
    var enrollment = state.enrollments[0]
    enrollment.doneSteps = ["thanks"]
    #expect(
      Decider.decide(
        facts: Facts(enrollment: enrollment, state: state), program: script.program, now: script.now) == nil)
    enrollment.trigger = "gone"
    #expect(
      Decider.decide(
        facts: Facts(enrollment: enrollment, state: state), program: script.program, now: script.now) == nil)
  }
}

struct HoldoutTests {
  @Test func `the group is a fixed share of customers, another one for each trigger and shop`() {
    func bucket(_ number: Int, _ trigger: TriggerID = "t", _ salt: String = "s") -> Double {
      HoldoutBucket.of(customer: "c\(number)", trigger: trigger, salt: salt)
    }
    let held = (0..<20_000).count { bucket($0) < 0.1 }
    #expect((1850...2150).contains(held))
    let both = (0..<20_000).count { bucket($0) < 0.1 && bucket($0, "u") < 0.1 }
    #expect((130...270).contains(both))
    #expect((0..<100).contains { bucket($0) != bucket($0, "t", "other") })
    // From Python's hashlib, and fixed for ever: a change of this number moves customers between the groups
    // of running experiments.
    #expect(HoldoutBucket.of(customer: "ann", trigger: "win_back", salt: "salt") == 0.66802)
  }

  @Test func `a customer of the group is withheld at every step, and recorded`() {
    var trigger = Trigger.welcome
    trigger.holdout = 1
    let script = Script(trigger)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-20 00:00")
    script.expect.messages()
    script.expect.held(
      "2026-03-01 10:10 ann thanks withhold holdout", "2026-03-04 10:00 ann guide withhold holdout")
  }
}

struct FrequencyCapTests {
  @Test func `a rolling window forgets what is exactly as old as it is long`() {
    let script = Script(order())
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 01:59").customer("ann").completesOrder("o2")
    script.at("2026-03-02 02:00").customer("ann").completesOrder("o3")
    script.at("2026-03-03 00:00")
    script.expect.messages("2026-03-01 10:00 ann email thanks", "2026-03-02 02:00 ann email thanks")
    script.expect.held("2026-03-02 01:59 ann thanks skip frequency_cap")
  }

  @Test func `a window of the local day begins at the customer's midnight`() {
    let script = Script(order())
    script.program.limits.caps = [FrequencyCap(channel: nil, limit: 1, window: .localDay)]
    script.at("2026-03-01 10:00")
    for name in ["ann", "bert"] { script.customer(name).completesOrder("\(name)1") }
    script.customer("bert").becomes { $0.timeZone = "Europe/Berlin" }
    script.at("2026-03-02 00:30")
    for name in ["ann", "bert"] { script.customer(name).completesOrder("\(name)2") }
    script.at("2026-03-02 07:00").customer("bert").completesOrder("bert3")
    script.at("2026-03-02 08:00")
    script.expect.messages(
      "2026-03-01 10:00 ann email thanks", "2026-03-01 10:00 bert email thanks",
      "2026-03-02 00:30 ann email thanks",
      "2026-03-02 07:00 bert email thanks")
    script.expect.held("2026-03-02 00:30 bert thanks skip frequency_cap")
  }

  @Test func `a cap of one channel leaves the others free, a cap over all counts them together`() {
    let robot = order("robot", channels: ["robot"])
    for (cap, goes) in [(ChannelName?.some("email"), 2), (nil, 1)] {
      let script = Script(order(), robot)
      script.program.limits.caps = [FrequencyCap(channel: cap, limit: 1, window: .rolling(.days(7)))]
      script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
      script.at("2026-03-01 10:01")
      #expect(script.sent.count == goes)
    }
  }

  @Test func `a full cap on the first channel does not become a message on the second`() {
    let script = Script(order(channels: ["robot", "email"]))
    script.program.limits.caps = [FrequencyCap(channel: "robot", limit: 1, window: .rolling(.days(1)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1").completesOrder("o2")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann robot thanks")
    script.expect.held("2026-03-01 10:00 ann thanks skip frequency_cap")
  }

  @Test func `who unsubscribed under another id gets no marketing, but what serves the order`() {
    let script = Script(order("receipt", purpose: .service), order("thanks"))
    script.suppressed["ann"] = ["email": .unsubscribed]
    script.customer("ann").becomes { $0.consent["email"] = .granted }
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann email receipt")
    script.expect.held("2026-03-01 10:00 ann thanks skip no_consent")
  }

  @Test func `service messages pass every cap and fill none`() {
    let script = Script(order("receipt", purpose: .service), order("thanks", after: .minutes(1)))
    script.program.limits.caps = [FrequencyCap(channel: nil, limit: 1, window: .rolling(.days(7)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 11:00").customer("ann").completesOrder("o2")
    script.at("2026-03-01 12:00")
    script.expect.messages(
      "2026-03-01 10:00 ann email receipt", "2026-03-01 10:01 ann email thanks",
      "2026-03-01 11:00 ann email receipt")
  }

  @Test func `of two triggers due together the one of lower priority number goes`() {
    let script = Script(order("a", priority: 200), order("b", priority: 50))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann email b")
    script.expect.held("2026-03-01 10:00 ann a skip frequency_cap")
  }

  @Test func `at the same priority the one that was due first goes`() {
    let script = Script(order("a", after: .minutes(30)), order("b", after: .minutes(10)))
    script.program.limits.caps = [FrequencyCap(channel: "email", limit: 1, window: .rolling(.hours(16)))]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 12:00")
    script.decideDue()
    script.expect.messages("2026-03-01 12:00 ann email b")
    script.expect.held("2026-03-01 12:00 ann a skip frequency_cap")
  }
}

struct ExpiredTests {
  @Test func `what fell due while the record was lost is not sent, what comes later is`() throws {
    let script = Script(order("a", after: .minutes(30)), order("b", after: .minutes(61)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.customer("bob").becomes { _ in }
    // A backup of 10:20 is put back at 11:00; the step of 10:30 may have gone out meanwhile.
    script.sleeps(until: "2026-03-01 11:00")
    let zone = script.program.brand.zone
    script.program.recordGap = RecordGap(from: zone.instant("2026-03-01 10:20"), to: script.now)
    script.at("2026-03-01 11:00")
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:01 ann email b")
    script.expect.held("2026-03-01 11:00 ann a skip expired")
  }

  @Test(arguments: [("10:29", false), ("10:30", true), ("10:59", true), ("11:00", true), ("11:01", false)])
  func `the gap begins after the last known moment and ends with the restore`(clock: String, isIn: Bool) {
    let zone = Program.shop([]).brand.zone
    let gap = RecordGap(
      from: zone.instant("2026-03-01 10:29"), to: zone.instant("2026-03-01 11:00"))
    #expect(gap.contains(zone.instant("2026-03-01 \(clock)")) == isIn)
  }
}

struct QuietHoursTests {
  private func script(
    _ from: String = "21:00", _ to: String = "09:00", expiresAfter: Duration = .days(1)
  ) -> Script {
    let script = Script(order(expiresAfter: expiresAfter))
    script.program.limits.quietHours = QuietHours(from: .at(from), to: .at(to))
    return script
  }

  @Test func `quiet hours defer past midnight`() {
    let script = script()
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 03:00").customer("bob").completesOrder("o2")
    script.at("2026-03-03 00:00")
    script.expect.messages("2026-03-02 09:00 ann email thanks", "2026-03-02 09:00 bob email thanks")
    script.expect.held(
      "2026-03-01 22:00 ann thanks defer quiet_hours", "2026-03-02 03:00 bob thanks defer quiet_hours")
  }

  @Test func `the first quiet moment is held, the opening is not`() {
    let script = script()
    script.at("2026-03-01 20:59").customer("ann").completesOrder("o1")
    script.at("2026-03-01 21:00").customer("bob").completesOrder("o2")
    script.at("2026-03-02 09:00").customer("cat").completesOrder("o3")
    script.at("2026-03-02 10:00")
    script.expect.messages(
      "2026-03-01 20:59 ann email thanks", "2026-03-02 09:00 bob email thanks",
      "2026-03-02 09:00 cat email thanks")
  }

  @Test func `quiet hours within one day, and none when both ends are the same`() {
    let noon = script("12:00", "14:00")
    noon.at("2026-03-01 13:00").customer("ann").completesOrder("o1")
    noon.at("2026-03-01 15:00")
    noon.expect.messages("2026-03-01 14:00 ann email thanks")
    let never = script("12:00", "12:00")
    never.at("2026-03-01 12:00").customer("ann").completesOrder("o1")
    never.at("2026-03-01 13:00")
    never.expect.messages("2026-03-01 12:00 ann email thanks")
  }

  @Test func `every gate is asked again at the opening`() {
    let script = script()
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 08:00").customer("ann").becomes { $0.consent["email"] = .withdrawn }
    script.at("2026-03-02 10:00")
    script.expect.messages()
    script.expect.held(
      "2026-03-01 22:00 ann thanks defer quiet_hours", "2026-03-02 09:00 ann thanks skip no_consent")
  }

  @Test func `what would be too late at the opening is expired at once`() {
    let script = script(expiresAfter: .hours(2))
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00")
    script.expect.held("2026-03-01 22:00 ann thanks skip expired")
  }

  @Test func `service messages respect the night too`() {
    let script = Script(order(purpose: .service))
    script.program.limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00")
    script.expect.messages("2026-03-02 09:00 ann email thanks")
  }

  /// Local times of Berlin in UTC: daylight time begins on 2026-03-29 at 01:00Z and ends on 2026-10-25 at
  /// 01:00Z.
  @Test(
    arguments: [
      // 02:30 does not exist on the spring night; the hours end at the jump to 03:00.
      ("22:00", "02:30", "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"),
      ("22:00", "09:00", "2026-03-28T23:00:00Z", "2026-03-29T07:00:00Z"),
      ("22:00", "09:00", "2026-10-24T22:30:00Z", "2026-10-25T08:00:00Z"),
      // 02:30 comes twice on the autumn night; the hours end at the first and do not begin again.
      ("22:00", "02:30", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"),
      ("22:00", "02:30", "2026-10-25T00:40:00Z", nil), ("22:00", "02:30", "2026-10-25T01:10:00Z", nil),
      // Quiet from 02:30 on: from the first 02:30.
      ("02:30", "06:00", "2026-10-25T00:40:00Z", "2026-10-25T05:00:00Z"),
      ("02:30", "06:00", "2026-10-25T01:10:00Z", "2026-10-25T05:00:00Z"),
    ] as [(String, String, String, String?)])
  func `the nights on which clocks change are as quiet as others`(
    from: String, to: String, now: String, until: String?
  ) throws {
    let script = script(from, to)
    script.customer("bert").becomes { $0.timeZone = "Europe/Berlin" }
    script.sleeps(until: "2026-12-31 00:00")
    let at = try #require(Instant(iso8601: now))
    let enrollment = Enrollment(
      trigger: "thanks", customer: CustomerKey(1), occurrence: "o1", firesAt: at, subject: .order(id: "o1"),
      nextDueAt: at, plannedAt: at)
    var state = try #require(script.states["bert"])
    state.orders = [Order(id: "o1", placedAt: at, total: .cny(100), receivedAt: at)]
    let decision = Decider.decide(
      facts: Facts(enrollment: enrollment, state: state), program: script.program, now: at)
    if let until, let opening = Instant(iso8601: until) {
      #expect(decision?.verdict == .defer(until: opening, .quietHours))
    } else {
      #expect(decision?.verdict.kind == .send)
    }
  }
}
