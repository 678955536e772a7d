import Domain
import Testing

@testable import Web

struct WooCommerceHookTests {
  private static let eur = Currency("EUR") ?? .unknown

  private static func order(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
    var order: JSONObject = [
      "id": 727, "number": "A-727", "status": "processing", "currency": "EUR", "total": "29.35",
      "discount_total": "2.00", "shipping_total": "5.00", "created_via": "checkout",
      "date_created": "2026-03-01T11:00:00", "date_created_gmt": "2026-03-01T10:00:00",
      "date_modified_gmt": "2026-03-01T10:00:09", "date_paid": "2026-03-01T11:00:05",
      "billing": [
        "first_name": "Ann", "last_name": "Lee", "email": "ann@shop.example", "phone": "+4915112345678",
      ],
      "coupon_lines": [["code": "tea26"]], "refunds": [],
      "line_items": [
        [
          "name": "Longjing", "product_id": 7, "variation_id": 0, "quantity": 2, "sku": "longjing-100",
          "total": "24.35", "price": 12.175,
        ],
        ["name": "Wrap", "product_id": 8, "variation_id": 81, "quantity": 1, "sku": nil, "total": "0.00"],
      ],
    ]
    change(&order)
    return order
  }

  private static func read(_ topic: String, _ body: JSONObject) -> HookReading {
    WooCommerceHook(context: HookSamples.context).read(HookDelivery(topic: topic, body: body))
  }

  @Test func `an order has the id of the export and the times in GMT`() throws {
    let events = try HookSamples.events(Self.read("order.created", Self.order()))
    #expect(
      events.map(\.line) == [
        "customer_identified ann@shop.example 2026-03-01T10:00:00Z",
        "order_completed ann@shop.example 2026-03-01T10:00:00Z",
      ])
    #expect(events[0].identified?.phone == "+4915112345678")
    #expect(
      events[1].order
        == Order(
          id: "727", placedAt: Instant(iso8601: "2026-03-01T10:00:00Z"),
          total: Money(minorUnits: 2935, currency: Self.eur),
          lines: [
            OrderLine(sku: "longjing-100", name: "Longjing", quantity: 2, price: 1218),
            OrderLine(sku: "81", name: "Wrap", quantity: 1, price: 0),
          ], toldAt: Instant(iso8601: "2026-03-01T10:00:09Z"),
          details: OrderDetails(discount: 200, shipping: 500, coupons: ["tea26"], store: "checkout"),
          receivedAt: HookSamples.received))
  }

  @Test(
    arguments: [
      ("pending", ["order_pending"]), ("on-hold", ["order_pending"]), ("failed", ["order_pending"]),
      ("completed", ["order_updated"]), ("cancelled", ["order_updated", "order_cancelled"]),
      ("refunded", ["order_updated", "order_refunded"]),
    ])
  func `the state is read with the words of imports`(_ status: String, _ names: [String]) throws {
    let events = try HookSamples.events(
      Self.read("order.updated", Self.order { $0["status"] = .string(status) }))
    #expect(events.dropFirst().map(\.event.name.rawValue) == names)
  }

  @Test func `a cancelled order that was never paid may still be paid late`() throws {
    func told(_ status: String, _ modified: String, paid: JSON) throws -> Order {
      let body = Self.order {
        $0["status"] = .string(status)
        $0["date_modified_gmt"] = .string(modified)
        $0["date_paid"] = paid
      }
      return try #require(
        try HookSamples.events(Self.read("order.updated", body)).compactMap(\.order).first)
    }
    let cancelled = try told("cancelled", "2026-03-01T12:00:00", paid: nil)
    #expect(cancelled.placedAt == nil && cancelled.cancelledAt == Instant(iso8601: "2026-03-01T12:00:00Z"))
    let paid = try told("processing", "2026-03-01T13:00:00", paid: "2026-03-01T13:00:00")
    for merged in [cancelled.updated(by: paid), paid.updated(by: cancelled)] { #expect(merged.stands) }
  }

  @Test func `a refund is reported once, by its amount`() throws {
    let body = Self.order { $0["refunds"] = [["id": 9, "reason": "", "total": "-10.00"]] }
    let event = try #require(try HookSamples.events(Self.read("order.updated", body)).last)
    #expect(event.event.messageID == "woocommerce:refund:9")
    #expect(
      event.effect
        == .orderRefunded(orderID: "727", amount: Money(minorUnits: 1000, currency: Self.eur), returned: []))
  }

  @Test func `a customer is identified by the address, a product becomes its variations`() throws {
    let events = try HookSamples.events(
      Self.read(
        "customer.updated",
        [
          "id": 25, "email": "ann@shop.example", "first_name": "", "last_name": "Lee",
          "date_created_gmt": "2026-01-01T08:00:00", "date_modified_gmt": "2026-03-01T08:00:00",
          "billing": ["first_name": "Ann", "phone": "+4915112345678"],
        ]))
    #expect(events.map(\.line) == ["customer_identified ann@shop.example 2026-03-01T08:00:00Z"])
    #expect(events[0].identified?.firstName == "Ann")
    let reading = Self.read(
      "product.updated",
      [
        "id": 81, "type": "variation", "parent_id": 8, "name": "Wrap - red", "sku": "", "price": "3.50",
        "regular_price": "4.00", "stock_status": "outofstock", "stock_quantity": 0, "status": "publish",
        "permalink": "https://tea.example/wrap", "categories": [["name": "Gifts"]], "tags": [["name": "new"]],
        "date_created_gmt": "2026-01-01T08:00:00", "date_modified_gmt": "2026-03-01T08:00:00",
      ])
    #expect(
      reading.products == [
        Product(
          sku: "81", name: "Wrap - red", url: "https://tea.example/wrap",
          price: Money(minorUnits: 350, currency: Self.eur),
          listPrice: Money(minorUnits: 400, currency: Self.eur), category: "Gifts", parent: "8",
          isAvailable: false, stock: 0, launchedAt: Instant(iso8601: "2026-01-01T08:00:00Z"), tags: ["new"],
          toldAt: Instant(iso8601: "2026-03-01T08:00:00Z"))
      ])
  }

  @Test(
    arguments: [
      ("order.updated", ["status": "checkout-draft"], "a draft is no order yet"),
      ("order.updated", ["status": "picked-up"], "status: a word that is not known"),
      (
        "order.updated", ["billing": ["email": "", "phone": ""]],
        "names no customer: neither e-mail address nor phone"
      ),
      ("order.updated", ["line_items": nil], "is no order"), ("customer.updated", [:], "is no customer"),
      ("product.updated", [:], "is no product"),
      ("order.deleted", [:], "an order that is gone has no more than a number; it stays as it was"),
      ("coupon.created", [:], "a topic that Reprise has no use for"), ("", [:], "has no X-WC-Webhook-Topic"),
    ] as [(String, JSONObject, String)])
  func `what is not used is reported`(_ topic: String, _ change: JSONObject, _ reason: String) {
    let body = Self.order { order in for member in change.members { order[member.key] = member.value } }
    let reading = Self.read(topic, body)
    #expect(reading.unused == [reason])
    #expect(reading.calls.isEmpty && reading.products.isEmpty)
  }
}
