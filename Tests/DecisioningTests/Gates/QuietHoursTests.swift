import Decisioning
import Domain
import Support
import Testing

struct QuietHoursTests {
  private func script(
    _ from: String = "21:00", _ to: String = "09:00", expiresAfter: Duration = .days(1)
  ) -> Script {
    let script = Script(.onOrder(expiresAfter: expiresAfter))
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
    let script = Script(.onOrder(purpose: .service))
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
      // Both 02:00 and 02:30 are jumped over: the next night begins as the last ends.
      ("02:30", "02:00", "2026-03-29T00:30:00Z", "2026-03-30T00:00:00Z"),
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
