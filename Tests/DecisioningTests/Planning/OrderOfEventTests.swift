import Decisioning
import Domain
import Simulation
import Support
import Templates
import Testing

/// Triggers on events of the shop's own that name an order by its id.
struct OrderOfEventTests {
  private func shipped(
    _ condition: String? = nil, unless: [Unless] = [],
    text: String = "{{ order.id }}: {{ order.total | money }}"
  ) -> Script {
    let script = Script(
      .make(
        "shipped", EventRule(name: "order_shipped", condition: condition.map(Condition.script), only: .every),
        [.make("shipped/ask", after: .days(2), unless: unless)]))
    script.program.setTemplate("shipped/ask", text: text)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x2").completesOrder("o2", "cup")
    return script
  }

  private func ships(_ script: Script, _ properties: Record) {
    script.at("2026-03-02 10:00").customer("ann").does("order_shipped", properties)
  }

  @Test(arguments: ["order_id", "orderId"])
  func `the order that the event names is at hand in its templates`(name: String) {
    let script = shipped()
    ships(script, [name: .string("o1")])
    script.at("2026-03-04 10:00")
    #expect(script.sent.map(\.message.content.text) == ["o1: CN¥100.00"])
  }

  @Test func `a condition asks the order, also when the order becomes known after the event`() {
    let script = shipped("order.total > 60")
    ships(script, ["order_id": .string("o3")])
    #expect(script.simulation.customer("ann")?.state.enrollments == [])
    script.customer("ann").completesOrder("o3", "tea x2")
    ships(script, ["order_id": .string("o2")])
    script.at("2026-03-04 10:00")
    #expect(script.sent.map(\.message.content.text) == ["o3: CN¥100.00"])
  }

  @Test func `an event without an order, or with another's, has none`() {
    let script = shipped(text: "{% if order %}{{ order.id }}{% else %}none{% endif %}")
    ships(script, Record())
    script.customer("bob").completesOrder("b1")
    ships(script, ["order_id": .string("b1")])
    script.at("2026-03-04 10:00")
    #expect(script.sent.map(\.message.content.text) == ["none"])
  }

  @Test(arguments: [(Unless.Sameness?.none, 1), (.order, 1), (.customer, 0)])
  func `unless knows the order of the event`(same: Unless.Sameness?, sent: Int) {
    let script = shipped(unless: [Unless("order_refunded", same: same), Unless("coupon_used", same: same)])
    ships(script, ["order_id": .string("o1")])
    // Of another order.
    script.at("2026-03-03 10:00").customer("ann").does("coupon_used", ["order_id": .string("o2")])
    script.at("2026-03-04 10:00")
    #expect(script.sent.count == sent)
  }

  @Test func `what happens to the same order stops the step`() {
    let script = shipped(unless: [Unless("order_refunded", same: .order)])
    ships(script, ["order_id": .string("o1")])
    script.at("2026-03-03 10:00").customer("ann").returnsOrder("o1")
    script.at("2026-03-04 10:00")
    #expect(script.sent.isEmpty)
  }

  @Test func `a preview makes up an event that names an order`() throws {
    let script = shipped()
    let preview = Preview.compose(
      template: "shipped/ask", state: nil, catalog: Catalog(), program: script.program, now: script.now)
    #expect(try preview.get().content.text == "example-1: CN¥128.00")
  }
}
