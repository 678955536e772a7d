import Domain
import Platform
import Store
import Support
import Testing

@testable import Service
@testable import Web

/// The platforms' deliveries come twice, late and in any order; what is known of a customer must not depend on it.
struct HookDeliveryTests {
  private static var context: HookContext {
    var decoder = TrackingDecoder(currency: IntakeFloor.currency)
    decoder.channels = ["email": .email, "sms": .phone]
    return HookContext(decoder, shopURL: nil)
  }

  private static func take(_ reading: HookReading, _ floor: IntakeFloor) async throws -> IntakeReceipt {
    let decoded = try context.decoder.decode(
      ["batch": .array(reading.calls)], as: .batch, receivedAt: IntakeFloor.now)
    #expect(decoded.problems == [])
    return try await floor.intake.take(decoded.events, now: IntakeFloor.now, source: "shopify")
  }

  private static func order(
    _ updated: String, status: String = "paid", total: String = "50.00", cancelled: String? = nil,
    refunds: [JSON] = []
  ) -> JSONObject {
    [
      "id": 5_001, "name": "#1001", "email": "ann@shop.example", "test": false, "currency": "CNY",
      "created_at": "2026-03-01T10:00:00Z", "processed_at": "2026-03-01T10:00:00Z",
      "updated_at": .string(updated), "financial_status": .string(status), "total_price": .string(total),
      "cancelled_at": cancelled.map { .string($0) } ?? .null, "checkout_token": "chk-1",
      "line_items": [["sku": "tea", "quantity": 2, "price": "25.00"]], "refunds": .array(refunds),
    ]
  }

  private static let refund: JSON = [
    "id": 900, "created_at": "2026-03-01T12:00:00Z",
    "transactions": [["kind": "refund", "status": "success", "amount": "25.00", "currency": "CNY"]],
    "refund_line_items": [["quantity": 1, "line_item": ["sku": "tea"]]],
  ]

  private static func customer(
    _ updated: String, _ name: String, _ consent: String, _ at: String
  ) -> JSONObject {
    [
      "id": 706, "email": "ann@shop.example", "first_name": .string(name),
      "created_at": "2026-01-01T00:00:00Z", "updated_at": .string(updated), "tags": "",
      "email_marketing_consent": ["state": .string(consent), "consent_updated_at": .string(at)],
    ]
  }

  private static func checkout(_ updated: String, _ quantity: Int64) -> JSONObject {
    [
      "id": 33, "token": "chk-1", "email": "ann@shop.example", "completed_at": nil, "currency": "CNY",
      "created_at": "2026-03-01T09:00:00Z", "updated_at": .string(updated),
      "line_items": [["sku": "tea", "title": "Tea", "quantity": .integer(quantity), "price": "25.00"]],
    ]
  }

  private static let deliveries: [(topic: String, body: JSONObject)] = [
    ("checkouts/create", checkout("2026-03-01T09:00:00Z", 1)),
    ("checkouts/update", checkout("2026-03-01T09:30:00Z", 2)),
    ("orders/create", order("2026-03-01T10:00:01Z", status: "pending")),
    ("orders/paid", order("2026-03-01T10:05:00Z")), ("orders/updated", order("2026-03-01T10:05:00Z")),
    ("orders/updated", order("2026-03-01T11:00:00Z", total: "52.00")),
    (
      "orders/updated",
      order("2026-03-01T12:00:01Z", status: "partially_refunded", total: "52.00", refunds: [refund])
    ),
    (
      "orders/cancelled",
      order(
        "2026-03-02T10:00:01Z", status: "partially_refunded", total: "52.00",
        cancelled: "2026-03-02T10:00:00Z", refunds: [refund])
    ),
    ("customers/create", customer("2026-02-01T00:00:00Z", "An", "subscribed", "2026-02-01T00:00:00Z")),
    ("customers/update", customer("2026-03-01T08:00:00Z", "Ann", "subscribed", "2026-02-01T00:00:00Z")),
    ("customers/update", customer("2026-03-03T08:00:00Z", "Anna", "unsubscribed", "2026-03-03T08:00:00Z")),
    (
      "fulfillments/create",
      [
        "id": 44, "order_id": 5_001, "name": "#1001.1", "email": "ann@shop.example", "status": "success",
        "created_at": "2026-03-01T15:00:00Z", "updated_at": "2026-03-01T15:00:00Z",
      ]
    ),
  ]

  private static func wooOrder(_ modified: String, _ status: String, refunds: [JSON] = []) -> JSONObject {
    [
      "id": 727, "status": .string(status), "currency": "CNY", "total": "50.00",
      "date_created_gmt": "2026-03-01T10:00:00", "date_modified_gmt": .string(modified),
      "date_paid": status == "processing" ? "2026-03-01T11:00:00" : nil,
      "billing": ["email": "ann@shop.example"], "refunds": .array(refunds),
      "line_items": [["sku": "tea", "quantity": 2, "total": "50.00"]],
    ]
  }

  /// Cancelled because nobody paid in time, then paid after all.
  private static let wooDeliveries: [(topic: String, body: JSONObject)] = [
    ("order.created", wooOrder("2026-03-01T10:00:00", "pending")),
    ("order.updated", wooOrder("2026-03-01T10:30:00", "cancelled")),
    ("order.updated", wooOrder("2026-03-01T11:00:00", "processing")),
    ("order.updated", wooOrder("2026-03-01T11:00:00", "processing")),
  ]

  enum Feed: CaseIterable {
    case shopify, woocommerce

    fileprivate var hook: any HookDialect {
      switch self {
      case .shopify: ShopifyHook(context: HookDeliveryTests.context)
      case .woocommerce: WooCommerceHook(context: HookDeliveryTests.context)
      }
    }

    fileprivate var deliveries: [(topic: String, body: JSONObject)] {
      self == .shopify ? HookDeliveryTests.deliveries : HookDeliveryTests.wooDeliveries
    }
  }

  private static func summary(
    _ deliveries: [(topic: String, body: JSONObject)], of feed: Feed, _ kind: IntakeStore
  ) async throws -> [String] {
    try await IntakeFloor.use(kind) { floor in
      for (topic, body) in deliveries {
        _ = try await take(feed.hook.read(HookDelivery(topic: topic, body: body)), floor)
      }
      return try await floor.summary("ann@shop.example")
    }
  }

  @Test(arguments: IntakeStore.allCases, Feed.allCases)
  func `the same deliveries in any order and repeated leave the same customer`(
    kind: IntakeStore, feed: Feed
  ) async throws {
    let expected = try await Self.summary(feed.deliveries, of: feed, kind)
    for seed in SeededGenerator.seeds(6) {
      var random = SeededGenerator(seed: seed)
      let repeats = (0..<5).compactMap { _ in feed.deliveries.randomElement(using: &random) }
      let shuffled = (feed.deliveries + repeats).shuffled(using: &random)
      let found = try await Self.summary(shuffled, of: feed, kind)
      #expect(found == expected, "\(random)")
    }
  }

  @Test func `an order that was cancelled as unpaid and is paid late stands`() async throws {
    try await IntakeFloor.use { floor in
      for (topic, body) in Self.wooDeliveries.reversed() {
        _ = try await Self.take(Feed.woocommerce.hook.read(HookDelivery(topic: topic, body: body)), floor)
      }
      let state = try #require(try await floor.state("ann@shop.example"))
      #expect(state.orders.map(\.stands) == [true])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order's owner is found by its number, once the order itself is known`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      var ended = IncomingEvent.ordered("bob", "2", 0)
      ended.effect = .orderCancelled(orderID: "o2")
      try await floor.take([ended])
      _ = try await Self.take(
        Feed.shopify.hook.read(HookDelivery(topic: "orders/create", body: Self.deliveries[2].body)), floor)
      let owners = try await floor.store.read { try $0.owners(ofOrders: ["#1001", "o2", "o3"]) }
      #expect(owners == ["#1001": "ann@shop.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order whose address was corrected stays with its owner, and is as last told`(
    kind: IntakeStore
  ) async throws {
    let hook = ShopifyHook(context: Self.context)
    try await IntakeFloor.use(kind) { floor in
      var first = Self.order("2026-03-01T10:05:00Z")
      first["email"] = "an@shop.example"
      let reports = [
        ("orders/create", first),
        ("orders/updated", Self.order("2026-03-01T11:00:00Z", total: "52.00")),
        (
          "orders/cancelled",
          Self.order("2026-03-02T10:00:01Z", total: "52.00", cancelled: "2026-03-02T10:00:00Z")
        ),
      ]
      for (topic, body) in reports {
        var reading = hook.read(HookDelivery(topic: topic, body: body))
        let orders = reading.orders
        let owners = try await floor.store.read { try $0.owners(ofOrders: orders) }
        let isGiven = reading.give(to: owners, now: IntakeFloor.now)
        #expect(isGiven)
        let receipt = try await Self.take(reading, floor)
        #expect(receipt.refusals == [])
      }
      let order = try #require(try await floor.state("an@shop.example")?.orders.first)
      #expect(order.total.minorUnits == 5200)
      #expect(order.cancelledAt == Instant(iso8601: "2026-03-02T10:00:00Z"))
      #expect(try await floor.state("ann@shop.example")?.orders == [])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a cancelled order keeps its partial refund, and consent is as last given`(
    kind: IntakeStore
  ) async throws {
    let hook = ShopifyHook(context: Self.context)
    try await IntakeFloor.use(kind) { floor in
      // The last news first.
      for (topic, body) in Self.deliveries.reversed() {
        _ = try await Self.take(hook.read(HookDelivery(topic: topic, body: body)), floor)
      }
      let state = try #require(try await floor.state("ann@shop.example"))
      let order = try #require(state.orders.first)
      #expect(state.orders.count == 1)
      #expect(order.id == "#1001" && order.placedAt == Instant(iso8601: "2026-03-01T10:00:00Z"))
      #expect(order.cancelledAt == Instant(iso8601: "2026-03-02T10:00:00Z"))
      #expect(order.total.minorUnits == 5200 && order.refunded == 2500)
      #expect(order.returned == [ReturnedLine(sku: "tea", quantity: 1)])
      #expect(state.customer.firstName == "Anna")
      #expect(state.customer.consent == ["email": .withdrawn])
      #expect(state.carts.flatMap(\.contents.items).isEmpty)
      let sources = try await floor.store.read { tx in
        try tx.connection.all("SELECT DISTINCT source FROM consents", []) { $0.string(0) }
      }
      #expect(sources == ["shopify"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `reports of products keep the fields from files, and deleted ones are unavailable`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      var tea = Product(sku: "tea", name: "Tea", cycleDays: 30, parent: "7")
      try await floor.intake.take(products: [tea], now: IntakeFloor.now)
      let later = IntakeFloor.now - .hours(1)
      let told = Product(sku: "tea", name: "Green tea", isAvailable: true, stock: 3, toldAt: later)
      let found1 = try await floor.intake.take(reports: [told, Product(sku: "cup", toldAt: later)])
      #expect(found1 == 2)
      let found2 = try await floor.intake.take(reports: [told])
      #expect(found2 == 0)
      let old = Product(sku: "tea", name: "Old", toldAt: later - .hours(1))
      let found3 = try await floor.intake.take(reports: [old])
      #expect(found3 == 0)
      let found4 = try await floor.intake.retire(parent: "7", now: IntakeFloor.now)
      #expect(found4 == 1)
      let found5 = try await floor.intake.retire(parent: "8", now: IntakeFloor.now)
      #expect(found5 == 0)
      let found6 = try await floor.intake.take(reports: [told])
      #expect(found6 == 0)
      tea = Product(
        sku: "tea", name: "Green tea", cycleDays: 30, parent: "7", isAvailable: false, stock: 3,
        toldAt: IntakeFloor.now)
      let stored = try await floor.store.read { try $0.products() }
      #expect(stored["tea"] == tea)
      #expect(floor.live.current.catalog.products["tea"] == tea)
      #expect(floor.live.current.catalog.products["cup"]?.toldAt == later)
    }
  }
}
