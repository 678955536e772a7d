import Decisioning
import Domain
import Support
import Testing

struct ExpiredTests {
  @Test func `at exactly its expiry a step still goes, a moment later no more`() {
    let script = Script(.onOrder(expiresAfter: .hours(1)))
    // What is decided at its expiry has no time left before the wire; this is about the decision.
    script.outboxHolds = true
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.sleeps(until: "2026-03-01 11:00")
    script.decideDue()
    script.customer("bob").completesOrder("o2", at: "2026-03-01 10:30")
    script.sleeps(until: "2026-03-01 11:31")
    script.decideDue()
    script.expect.messages("2026-03-01 11:00 ann email thanks")
    script.expect.held("2026-03-01 11:31 bob thanks skip expired")
  }

  @Test func `what fell due while the record was lost is not sent, what comes later is`() throws {
    let script = Script(.onOrder("a", after: .minutes(30)), .onOrder("b", after: .minutes(61)))
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
