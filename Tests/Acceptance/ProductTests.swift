import Platform
import Support
import Testing

/// What the shop tells or teaches about its products moves the plans of those who bought them before.
struct ProductTests {
  private static let day: Int64 = 86_400_000

  /// Orders of one piece each, `days` ago.
  private static func orders(_ customer: String, _ sku: String, daysAgo: [Int64]) -> [JSON] {
    let now = SystemTime.wallMilliseconds()
    let identify: JSON = [
      "type": "identify", "messageId": .string("i-\(customer)"), "userId": .string(customer),
      "traits": ["email": .string("\(customer)@customers.example")],
    ]
    return [identify]
      + daysAgo.map { days in
        [
          "type": "track", "messageId": .string("t-\(customer)-\(days)"), "userId": .string(customer),
          "event": "Order Completed", "timestamp": .string(Timestamp.text(milliseconds: now - days * day)),
          "properties": [
            "order_id": .string("o-\(customer)-\(days)"), "total": 10,
            "products": [["sku": .string(sku), "quantity": 1, "price": 10]],
          ],
        ]
      }
  }

  private static func configure(_ shop: TestShop, cycle: String) throws {
    try shop.configureCapture()
    try shop.addTemplate("soon", subject: "Soon", "Soon.")
    try shop.addTrigger(
      "replenishment",
      "when: {runs_out: {cycle: \(cycle), lead: 1d}}\nsteps:\n  - {channel: email, template: soon}")
  }

  /// Waits until an active enrollment of the customer fires about `days` from now.
  private static func waitForPlan(
    _ shop: TestShop, _ customer: String, inDays days: Int64, _ daemon: Child
  )
    async throws
  {
    let due = Timestamp.text(milliseconds: SystemTime.wallMilliseconds() + days * day).prefix(10)
    try await eventually("plan of \(customer) in \(days) days", context: { daemon.text }) {
      let answer = try await shop.ask(["command": "explain", "customer": .string(customer)])
      let enrollments = answer["triggers"]?[0]?["enrollments"]?.arrayValue ?? []
      return enrollments.contains {
        $0["state"] == "active" && $0["fires_at"]?.stringValue?.hasPrefix(due) == true
      }
    }
  }

  @Test func `how long a product lasts may be told after it was bought, and corrected`() async throws {
    try await TestShop.run { shop in
      try Self.configure(shop, cycle: "product")
      let daemon = try await shop.start()
      #expect(try await shop.post(Self.orders("ann", "tea", daysAgo: [5])).status == 200)
      let products = shop.directory + "/products.csv"
      for days: Int64 in [10, 30] {
        try Files.write(Array("sku,name,cycle_days\ntea,Tea,\(days)\n".utf8), to: products)
        #expect(try await shop.reprise("import", "products", products).status == 0)
        try await Self.waitForPlan(shop, "ann", inDays: days - 6, daemon)
      }
    }
  }

  @Test func `a cycle learned later plans those who bought before`() async throws {
    try await TestShop.run { shop in
      try Self.configure(shop, cycle: "10d")
      let daemon = try await shop.start()
      #expect(try await shop.post(Self.orders("new", "tea", daysAgo: [5])).status == 200)
      try await Self.waitForPlan(shop, "new", inDays: 4, daemon)
      for customer in ["ann", "bob", "cai"] {
        #expect(try await shop.post(Self.orders(customer, "tea", daysAgo: [40, 10])).status == 200)
      }
      // A reload that brings the first learning trigger learns at once.
      try Self.configure(shop, cycle: "learned")
      #expect(try await shop.reprise("reload").status == 0)
      try await Self.waitForPlan(shop, "new", inDays: 24, daemon)

      // An import teaches too, and plans what it has brought in by what it taught.
      let orders = shop.directory + "/orders.csv"
      let rows = (0..<20).flatMap { number in
        [90, 10].map { (days: Int64) in
          let at = Timestamp.text(milliseconds: SystemTime.wallMilliseconds() - days * Self.day)
          return "p-\(number)-\(days),p\(number),\(at),10,tea,1,10"
        }
      }
      let text = "order_id,customer_id,placed_at,total,sku,quantity,price\n" + rows.joined(separator: "\n")
      try Files.write(Array((text + "\n").utf8), to: orders)
      #expect(try await shop.reprise("import", "orders", orders).status == 0)
      try await Self.waitForPlan(shop, "new", inDays: 74, daemon)

      // What was learned is remembered: a restart plans nothing anew.
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      let before = daemon.lines(with: "event=triggers_planned_anew").count
      let second = try await shop.start()
      #expect(try await shop.post(Self.orders("last", "tea", daysAgo: [5])).status == 200)
      for customer in ["new", "last"] { try await Self.waitForPlan(shop, customer, inDays: 74, second) }
      #expect(second.lines(with: "event=triggers_planned_anew").count == before, "\(second.text)")
    }
  }
}
