import Decisioning
import Domain
import Support
import Templates
import Testing

struct SampleTests {
  static let kinds: [(String, any TriggerKind, String, String)] = [
    (
      "welcome", EventRule(name: .orderCompleted, only: .first), "{{ order.id }}", "a 'order_completed' event"
    ),
    (
      "cancelled", EventRule(name: .orderCancelled, only: .every), "{{ order.lines[0].name }} {{ event.at }}",
      "a 'order_cancelled' event"
    ),
    (
      "refunded", EventRule(name: .orderRefunded, only: .every), "{{ order.refunded }}",
      "a 'order_refunded' event"
    ),
    (
      "quiz", EventRule(name: "quiz_finished", only: .every),
      "{{ event.result }} {{ event.properties.score }}",
      "a 'quiz_finished' event"
    ),
    (
      "guarded",
      EventRule(
        name: "quiz_finished", condition: .script("event.score == 5"), only: .every), "{{ event.name }}",
      "a 'quiz_finished' event"
    ),
    (
      "cart", .cartIdle(.hours(1)), "{{ cart.items[0].name }} {{ cart.total }}", "a cart with something in it"
    ),
    (
      "tea", RunsOutRule(cycle: .product, lead: .days(5), combine: .days(3)),
      "{{ products[0].name }} {{ products[0].runs_out_at }}", "an order"
    ),
    (
      "birthday", Trigger.birthday().when, "{{ anniversary.date }} {{ anniversary.age }}", "a birthday"
    ),
    ("away", .lapsed(.days(90)), "{{ order.placed_at }}", "an order"),
  ]

  private func preview(
    _ when: any TriggerKind, _ text: String, of state: (Script) -> CustomerState?
  ) -> Result<Preview, Preview.Problem> {
    var trigger = Trigger.welcome
    trigger.when = when
    let script = Script(trigger)
    script.program.setTemplate("welcome/thanks", text: "Hi {{ customer.first_name }} \(text)")
    script.at("2026-03-01 10:00")
    return Preview.compose(
      template: "welcome/thanks", state: state(script), catalog: Catalog(), program: script.program,
      now: script.now)
  }

  @Test(arguments: kinds.indices)
  func `what the customer lacks for a trigger is made up and reported`(index: Int) throws {
    let (_, when, text, need) = Self.kinds[index]
    let preview = try preview(when, text) { _ in
      var customer = Customer(key: CustomerKey(7), id: "ann")
      customer.firstName = "Ann"
      customer.email = "ann@mail.example"
      return CustomerState(customer: customer)
    }.get()
    #expect(preview.sample == .occasion(lacks: need))
    #expect(preview.content.text.hasPrefix("Hi Ann "))
    #expect(preview.content.to == "ann@mail.example")
  }

  @Test(arguments: kinds.indices)
  func `without a customer everything is made up and reported`(index: Int) throws {
    let (_, when, text, _) = Self.kinds[index]
    let preview = try preview(when, text + " {{ customer.shoe_size }}") { _ in nil }.get()
    #expect(preview.sample == .customer)
    #expect(preview.content.text.hasPrefix("Hi Alexandra "))
    #expect(preview.content.text.hasSuffix(" shoe_size"))
  }

  @Test func `an attribute that a real customer lacks is not made up`() throws {
    let result = preview(.cartIdle(.hours(1)), "{{ customer.shoe_size }}") { _ in
      var customer = Customer(key: CustomerKey(7), id: "ann")
      customer.firstName = "Ann"
      customer.email = "ann@mail.example"
      return CustomerState(customer: customer)
    }
    guard case .failure(.failed(let values)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(values["variable"] == .string("customer.shoe_size"))
  }
}
