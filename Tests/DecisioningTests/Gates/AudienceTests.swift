import Decisioning
import Domain
import Support
import Testing

struct AudienceTests {
  @Test func `the audience is asked when the step is due`() {
    let script = Script(
      .onOrder(audience: "customer.orders_count >= 2 and customer.lifetime_value >= 100"))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-02 10:00").customer("ann").completesOrder("o2")
    script.at("2026-03-03 10:00")
    script.expect.messages("2026-03-02 10:00 ann email thanks")
    script.expect.held("2026-03-01 10:00 ann thanks skip audience")
  }

  @Test func `an audience leaves the values it compared, and nothing personal`() {
    let script = Script(
      .onOrder(
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
    let script = Script(.onOrder(audience: "customer.level >= 3"))
    script.at("2026-03-01 10:00").customer("ann").becomes { $0.attributes["level"] = .string("gold") }
      .completesOrder("o1")
    script.at("2026-03-01 10:01")
    script.expect.held("2026-03-01 10:00 ann thanks skip audience")
    #expect(script.decisions[0].decision.trace.last?.values["error"] != nil)
  }
}
