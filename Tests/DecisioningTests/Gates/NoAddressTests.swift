import Decisioning
import Domain
import Testing

struct NoAddressTests {
  @Test func `without an address on any channel the last channel's answer is given`() {
    let script = Script(.onOrder(channels: ["sms", "email"]))
    script.at("2026-03-01 10:00")
    script.customer("ann").becomes { $0.email = nil }.completesOrder("o1")
    script.customer("bob").becomes { $0.consent["email"] = .withdrawn }.completesOrder("o2")
    script.customer("cat").becomes { $0.email = "" }.completesOrder("o3")
    script.at("2026-03-01 10:01")
    script.expect.held(
      "2026-03-01 10:00 ann thanks skip no_address", "2026-03-01 10:00 bob thanks skip no_consent",
      "2026-03-01 10:00 cat thanks skip no_address")
  }
}
