import Decisioning
import Domain
import Support
import Testing

struct SuppressedTests {
  @Test func `a suppressed address holds, for service messages too`() {
    let script = Script(.onOrder(purpose: .service))
    script.suppress("ann", on: "email", .complaint)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 ann thanks skip suppressed")
  }
}
