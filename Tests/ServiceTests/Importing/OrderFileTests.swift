import Decisioning
import Domain
import Import
import ImportSupport
import Platform
import Store
import Support
import Testing

@testable import Service

/// What files of orders tell beyond the order: what was paid back so far, and where guests can be reached.
struct OrderFileTests {
  @discardableResult
  private func importing(
    _ floor: IntakeFloor, _ text: String, as kind: ImportKind = .orders,
    _ change: (inout ImportOptions) -> Void = { _ in }
  ) async throws -> [String] {
    let bench = try ImportBench()
    var options = ImportOptions(kind: kind)
    options.callingCode = CallingCode("86")
    change(&options)
    let sink = DirectImport(store: floor.store, intake: floor.intake, now: { IntakeFloor.now })
    let summary = try await Importer(
      path: try bench.file(text), options: options, context: ImportBench.context(now: IntakeFloor.now),
      sink: sink, startsOver: true
    ).run()
    return (summary.errors + summary.omissions).map(\.description)
  }

  private func order(_ floor: IntakeFloor, _ id: String) async throws -> Order {
    try #require(try await floor.store.read { try $0.orders(ids: [id])[id]?.order })
  }

  private static let file = """
    Name,Email,Created at,Total,Refunded Amount,Financial Status,Lineitem sku
    #1,ann@x.example,2026-02-20 10:00:00 +0800,50.00,20.00,partially_refunded,T
    #1,,,,,,C
    #2,ann@x.example,2026-02-21 10:00:00 +0800,30.00,0.00,paid,T
    #3,ann@x.example,2026-02-22 10:00:00 +0800,30.00,30.00,refunded,T

    """

  private static func refund(_ id: String, _ amount: Int64, order: String = "#1") -> IncomingEvent {
    IncomingEvent(
      customerID: "ann@x.example",
      event: Event(
        messageID: id, name: .orderRefunded, at: IntakeFloor.now - .days(1), receivedAt: IntakeFloor.now),
      effect: .orderRefunded(
        orderID: order, amount: Money(minorUnits: amount, currency: IntakeFloor.currency)))
  }

  @Test(arguments: IntakeStore.allCases)
  func `what a file says was paid back counts once, however often it is told`(kind: IntakeStore) async throws
  {
    try await IntakeFloor.use(kind) { floor in
      for _ in 0..<2 {
        #expect(try await importing(floor, Self.file) { $0.take(.shopify) } == [])
        let first = try await order(floor, "#1")
        #expect(first.refunded == 2000 && first.stands)
        #expect(first.refundedAt == Instant(iso8601: "2026-02-20T10:00:00+08:00"))
        #expect(try await order(floor, "#2").refunded == 0)
        #expect(try await order(floor, "#3").stands == false)
      }
      // The shop's webhooks tell the same two refunds singly, and then a third.
      for (id, amount, sum) in [("a", 500, 2000), ("b", 1500, 2000), ("c", 700, 2700)]
        as [(String, Int64, Int64)]
      {
        try await floor.take([Self.refund(id, amount)])
        #expect(try await order(floor, "#1").refunded == sum)
      }
      // The next file has all three.
      let next = Self.file.replacing("50.00,20.00", with: "50.00,27.00")
      try await importing(floor, next) { $0.take(.shopify) }
      #expect(try await order(floor, "#1").refunded == 2700)
      let older = try await importing(floor, Self.file) { $0.take(.shopify) }
      #expect(older == [])
      #expect(try await order(floor, "#1").refunded == 2700)
      let standing = try #require(try await floor.state("ann@x.example")).orders.filter(\.stands)
      #expect(standing.map { $0.total.minorUnits - $0.refunded } == [2300, 3000])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a refund that comes before the file counts within what the file says`(kind: IntakeStore) async throws
  {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([Self.refund("a", 500)])
      try await importing(floor, Self.file) { $0.take(.shopify) }
      #expect(try await order(floor, "#1").refunded == 2000)
      try await floor.take([Self.refund("b", 1500)])
      #expect(try await order(floor, "#1").refunded == 2000)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what is refunded wholly by a file makes nothing run out`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await importing(
        floor,
        "order_id,customer_id,placed_at,total,退款金额,sku\n1,a,2026-02-20,50,50,T\n2,a,2026-02-21,50,49.99,T\n")
      let bought = try await floor.store.read { tx in
        var bought: [[String]] = []
        try tx.forEachPurchaser { bought.append($0.map(\.sku)) }
        return bought
      }
      #expect(bought == [["T"]])
      #expect(try await order(floor, "1").stands == false)
      #expect(try await order(floor, "2").stands)
    }
  }

  @Test func `a refund that cannot be is left out and said`() async throws {
    try await IntakeFloor.use { floor in
      let head = "order_id,customer_id,placed_at,total,refund amount,sku\n"
      let told = try await importing(
        floor, head + "1,a,2026-02-20,50,60,T\n2,a,2026-02-20,50,much,T\n3,a,2026-02-20,50,-7.50,T\n")
      #expect(
        told == [
          "line 2: refund amount: 60.00 CNY paid back is more than the order's total, 50.00 CNY; is it the right column?; imported without refunded_total",
          "line 3: refund amount: 'much' is not an amount; write digits with a decimal point, such as 12.50; imported without refunded_total",
        ])
      #expect(try await order(floor, "1").refunded == 0)
      #expect(try await order(floor, "1").stands)
      #expect(try await order(floor, "2").refunded == 0)
      #expect(try await order(floor, "3").refunded == 750)
      // Of lines, it is none of the order.
      #expect(
        try await importing(
          floor, head + "4,a,2026-02-20,50,5,T\n4,a,,,8,C\n5,a,2026-02-20,50,5,T\n5,,,,5,C\n") == [
            "line 3: refund amount: the rows of order '4' differ here: '5.00 CNY' and '8.00 CNY'; imported without refunded_total"
          ])
      #expect(try await order(floor, "4").refunded == 0)
      #expect(try await order(floor, "5").refunded == 500)
      // Without a total an order costs what its lines do.
      #expect(
        try await importing(
          floor,
          "order_id,customer_id,placed_at,refund amount,sku,price\n6,a,2026-02-20,9,T,5\n7,a,2026-02-20,3,T,5\n"
        )
          == [
            "line 2: refund amount: 9.00 CNY paid back is more than the order's total, 5.00 CNY; is it the right column?; imported without refunded_total"
          ])
      #expect(try await order(floor, "7").refunded == 300)
    }
  }

  // MARK: - Guests

  private func customer(_ floor: IntakeFloor, _ id: String) async throws -> Customer {
    try #require(try await floor.store.read { try $0.customer(id: id) })
  }

  @Test(arguments: IntakeStore.allCases, [1, 100_000])
  func `guests can be reached by what their orders have`(kind: IntakeStore, size: Int) async throws {
    try await IntakeFloor.use(kind) { floor in
      let text = """
        Name,Email,Phone,Created at,Total,Lineitem sku
        #1,Guest@x.example,'+8613711112222,2026-02-20 10:00:00 +0800,9.00,T
        #1,,,,,C
        #2,,'+8613711113333,2026-02-20 10:00:00 +0800,9.00,T
        #3,GUEST@x.example,'+8613711114444,2026-02-22 10:00:00 +0800,9.00,T
        #4,bob@x.example,138****5678,2026-02-22 10:00:00 +0800,9.00,T

        """
      for _ in 0..<2 {
        #expect(try await importing(floor, text) { $0.take(.shopify) } == [])
        let guest = try await customer(floor, "guest@x.example")
        #expect(guest.email == "GUEST@x.example")
        #expect(guest.phone == "+8613711114444")
        #expect(guest.consent.isEmpty)
        let time = Instant(iso8601: "2026-02-22T10:00:00+08:00")
        #expect(guest.fieldTimes == ["email": try #require(time), "phone": try #require(time)])
        let caller = try await customer(floor, "+8613711113333")
        #expect(caller.email == nil && caller.phone == "+8613711113333")
        #expect(try await customer(floor, "bob@x.example").phone == nil)
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order changes no field that is known from later`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await importing(
        floor,
        "id,email,phone,updated_at,consent.email\nann,ann@new.example,,2026-02-10,no\nbob,,,2026-02-10,\n",
        as: .customers)
      let orders = """
        order_id,customer_id,email,phone,placed_at,total
        1,ann,ann@old.example,+8613711112222,2026-01-20,9
        2,bob,bob@x.example,,2026-01-20,9
        3,bob,bob@y.example,,2026-01-21,9
        4,,guest@x.example,,2026-01-21,9

        """
      for _ in 0..<2 {
        #expect(try await importing(floor, orders) == [])
        let ann = try await customer(floor, "ann")
        #expect(ann.email == "ann@new.example")
        #expect(ann.phone == "+8613711112222")
        #expect(ann.consent == ["email": .withdrawn])
        #expect(try await customer(floor, "bob").email == "bob@y.example")
        #expect(try await customer(floor, "guest@x.example").email == "guest@x.example")
      }
      // A later order tells the address of now.
      try await importing(
        floor, "order_id,customer_id,email,placed_at,total\n5,ann,ann@later.example,2026-03-01,9\n")
      #expect(try await customer(floor, "ann").email == "ann@later.example")
    }
  }

  @Test func `the number that names the buyer is the number to reach`() async throws {
    try await IntakeFloor.use { floor in
      try await importing(
        floor, "订单号,买家手机号,订单创建时间,订单实付金额,邮箱\n1,13711112222,2026-02-20 10:00:00,9,ann@x.example\n"
      ) { $0.take(.youzan) }
      let buyer = try await customer(floor, "+8613711112222")
      #expect(buyer.phone == "+8613711112222")
      #expect(buyer.email == "ann@x.example")
    }
  }

  @Test func `a file with several columns for one address takes the first`() async throws {
    try await IntakeFloor.use { floor in
      try await importing(
        floor,
        "order_id,customer_id,email,billing email,placed_at,total\n1,a,a@x.example,b@x.example,2026-02-20,9\n"
      )
      #expect(try await customer(floor, "a").email == "a@x.example")
    }
  }
}
