import Decisioning
import Domain
import Support
import Testing

struct TriggerPausedTests {
  @Test func `a paused trigger waits, and goes on when it is resumed`() {
    let script = Script(.onOrder())
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
    let script = Script(.onOrder(expiresAfter: .minutes(20)))
    script.paused = ["thanks"]
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00")
    script.expect.held(
      "2026-03-01 10:00 ann thanks defer trigger_paused", "2026-03-01 10:15 ann thanks defer trigger_paused",
      "2026-03-01 10:30 ann thanks skip expired")
  }
}
