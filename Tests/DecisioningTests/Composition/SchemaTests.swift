import Decisioning
import Domain
import Support
import Templates
import Testing

struct SchemaTests {
  private func problems(_ text: String, _ trigger: Trigger) throws -> [String] {
    try Template.parse(text, name: "t", escape: .none).check(schema: trigger.templateSchema()).map(\.message)
  }

  @Test(arguments: [
    ("{{ cart.items[0].name }}{{ cart.total }}", Trigger.cartRecovery),
    ("{% for p in products %}{{ p.runs_out_at }}{% endfor %}", .replenishment()),
    ("{{ anniversary.age }}", .birthday()),
    ("{{ order.lines[0].sku }}{{ customer.loyalty_level }}", .winBack()),
    ("{{ event.name }}{{ order.id }}{{ unsubscribe_url }}{{ brand.address }}", .welcome),
  ])
  func `each kind of trigger offers its own names`(text: String, trigger: Trigger) throws {
    #expect(try problems(text, trigger) == [])
  }

  @Test func `a name of another kind is refused`() throws {
    #expect(try problems("{{ order.id }}", .cartRecovery).count == 1)
    #expect(try problems("{{ cart.id }}", .welcome).count == 1)
  }

  @Test func `an event about an order only has a name and a time, its content is the order's`() throws {
    #expect(
      try problems("{{ event.total }}{{ event.at }}", .welcome)
        == ["unknown property 'total' of 'event'; it has at, name"])
    var quiz = Trigger.welcome
    quiz.when = EventRule(name: "quiz_finished", only: .every)
    #expect(try problems("{{ event.total }}{{ event.properties.total }}", quiz) == [])
  }

  @Test func `another system's name for a field suggests ours`() throws {
    #expect(
      try problems("{{ order.grand_total }}{{ order.lines[0].title }}", .welcome) == [
        "unknown property 'grand_total' of 'order'; did you mean 'total'?",
        "unknown property 'title' of 'order.lines[0]'; did you mean 'name'?",
      ])
    #expect(try problems("{{ customer.total_spent }}", .welcome) == [])
  }

  @Test func `a slip in a customer's field is found although attributes are free`() throws {
    #expect(
      try problems("{{ customer.fist_name }}", .welcome)
        == ["unknown property 'fist_name' of 'customer'; did you mean 'first_name'?"])
    #expect(try problems("{{ customer.attributes.fist_name }}", .welcome) == [])
  }

  @Test func `service messages offer no unsubscribe_url, conditions never`() throws {
    var service = Trigger.welcome
    service.purpose = .service
    #expect(try problems("{{ unsubscribe_url }}", service).count == 1)
    #expect(
      Condition.script("unsubscribe_url == 'x'").check(schema: Trigger.welcome.when.conditionSchema()).count
        == 1)
    #expect(Condition.script("order.total >= 10").check(schema: Trigger.welcome.when.conditionSchema()) == [])
  }

  @Test func `every name that passes the check exists when the message is written`() throws {
    let script = Script(.welcome)
    let text =
      "{{ customer.orders_count }} {{ customer.lifetime_value }} {{ customer.first_order_at }} {{ customer.locale }} "
      + "{{ order.id }} {{ order.placed_at }} {{ order.total }} {{ order.lines_count }} {{ event.at }} {{ trigger.id }} "
      + "{{ brand.currency }} {{ customer.time_zone }} {{ customer.average_order_value }} {{ order.refunded }}"
    #expect(try problems(text, .welcome) == [])
    script.program.setTemplate("welcome/thanks", text: text)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1")
    script.at("2026-03-01 10:10")
    script.expect.messages("2026-03-01 10:10 ann email welcome/thanks")
  }
}
