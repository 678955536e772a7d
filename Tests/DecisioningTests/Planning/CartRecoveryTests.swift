import Decisioning
import Domain
import Support
import Testing

struct CartRecoveryTests {
  @Test func `a cart left alone is recalled after an hour and once more a day later`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-05 00:00")
    script.expect.messages(
      "2026-03-01 11:00 ann email cart/reminder", "2026-03-02 10:00 ann email cart/last-call")
  }

  @Test func `every change restarts the clock`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:40").customer("ann").adds("cup")
    script.at("2026-03-01 11:20").customer("ann").looksAt()
    script.at("2026-03-01 12:10")
    script.expect.messages()
    script.at("2026-03-01 12:20")
    script.expect.messages("2026-03-01 12:20 ann email cart/reminder")
  }

  @Test func `a change between the steps moves the second`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 15:00").customer("ann").adds("cup")
    script.at("2026-03-05 00:00")
    script.expect.messages(
      "2026-03-01 11:00 ann email cart/reminder", "2026-03-02 15:00 ann email cart/last-call")
  }

  @Test func `an order of the cart cancels, also between the steps`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.customer("bob").adds("tea", cart: "c2")
    script.at("2026-03-01 10:30").customer("bob").completesOrder("o2", cart: "c2")
    script.at("2026-03-01 12:00").customer("ann").completesOrder("o1", cart: "c1")
    script.at("2026-03-05 00:00")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
    script.expect.held()
  }

  @Test func `an order that names no cart cancels the cart filled before it`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "cup")
    script.at("2026-03-05 00:00")
    script.expect.messages()
  }

  @Test func `an order placed before the cart was filled does not cancel it`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "tea", at: "2026-03-01 09:00")
    script.at("2026-03-01 11:00")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
  }

  @Test func `what is put in after an order begins a new filling`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "tea")
    script.at("2026-03-01 10:40").customer("ann").adds("cup")
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:40 ann email cart/reminder")
  }

  @Test func `an emptied cart cancels, also between the steps`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 12:00").customer("ann").empties()
    script.at("2026-03-05 00:00")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
    #expect(script.states["ann"]?.enrollments.map(\.endReason) == [.cancelled])
  }

  @Test func `taking out the last product cancels`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:20").customer("ann").removes("tea")
    script.at("2026-03-05 00:00")
    script.expect.messages()
  }

  @Test func `products bought in another cart are gone, and cancel when nothing is left`() {
    var trigger = Trigger.cartRecovery
    trigger.endsWith = .cart
    let script = Script(trigger)
    script.program.setTemplate(
      "cart/reminder", text: "{% for item in cart.items %}{{ item.name }} {% endfor %}")
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1").adds("cup", cart: "c1")
    script.customer("bob").adds("tea", cart: "c2")
    script.at("2026-03-01 10:30")
    script.customer("ann").completesOrder("o1", "tea", cart: "elsewhere")
    script.customer("bob").completesOrder("o2", "tea", cart: "elsewhere")
    script.at("2026-03-01 11:30")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
    script.expect.text("cup ")
  }

  @Test func `a product bought elsewhere and put in again is back`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "tea", cart: "elsewhere")
    script.at("2026-03-01 10:45").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 12:00")
    script.expect.messages("2026-03-01 11:45 ann email cart/reminder")
  }

  @Test func `removed products never appear in the mail`() {
    let script = Script(.cartRecovery)
    script.program.setTemplate(
      "cart/reminder", text: "{% for item in cart.items %}{{ item.quantity }} {{ item.name }}, {% endfor %}")
    script.at("2026-03-01 10:00").customer("ann").adds("tea x2").adds("cup", at: "2026-03-01 10:01")
    script.customer("ann").adds("pot", at: "2026-03-01 10:02")
    script.at("2026-03-01 10:10").customer("ann").removes("cup")
    script.at("2026-03-01 12:00")
    script.expect.text("2 tea, 1 pot, ")
  }

  @Test func `within the reentry time a new filling is left alone`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 12:00").customer("ann").empties()
    script.at("2026-03-01 13:00").customer("ann").adds("cup")
    script.at("2026-03-02 11:00").customer("ann").empties()
    script.at("2026-03-02 11:30").customer("ann").adds("pot")
    script.at("2026-03-09 00:00")
    script.expect.messages(
      "2026-03-01 11:00 ann email cart/reminder", "2026-03-02 12:30 ann email cart/reminder",
      "2026-03-03 11:30 ann email cart/last-call")
  }

  @Test func `of two carts planned together the second falls to the reentry time`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea", cart: "c1")
    script.at("2026-03-01 10:05").customer("ann").adds("cup", cart: "c2")
    script.at("2026-03-01 11:30")
    script.expect.messages("2026-03-01 11:00 ann email cart/reminder")
    script.expect.held("2026-03-01 11:05 ann reminder skip exit_condition")
  }

  @Test func `a product known late to be in the cart does not start the same filling twice`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 11:30").customer("ann").adds("cup", at: "2026-03-01 09:50")
    script.at("2026-03-05 00:00")
    script.expect.messages(
      "2026-03-01 11:00 ann email cart/reminder", "2026-03-02 10:00 ann email cart/last-call")
  }

  /// The order emptied the cart in the shop too, and whoever cancels on purpose does not want to hear of it.
  @Test(arguments: [nil, "default"])
  func `a cancelled order does not fill the cart again`(cart: String?) {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00").customer("ann").adds("tea")
    script.at("2026-03-01 10:30").customer("ann").completesOrder("o1", "tea", cart: cart)
    script.at("2026-03-01 10:40").customer("ann").cancelsOrder("o1")
    script.at("2026-03-01 12:00")
    script.expect.messages()
    script.customer("ann").adds("cup")
    script.at("2026-03-01 13:30")
    script.expect.messages("2026-03-01 13:00 ann email cart/reminder")
  }

  @Test func `the second message goes by SMS where it may, else by email`() {
    let script = Script(.cartRecovery)
    script.at("2026-03-01 10:00")
    script.customer("ann").becomes {
      $0.phone = "+8613800000000"
      $0.consent["sms"] = .granted
    }.adds("tea")
    script.customer("bob").becomes { $0.phone = "+8613800000001" }.adds("tea")
    script.at("2026-03-05 00:00")
    script.expect.messages(
      "2026-03-01 11:00 ann email cart/reminder", "2026-03-01 11:00 bob email cart/reminder",
      "2026-03-02 10:00 ann sms cart/last-call", "2026-03-02 10:00 bob email cart/last-call")
  }
}
