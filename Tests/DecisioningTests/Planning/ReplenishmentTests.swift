import Decisioning
import Domain
import Support
import Testing

struct ReplenishmentTests {
  private func script(
    _ trigger: Trigger, _ cycles: [String: Double] = ["tea": 30, "cup": 31, "pot": 60]
  ) -> Script {
    let script = Script(trigger)
    for (sku, days) in cycles { script.catalog.products[sku] = Product(sku: sku, name: sku, cycleDays: days) }
    return script
  }

  @Test func `a product is called to mind some days before it runs out`() {
    let script = script(.replenishment())
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.at("2026-06-01 00:00")
    script.expect.messages("2026-03-26 10:00 ann email replenish/soon")
  }

  @Test func `two pieces last twice as long, on however many lines they stand`() {
    let script = script(.replenishment())
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x2")
    script.customer("bob").completesOrder("o2", "tea", "tea")
    script.expect.enrollments(of: "ann", "tea:o1 active 2026-04-25 10:00")
    script.expect.enrollments(of: "bob", "tea:o2 active 2026-04-25 10:00")
  }

  @Test func `a new order of the product starts the count again`() {
    let script = script(.replenishment())
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.at("2026-03-20 10:00").customer("ann").completesOrder("o2", "tea")
    script.expect.enrollments(of: "ann", "tea:o1 ended superseded", "tea:o2 active 2026-04-14 10:00")
  }

  @Test func `a new order that is cancelled gives the count back to the one before`() {
    let script = script(.replenishment())
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.at("2026-03-20 10:00").customer("ann").completesOrder("o2", "tea").cancelsOrder("o2")
    script.expect.enrollments(of: "ann", "tea:o1 active 2026-03-26 10:00", "tea:o2 ended cancelled")
  }

  @Test func `products that run out together share one message`() {
    let script = script(.replenishment())
    script.program.setTemplate(
      "replenish/soon", text: "{% for product in products %}{{ product.name }} {% endfor %}")
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "pot", "cup", "tea")
    script.expect.enrollments(of: "ann", "tea:o1 active 2026-03-26 10:00", "pot:o1 active 2026-04-25 10:00")
    script.at("2026-03-27 00:00")
    script.expect.messages("2026-03-26 10:00 ann email replenish/soon")
    script.expect.text("tea cup ")
  }

  @Test func `a message names 200 products, and what it leaves out does not come after it`() {
    let skus = (0..<250).map { "sku-\($0)" }
    let script = script(
      .replenishment(),
      Dictionary(uniqueKeysWithValues: skus.enumerated().map { ($1, 30 + Double($0) / 1000) }))
    let lines = skus.map { OrderLine(sku: $0, quantity: 1, price: 100) }
    let order = Order(
      id: "o1", placedAt: script.program.brand.zone.instant("2026-03-01 10:00"), total: .cny(25_000),
      lines: lines, receivedAt: script.now)
    _ = script.at("2026-03-01 10:00").customer("ann")
    script.receive(
      .orderPlaced(order), name: .orderCompleted, at: script.now, id: "placed", from: "ann")
    script.program.setTemplate("replenish/soon", text: "{{ products.size }}")
    script.at("2026-04-10 10:00").customer("ann").completesOrder("o2", "other")
    script.at("2026-06-01 00:00")
    script.expect.messages("2026-03-26 10:00 ann email replenish/soon")
    script.expect.text("200")
  }

  @Test func `a product already named is not named again until it is bought again`() {
    let script = script(.replenishment())
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea", "cup")
    script.at("2026-03-28 10:00").customer("ann").completesOrder("o2", "tea")
    script.at("2026-06-01 00:00")
    script.expect.messages(
      "2026-03-26 10:00 ann email replenish/soon", "2026-04-22 10:00 ann email replenish/soon")
    #expect(script.sent.last.map { $0.message.occurrence } == "tea:o2")
  }

  @Test func `a fixed cycle is for one piece`() {
    let script = script(.replenishment(.fixed(.days(10)), lead: .days(2)), [:])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x3")
    script.expect.enrollments(of: "ann", "tea:o1 active 2026-03-29 10:00")
  }

  @Test func `a product that nothing is known about is not planned`() {
    let script = script(.replenishment(), [:])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.expect.enrollments(of: "ann")
  }

  @Test func `a learned cycle is the customer's own median interval, whatever the quantity`() {
    let script = script(.replenishment(.learned, lead: .days(2)))
    script.catalog.learnedCycles["tea"] = .days(50)
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea", at: "2026-01-02 10:00")
    script.customer("ann").completesOrder("o2", "tea", at: "2026-01-12 10:00")
    script.customer("ann").completesOrder("o3", "tea", at: "2026-02-01 10:00")
    script.customer("ann").completesOrder("o4", "tea x5", at: "2026-02-28 10:00")
    // Intervals of 10, 20 and 27 days: the median is 20.
    script.expect.enrollments(of: "ann", "tea:o4 active 2026-03-18 10:00")
  }

  @Test(arguments: [(Duration.days(50), "2026-04-18 10:00"), (nil, "2026-03-29 10:00")])
  func `without an own interval all customers' median counts, then the product's days`(
    learned: Duration?, due: String
  ) {
    let script = script(.replenishment(.learned, lead: .days(2)))
    script.catalog.learnedCycles["tea"] = learned
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.expect.enrollments(of: "ann", "tea:o1 active \(due)")
  }

  @Test func `two orders of one day are one purchase and teach nothing`() {
    let script = script(.replenishment(.learned, lead: .days(2)), [:])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.at("2026-03-01 12:00").customer("ann").completesOrder("o2", "tea")
    script.expect.enrollments(of: "ann")
  }

  @Test func `a lead longer than the product lasts is not taken`() {
    let script = script(.replenishment(), ["tea": 4])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea")
    script.expect.enrollments(of: "ann", "tea:o1 active 2026-03-05 10:00")
  }

  @Test func `absurd quantities and cycles do no harm`() {
    let script = script(.replenishment(), ["tea": 1e300, "cup": .nan, "pot": -1])
    script.at("2026-03-01 10:00").customer("ann").completesOrder("o1", "tea x9223372036854", "cup", "pot")
    #expect(script.states["ann"]?.enrollments.map(\.occurrence) == ["tea:o1"])
  }
}
