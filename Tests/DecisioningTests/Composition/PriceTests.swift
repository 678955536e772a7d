import Decisioning
import Domain
import Support
import Testing

/// Prices in carts and orders as messages show them.
struct PriceTests {
  private static let template =
    "{% for item in cart.items %}{{ item.sku }} {{ item.price | default: 'none' }}, {% endfor %}"
    + "{{ cart.total | default: 'none' }} {{ cart.currency | default: 'none' }}"

  private func script(_ lines: OrderLine...) -> Script {
    let script = Script(.cartRecovery)
    script.program.setTemplate("cart/reminder", text: Self.template)
    script.at("2026-03-01 10:00")
    for (number, line) in lines.enumerated() {
      _ = script.customer("ann")
      script.receive(
        .cartChanged(cartID: "c1", url: nil, change: .add(line)), name: .productAdded,
        at: script.now, id: "m\(number)", from: "ann")
    }
    return script
  }

  private func line(_ sku: String, _ price: Int64?, _ code: String? = nil) -> OrderLine {
    OrderLine(sku: sku, quantity: 2, price: price, currency: code.flatMap { Currency($0) })
  }

  @Test func `a cart is shown in its own currency`() {
    let script = script(line("tea", 1250, "JPY"))
    script.at("2026-03-01 12:00")
    script.expect.text("tea 1250, 2500 JPY")
  }

  @Test func `prices in several currencies have no total`() {
    let script = script(line("tea", 1250, "JPY"), line("cup", 2000, "USD"))
    script.at("2026-03-01 12:00")
    script.expect.text("tea 1250, cup 20.00, none none")
  }

  @Test func `a line without a price takes the catalogue's, else has none`() {
    let script = script(line("tea", nil), line("cup", 300, "CNY"))
    script.catalog.products["tea"] = Product(sku: "tea", price: .cny(1000))
    script.at("2026-03-01 12:00")
    script.expect.text("tea 10.00, cup 3.00, 26.00 CNY")
    let other = self.script(line("tea", nil), line("cup", 300, "CNY"))
    other.at("2026-03-01 12:00")
    other.expect.text("tea none, cup 3.00, none CNY")
  }

  @Test func `a condition on a total that is missing does not hold`() {
    var trigger = Trigger.cartRecovery
    trigger.audience = .script("cart.currency == 'CNY' and cart.total >= 5")
    for (price, currency, count) in [(1000, "CNY", 1), (1000, "JPY", 0), (nil, "CNY", 0)]
      as [(Int64?, String, Int)]
    {
      let script = Script(trigger)
      _ = script.at("2026-03-01 10:00").customer("ann")
      script.receive(
        .cartChanged(cartID: "c1", url: nil, change: .add(line("tea", price, currency))),
        name: .productAdded, at: script.now, id: "m", from: "ann")
      script.at("2026-03-01 12:00")
      #expect(script.sent.count == count, "\(String(describing: price)) \(currency)")
    }
  }

  @Test func `returned products are in no mail about the order`() {
    let script = Script(.welcome)
    script.program.setTemplate(
      "welcome/thanks",
      text:
        "{% for line in order.lines %}{{ line.quantity }} {{ line.sku }}, {% endfor %}{{ order.lines_count }}"
    )
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x3", "cup")
    script.customer("ann").returnsOrder("o1", "tea x2", "cup")
    script.at("2026-03-01 12:00")
    script.expect.text("1 tea, 1")
  }

  @Test func `a returned product does not run out`() {
    let script = Script(.replenishment(.fixed(.days(30))))
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea", "cup")
    script.customer("bob").completesOrder("o2", "tea")
    script.at("2026-03-05 10:00").customer("ann").returnsOrder("o1", "tea")
    script.customer("bob").returnsOrder("o2", "tea")
    script.program.setTemplate(
      "replenish/soon", text: "{% for product in products %}{{ product.sku }} {% endfor %}")
    script.at("2026-04-30 00:00")
    script.expect.messages("2026-03-26 10:00 ann email replenish/soon")
    script.expect.text("cup ")
  }
}
