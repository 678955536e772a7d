import Decisioning
import Domain
import Support
import Testing

struct CartEndingTests {
  @Test func `any order after the cart's last change ends its recovery`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1").adds("cup", cart: "c1")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "pot", cart: "elsewhere")
    script.at("2026-03-05 00:00")
    script.expect.messages()
    script.expect.enrollments(of: "ann", "c1@1772330400000 ended cancelled")
  }

  @Test func `a change after such an order begins the recovery anew`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "pot", cart: "elsewhere")
    script.at("2026-03-01 10:40").customer("ann").adds("cup", cart: "c1")
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:40 ann email cart/reminder")
  }

  @Test func `with ends_with cart only an order of this cart ends it`() {
    var trigger = Trigger.cartRecovery
    trigger.endsWith = .cart
    let script = Script(trigger)
    script.at("2026-03-01 10:00")
    script.customer("ann").adds("tea", cart: "c1")
    script.customer("bob").adds("tea", cart: "c2")
    script.at("2026-03-01 10:30")
    script.customer("ann").completesOrder("o1", "pot", cart: "elsewhere")
    script.customer("bob").completesOrder("o2", "pot", cart: "c2")
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
  }

  @Test func `an order placed before the last change and known late takes out what it bought`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 10:30").customer("ann").adds("cup", cart: "c1")
    script.customer("ann").completesOrder("o1", "tea", cart: "elsewhere", at: "2026-03-01 10:20")
    script.program.setTemplate(
      "cart/reminder", text: "{% for item in cart.items %}{{ item.name }} {% endfor %}")
    script.at("2026-03-01 12:00")
    script.expect.text("cup ")
  }

  @Test
  func
    `what an order took out of the cart stays out after its cancellation, also when a file brought the order`()
  {
    let filledAt = Instant(milliseconds: 1_772_359_200_000)
    let placedAt = filledAt + .minutes(30)
    // As an import leaves them: the cart's own changes know nothing of the order.
    let line = OrderLine(sku: "tea", quantity: 1, price: nil, currency: nil)
    let cart = Cart(id: "c1", changes: [CartChange(id: "m1", at: filledAt, kind: .add(line))])
    var order = Order(
      id: "o1", placedAt: placedAt, total: Money(minorUnits: 100, currency: .unknown), receivedAt: placedAt)
    #expect(Filling(of: cart, orders: [], .cart) != nil)
    #expect(Filling(of: cart, orders: [order], .cart) == nil)
    order.cancelledAt = placedAt + .hours(1)
    #expect(Filling(of: cart, orders: [order], .cart) == nil)
  }

  @Test func `an order that waits for its payment silences its cart`() {
    let filledAt = Instant(milliseconds: 1_772_359_200_000)
    let line = OrderLine(sku: "tea", quantity: 1, price: nil, currency: nil)
    let cart = Cart(id: "c1", changes: [CartChange(id: "m1", at: filledAt, kind: .add(line))])
    var order = Order(
      id: "o1", placedAt: nil, pendingAt: filledAt + .minutes(1),
      total: Money(minorUnits: 100, currency: .unknown), cartID: "c1", receivedAt: filledAt)
    #expect(Filling(of: cart, orders: [order], .anyOrder) == nil)
    // One of another cart counts nowhere before it is paid for.
    order.cartID = "c2"
    #expect(Filling(of: cart, orders: [order], .anyOrder) != nil)
  }
}
