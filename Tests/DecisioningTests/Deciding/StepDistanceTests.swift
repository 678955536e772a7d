import Decisioning
import Domain
import Support
import Testing

/// Steps keep the distance that the file gives them, whatever made the first one late.
struct StepDistanceTests {
  private static func series(
    _ steps: (Duration, Duration?)..., existing: ExistingCustomers = .skip
  ) -> Trigger {
    .make(
      "series", EventRule(name: .orderCompleted, only: .every),
      steps.enumerated().map { number, step in
        .make("\(number + 1)", after: step.0, expiresAfter: step.1)
      }, expiresAfter: .days(2))
  }

  private func script(_ trigger: Trigger) -> Script {
    let script = Script(trigger)
    return script
  }

  @Test func `two steps that wait for the same morning do not go out together`() {
    let script = script(Self.series((.zero, nil), (.hours(10), nil)))
    script.program.limits.quietHours = QuietHours(from: .at("21:00"), to: .at("09:00"))
    script.at("2026-03-01 22:00").customer("ann").completesOrder("o1")
    script.at("2026-03-04 00:00")
    script.expect.messages("2026-03-02 09:00 ann email 1", "2026-03-02 19:00 ann email 2")
  }

  @Test func `after a daemon that was down, steps go one after the other at their distances`() {
    let script = script(Self.series((.zero, nil), (.hours(1), nil), (.hours(3), nil)))
    script.at("2026-03-01 09:59").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 20:00")
    script.decideDue()
    script.at("2026-03-04 00:00")
    script.expect.messages(
      "2026-03-01 20:00 ann email 1", "2026-03-01 21:00 ann email 2", "2026-03-01 23:00 ann email 3")
  }

  @Test func `a skipped step keeps nobody away`() {
    let script = script(Self.series((.zero, .hours(1)), (.hours(10), nil)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 20:30")
    script.decideDue()
    script.expect.messages("2026-03-01 20:30 ann email 2")
  }

  @Test func `a step of the same time goes with the one before it`() {
    let script = script(Self.series((.zero, nil), (.zero, nil)))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.messages("2026-03-01 10:00 ann email 1", "2026-03-01 10:00 ann email 2")
  }

  @Test func `while a message is in the outbox the step after it waits, and is not asked all the time`() {
    let script = script(Self.series((.zero, nil), (.hours(1), nil)))
    script.outboxHolds = true
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 11:00")
    // It goes an hour after the earliest moment in which the first can go: now.
    script.expect.enrollments(of: "ann", "o1 active 2026-03-01 12:00")
    script.at("2026-03-01 13:30")
    script.handsOver()
    script.at("2026-03-01 14:29")
    script.expect.messages("2026-03-01 10:00 ann email 1")
    script.at("2026-03-01 15:00")
    script.expect.messages("2026-03-01 10:00 ann email 1", "2026-03-01 14:30 ann email 2")
    #expect(script.decisions.count == 2)
  }

  @Test func `a message that is given up keeps the step after it waiting no longer than that step may`() {
    let script = script(Self.series((.zero, nil), (.days(1), .hours(5))))
    script.outboxHolds = true
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 11:00")
    script.givesUp()
    script.at("2026-03-04 00:00")
    script.expect.messages("2026-03-01 10:00 ann email 1", "2026-03-02 15:00 ann email 2")
  }

  @Test func `steps of seconds wait for seconds`() {
    let script = script(Self.series((.zero, nil), (.seconds(2), nil)))
    script.outboxHolds = true
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.passes(.seconds(3))
    script.handsOver()
    let handedOver = script.now
    script.passes(.seconds(3))
    #expect(script.sent.count == 2)
    #expect(script.sent.last?.message.dueAt == handedOver + .seconds(2))
  }

  @Test func `the expiry moves with the due time`() {
    let script = script(Self.series((.zero, nil), (.hours(10), .minutes(30))))
    script.at("2026-03-01 09:59").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-02 12:00")
    script.decideDue()
    // Down again when the second is due: half an hour is what it has.
    script.sleeps(until: "2026-03-02 22:30")
    script.decideDue()
    script.customer("bob").completesOrder("o2", at: "2026-03-02 12:00")
    script.decideDue()
    script.sleeps(until: "2026-03-03 09:01")
    script.decideDue()
    script.expect.messages(
      "2026-03-02 12:00 ann email 1", "2026-03-02 22:30 ann email 2", "2026-03-02 22:30 bob email 1")
    // Decided at exactly its expiry, it has no time left before the wire.
    script.expect.held("2026-03-02 22:30 ann 2 skip expired", "2026-03-03 09:01 bob 2 skip expired")
  }

  @Test func `a step that is handed over a moment after its decision is looked at once`() throws {
    let script = script(Self.series((.zero, nil), (.hours(1), nil)))
    script.outboxHolds = true
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:00")
    script.passes(.milliseconds(700))
    script.handsOver()
    script.at("2026-03-01 11:00")
    // Decided at its time, and not handed over before the hour is over.
    let second = try #require(script.sent.last)
    #expect(script.decisions.last?.decision.at == script.now)
    #expect(second.message.step == "2")
    #expect(second.message.dueAt == script.now + .milliseconds(700))
  }

  @Test(arguments: [("2026-05-18 09:00", true), ("2026-05-19 12:00", false)])
  func `a late message does not move the next past the birthday`(lateUntil: String, goes: Bool) {
    let trigger = Trigger.make(
      "birthday", AnniversaryRule(of: .birthday, before: .days(3), at: .nine, leapDay: .feb28),
      [.make("soon"), .make("today", after: .days(2))])
    let script = Script(trigger)
    script.at("2026-05-01 00:00").customer("ann").becomes { $0.birthday = Birthday(month: 5, day: 20) }
    script.at("2026-05-17 08:59")
    script.sleeps(until: lateUntil)
    script.decideDue()
    script.at("2026-05-30 00:00")
    if goes {
      script.expect.messages("\(lateUntil) ann email soon", "2026-05-20 09:00 ann email today")
    } else {
      script.expect.messages("\(lateUntil) ann email soon")
      script.expect.held("2026-05-21 12:00 ann today skip expired")
    }
  }

  @Test func `a message that no step of the file answers for moves nothing`() {
    let script = script(Self.series((.zero, nil), (.hours(1), nil)))
    script.at("2026-03-01 09:59").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 10:30")
    script.decideDue()
    var changed = Self.series((.hours(1), nil))
    changed.steps[0].id = "other"
    script.reload(changed)
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 10:30 ann email 1", "2026-03-01 10:59 ann email 1")
  }
}
