import Domain
import Testing

@testable import Web

struct ShopifyOrderTests {
  private static let eur = Currency("EUR") ?? .unknown

  private static func read(_ topic: String, _ change: (inout JSONObject) -> Void = { _ in }) -> HookReading {
    HookSamples.shopify(topic, HookSamples.shopifyOrder(change))
  }

  @Test func `a new order has the id of the export, the shop's money and its cart`() throws {
    let events = try HookSamples.events(Self.read("orders/create"))
    #expect(
      events.map(\.line) == [
        "customer_identified ann@shop.example 2026-03-01T15:00:05Z",
        "order_completed ann@shop.example 2026-03-01T15:00:00Z",
      ])
    let traits = try #require(events[0].identified)
    #expect(traits.email == "ann@shop.example" && traits.phone == "+4915112345678")
    #expect(traits.firstName == "Ann" && traits.lastName == "Lee")
    let details = OrderDetails(discount: 200, shipping: 500, coupons: ["TEA26"], store: "web")
    #expect(
      events[1].order
        == Order(
          id: "#1001", placedAt: Instant(iso8601: "2026-03-01T15:00:00Z"),
          total: Money(minorUnits: 2750, currency: Self.eur),
          lines: [
            OrderLine(sku: "longjing-100", name: "Longjing - 100 g", quantity: 2, price: 1225),
            OrderLine(sku: "72", name: "Gift wrap", quantity: 1, price: 0),
          ], cartID: "chk-1", toldAt: Instant(iso8601: "2026-03-01T15:00:06Z"), details: details,
          receivedAt: HookSamples.received))
  }

  @Test(
    arguments: [
      ("orders/create", "paid", "order_completed"), ("orders/paid", "partially_paid", "order_completed"),
      ("orders/create", "authorized", "order_completed"), ("orders/create", "pending", "order_pending"),
      ("orders/updated", "pending", "order_pending"), ("orders/updated", "paid", "order_updated"),
      ("orders/updated", "partially_refunded", "order_updated"),
    ])
  func `whether an order counts depends on its payment`(
    _ topic: String, _ status: String, _ name: String
  ) throws {
    let events = try HookSamples.events(Self.read(topic) { $0["financial_status"] = .string(status) })
    #expect(events.last?.event.name.rawValue == name)
    #expect(
      events.last?.order?.placedAt == (status == "pending" ? nil : Instant(iso8601: "2026-03-01T15:00:00Z")))
  }

  @Test func `a cancelled order is cancelled both in the order and as an event`() throws {
    let reading = Self.read("orders/updated") { order in
      order["cancelled_at"] = "2026-03-02T10:00:00-05:00"
      order["updated_at"] = "2026-03-04T10:00:00-05:00"
    }
    let events = try HookSamples.events(reading)
    #expect(
      events.map(\.line) == [
        "customer_identified ann@shop.example 2026-03-01T15:00:05Z",
        "order_updated ann@shop.example 2026-03-04T15:00:00Z",
        "order_cancelled ann@shop.example 2026-03-02T15:00:00Z",
      ])
    #expect(events[1].order?.cancelledAt == Instant(iso8601: "2026-03-02T15:00:00Z"))
    #expect(events[2].effect == .orderCancelled(orderID: "#1001"))
    #expect(events[2].event.messageID == "shopify:cancelled:#1001")
  }

  @Test(
    arguments: [
      // Transactions in the shop's currency say what went back.
      (
        ["transactions": [["kind": "refund", "status": "success", "amount": "12.25", "currency": "EUR"]]],
        "12.25"
      ),
      // Those in the customer's do not; the parts are told in the shop's.
      (
        [
          "transactions": [["kind": "refund", "status": "success", "amount": "19.00", "currency": "USD"]],
          "order_adjustments": [["amount_set": ["shop_money": ["amount": "-5.00"]], "tax_amount": "0.00"]],
        ], "17.25"
      ),
      // Without any, the goods came back and nothing was paid.
      (["transactions": []], "0.00"),
    ] as [(JSONObject, String)])
  func `a refund counts once, in the shop's money`(_ parts: JSONObject, _ total: String) throws {
    var refund: JSONObject = [
      "id": 900, "created_at": "2026-03-03T10:00:00Z",
      "refund_line_items": [
        [
          "quantity": 1, "subtotal_set": ["shop_money": ["amount": "11.25"]], "subtotal": "99",
          "total_tax_set": ["shop_money": ["amount": "1.00"]],
          "line_item": ["sku": "longjing-100", "variant_id": 71],
        ]
      ],
    ]
    for member in parts.members { refund[member.key] = member.value }
    let sent = refund
    let events = try HookSamples.events(
      Self.read("orders/updated") { $0["refunds"] = .array([.object(sent)]) })
    let told = try #require(events.last)
    #expect(told.line == "order_refunded ann@shop.example 2026-03-03T10:00:00Z")
    #expect(told.event.messageID == "shopify:refund:900")
    let amount = try DecimalAmount.minorUnits(total, fractionDigits: 2)
    #expect(
      told.effect
        == .orderRefunded(
          orderID: "#1001", amount: Money(minorUnits: amount, currency: Self.eur),
          returned: [ReturnedLine(sku: "longjing-100", quantity: 1)]))
  }

  @Test func `a pending refund waits for the report of its result`() throws {
    let reading = Self.read("orders/updated") { order in
      order["refunds"] = [
        [
          "id": 900, "created_at": "2026-03-03T10:00:00Z",
          "transactions": [["kind": "refund", "status": "pending", "amount": "5.00"]],
        ]
      ]
    }
    #expect(try HookSamples.events(reading).count == 2)
  }

  @Test func `the customer in an order is read as of the customer's own time`() throws {
    let reading = Self.read("orders/create") { $0["customer"] = .object(HookSamples.shopifyCustomer()) }
    #expect(
      try HookSamples.events(reading).map(\.line) == [
        "customer_identified ann@shop.example 2026-03-01T15:00:05Z",
        "customer_identified ann@shop.example 2026-03-02T08:00:00Z",
        "customer_identified ann@shop.example 2026-02-01T08:00:00Z",
        "customer_identified ann@shop.example 2026-01-01T08:00:00Z",
        "order_completed ann@shop.example 2026-03-01T15:00:00Z",
      ])
  }

  @Test(
    arguments: [
      (["email": nil], "+4915112345678"), (["email": "", "phone": "+44 7700 900123"], "+447700900123"),
      (["email": "ANN@Shop.Example"], "ann@shop.example"),
    ] as [(JSONObject, String)])
  func `a guest is identified by the address, or else by the phone`(_ given: JSONObject, _ id: String) throws
  {
    let reading = Self.read("orders/create") { order in
      for member in given.members { order[member.key] = member.value }
      if order["phone"] == .null { order["phone"] = "+4915112345678" }
    }
    #expect(try HookSamples.events(reading).last?.customerID == id)
  }

  @Test(
    arguments: [
      ("orders/create", ["test": true], "a test order"),
      ("orders/create", ["name": nil], "is no order"),
      ("orders/create", ["line_items": nil], "is no order"),
      (
        "orders/create", ["email": nil, "phone": nil],
        "names no customer: neither e-mail address nor phone"
      ),
      ("orders/create", ["financial_status": "lost"], "financial_status: a word that is not known"),
      ("refunds/create", [:], "a refund names no customer; orders/updated tells of it"),
      ("draft_orders/create", [:], "a draft is no order yet; orders/create tells when it becomes one"),
      ("carts/update", [:], "a cart names no customer; checkouts/update tells of it"),
      ("themes/publish", [:], "a topic that Reprise has no use for"),
      ("", [:], "has no X-Shopify-Topic"),
      ("customers/update", [:], "is no customer"),
      ("customers/redact", [:], "is no request to forget a customer"),
      ("checkouts/update", ["line_items": nil], "is no checkout"), ("products/update", [:], "is no product"),
      ("products/delete", [:], "names no product that is gone"),
      ("fulfillments/create", ["name": "1001"], "is no fulfilment"),
    ] as [(String, JSONObject, String)])
  func `what is not used is reported`(_ topic: String, _ change: JSONObject, _ reason: String) {
    var order = HookSamples.shopifyOrder()
    for member in change.members { order[member.key] = member.value }
    let reading = HookSamples.shopify(topic, order)
    #expect(reading.unused == [reason])
    #expect(reading.calls.isEmpty && reading.products.isEmpty && reading.forgotten.isEmpty)
    #expect(reading.removedParents.isEmpty)
  }

  @Test func `a test notification is recognized by its header`() {
    let reading = HookSamples.shopify("orders/create", HookSamples.shopifyOrder(), isTest: true)
    #expect(reading.calls.isEmpty)
    #expect(reading.unused == ["a test notification: its signature is right"])
  }

  @Test func `shipping and delivery are events of the order`() throws {
    let fulfillment: JSONObject = [
      "id": 44, "order_id": 5_001, "name": "#1001.1", "email": "ann@shop.example", "status": "success",
      "created_at": "2026-03-03T10:00:00Z", "updated_at": "2026-03-04T10:00:00Z", "shipment_status": nil,
      "tracking_company": "DHL", "tracking_number": "00340", "tracking_url": "https://dhl.example/00340",
    ]
    let shipped = try HookSamples.events(HookSamples.shopify("fulfillments/create", fulfillment))
    #expect(shipped.map(\.line) == ["order_shipped ann@shop.example 2026-03-03T10:00:00Z"])
    #expect(shipped[0].event.messageID == "shopify:shipped:44")
    #expect(shipped[0].event.properties["order_id"] == .string("#1001"))
    #expect(shipped[0].event.properties["tracking_url"] == .string("https://dhl.example/00340"))
    var arrived = fulfillment
    arrived["shipment_status"] = "delivered"
    let delivered = try HookSamples.events(HookSamples.shopify("fulfillments/update", arrived))
    #expect(delivered.map(\.line) == ["order_delivered ann@shop.example 2026-03-04T10:00:00Z"])
    #expect(
      HookSamples.shopify("fulfillments/update", fulfillment).unused == [
        "on its way; its shipping was told before"
      ])
  }
}
