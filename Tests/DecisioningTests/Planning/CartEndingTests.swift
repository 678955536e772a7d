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
}
