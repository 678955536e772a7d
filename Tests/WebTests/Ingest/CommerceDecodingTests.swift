import Domain
import Testing
import Web

struct CommerceDecodingTests {
  private let cny = Currency("CNY") ?? .unknown
  private func lines(_ lines: (String, Int, Int64?)...) -> [OrderLine] {
    lines.map { OrderLine(sku: $0.0, quantity: $0.1, price: $0.2) }
  }

  @Test func `a completed order has its lines, total, cart and time`() throws {
    let event = try Decoding.track(
      "Order Completed",
      [
        "order_id": "o1", "cart_id": "c1", "total": 27.5, "revenue": 25, "currency": "eur",
        "products": [
          ["product_id": "p1", "sku": "tea-1", "name": "Longjing", "price": 12.25, "quantity": 2],
          ["product_id": 507, "price": "3.00"],
        ],
      ])
    #expect(event.customerID == "ann")
    #expect(event.event.name == .orderCompleted)
    #expect(event.event.messageID == "m1")
    #expect(event.event.properties["order_id"] == .string("o1"))
    #expect(event.event.properties["total"] == .number(27.5))
    let expected = Order(
      id: "o1", placedAt: Decoding.received,
      total: Money(minorUnits: 2750, currency: try #require(Currency("EUR"))),
      lines: [
        OrderLine(sku: "tea-1", name: "Longjing", quantity: 2, price: 1225),
        OrderLine(sku: "507", quantity: 1, price: 300),
      ], cartID: "c1", receivedAt: Decoding.received)
    #expect(event.effect == .orderPlaced(expected))
  }

  @Test(
    arguments: [
      (["order_id": "o1", "revenue": 10], 1000), (["order_id": "o1", "value": "9.99"], 999),
      (["order_id": "o1", "products": [["sku": "a", "price": 1.1, "quantity": 3]]], 330),
      (["order_id": "o1", "total": 1000, "currency": "JPY"], 1000),
      (["order_id": "o1", "total": 1.0005, "currency": "KWD"], 1001), (["order_id": "o1", "total": 0], 0),
      (["orderId": 12, "total": 19.99], 1999),
    ] as [(JSON, Int64)])
  func `the total is what was paid, else the sum of the lines`(_ properties: JSON, _ total: Int64) throws {
    guard case .orderPlaced(let order) = try Decoding.effect("Order Completed", properties) else {
      throw Decoding.NoIdentify(problems: [])
    }
    #expect(order.total.minorUnits == total)
  }

  @Test func `an updated order is told again under its own name`() throws {
    let event = try Decoding.track("Order Updated", ["order_id": "o1", "total": 5])
    #expect(event.event.name == "order_updated")
    guard case .orderPlaced = event.effect else { return #expect(Bool(false), "\(event.effect)") }
  }

  @Test func `an order has its times of placing, cancellation and report`() throws {
    let event = try Decoding.track(
      "Order Updated",
      [
        "order_id": "o1", "total": 5, "placed_at": "2026-02-01T10:00:00+08:00",
        "updated_at": "2026-02-28T10:00:00Z", "cancelled_at": "2026-02-27T10:00:00Z",
      ])
    guard case .orderPlaced(let order) = event.effect else { return #expect(Bool(false), "\(event.effect)") }
    #expect(event.event.at == Decoding.received)
    #expect(order.placedAt == Instant(iso8601: "2026-02-01T02:00:00Z"))
    #expect(order.toldAt == Instant(iso8601: "2026-02-28T10:00:00Z"))
    #expect(order.cancelledAt == Instant(iso8601: "2026-02-27T10:00:00Z"))
  }

  @Test(arguments: ["yesterday", "2030-01-01T00:00:00Z", "1999-01-01T00:00:00Z"])
  func `an invalid time of an order is left out, and the order is kept`(_ time: String) throws {
    let decoded = try Decoding.decode(
      [
        "userId": "ann", "event": "Order Updated",
        "properties": ["order_id": "o1", "total": 5, "updated_at": .string(time)],
      ], as: .single(.track))
    guard case .orderPlaced(let order)? = decoded.events.first?.effect else { return #expect(Bool(false)) }
    #expect(order.toldAt == nil && order.placedAt == Decoding.received)
    #expect(
      decoded.problems.map(\.description) == [
        "properties.updated_at: left out: not a time; give ISO 8601 with an offset, such as 2026-03-01T10:00:00Z"
      ])
  }

  @Test func `refunds are whole, by amount or by products`() throws {
    let tea = ReturnedLine(sku: "a", quantity: 2)
    for (properties, amount, returned) in [
      (["order_id": "o1"], nil, []), (["order_id": "o1", "total": 4.5], 450, []),
      (["order_id": "o1", "products": [["sku": "a", "price": 2, "quantity": 2]]], 400, [tea]),
      (["order_id": "o1", "total": 3, "products": [["sku": "a", "quantity": 2]]], 300, [tea]),
      // What the products cost, the order itself knows.
      (["order_id": "o1", "products": [["sku": "a", "quantity": 2]]], nil, [tea]),
      (["order_id": "o1", "products": []], nil, []),
    ] as [(JSON, Int64?, [ReturnedLine])] {
      #expect(
        try Decoding.effect("Order Refunded", properties)
          == .orderRefunded(
            orderID: "o1", amount: amount.map { Money(minorUnits: $0, currency: cny) }, returned: returned))
    }
    #expect(try Decoding.effect("Order Cancelled", ["order_id": "o1"]) == .orderCancelled(orderID: "o1"))
    #expect(try Decoding.effect("Order Canceled", ["order_id": "o1"]) == .orderCancelled(orderID: "o1"))
  }

  @Test func `a product without a price has none, and an order of such has no total`() throws {
    let order = try Decoding.effect(
      "Order Completed",
      ["order_id": "o1", "total": 5, "products": [["sku": "a"], ["sku": "b", "price": 0]]])
    guard case .orderPlaced(let placed) = order else { return #expect(Bool(false), "\(order)") }
    #expect(placed.lines.map(\.price) == [nil, 0])
    #expect(
      try Decoding.problem("Order Completed", ["order_id": "o1", "products": [["sku": "a"], ["sku": "b"]]])
        == "properties.total: missing; give total, revenue or products with prices")
  }

  @Test(
    arguments: [
      ("CNY", "RMB", "CNY"), ("EUR", "rmb", "CNY"), ("EUR", "人民币", "CNY"), ("USD", " 元 ", "CNY"),
      ("CNY", "¥", "CNY"), ("JPY", "￥", "JPY"), ("EUR", "jpy", "JPY"),
    ])
  func `currencies are understood as shops write them`(shop: String, spelled: String, code: String) throws {
    let decoder = TrackingDecoder(currency: Currency(shop) ?? .unknown)
    let body: JSON = [
      "userId": "ann", "event": "Order Completed",
      "properties": ["order_id": "o1", "total": 1250, "currency": .string(spelled)],
    ]
    let decoded = try decoder.decode(body, as: .single(.track), receivedAt: Decoding.received)
    guard case .orderPlaced(let order)? = decoded.events.first?.effect else {
      return #expect(Bool(false), "\(decoded.problems)")
    }
    #expect(order.total.currency.code == code)
    #expect(order.total.minorUnits == (code == "JPY" ? 1250 : 125_000))
  }

  @Test func `a sign of two currencies is refused where the shop has neither`() throws {
    let decoder = TrackingDecoder(currency: Currency("EUR") ?? .unknown)
    for (spelled, reason) in [
      ("¥", "¥ may be CNY or JPY; give one of these"),
      ("$", "not a currency; give ISO 4217, such as CNY; did you mean 'USD'?"),
      (String(repeating: "\u{301}\u{323}", count: 500), "not a currency; give ISO 4217, such as CNY"),
    ] {
      let body: JSON = [
        "userId": "ann", "event": "Product Added",
        "properties": ["sku": "a", "price": 20, "currency": .string(spelled)],
      ]
      let decoded = try decoder.decode(body, as: .single(.track), receivedAt: Decoding.received)
      #expect(decoded.problems.map(\.description) == ["properties.currency: \(reason)"])
    }
  }

  @Test func `a cart keeps the currency of each price`() throws {
    let yen = try #require(Currency("JPY"))
    #expect(
      try Decoding.effect("Product Added", ["sku": "a", "price": 1250, "currency": "JPY"])
        == .cartChanged(
          cartID: "default", url: nil,
          change: .add(OrderLine(sku: "a", quantity: 1, price: 1250, currency: yen))))
  }

  @Test func `of a whole cart at most 200 products are taken`() throws {
    let products = (0..<500).map { number -> JSON in ["sku": .string("sku-\(number % 400)"), "price": 1] }
    let effect = try Decoding.effect("Cart Viewed", ["products": .array(products)])
    guard case .cartChanged(_, _, .replace(let lines)) = effect else {
      return #expect(Bool(false), "\(effect)")
    }
    #expect(lines.count == 200)
    #expect(lines[0] == OrderLine(sku: "sku-0", quantity: 2, price: 100, currency: cny))
  }

  @Test func `cart events change the cart they name, else the default one`() throws {
    let line = OrderLine(sku: "a", name: "A", quantity: 2, price: 150, currency: cny)
    #expect(
      try Decoding.effect(
        "Product Added",
        [
          "cart_id": "c1", "sku": "a", "name": "A", "price": 1.5, "quantity": 2,
          "cart_url": "https://x.example/c",
        ])
        == .cartChanged(cartID: "c1", url: "https://x.example/c", change: .add(line)))
    #expect(
      try Decoding.effect("Product Removed", ["sku": "a"])
        == .cartChanged(cartID: "default", url: nil, change: .remove(sku: "a", quantity: nil)))
    #expect(
      try Decoding.effect("Product Removed", ["sku": "a", "quantity": 1])
        == .cartChanged(cartID: "default", url: nil, change: .remove(sku: "a", quantity: 1)))
    #expect(
      try Decoding.effect("Cart Viewed", ["cart_id": "c1"])
        == .cartChanged(cartID: "c1", url: nil, change: .touch))
    let whole: JSON = [
      "checkout_id": "k1", "products": [["sku": "a"], ["sku": "b"], ["sku": "a", "quantity": 2]],
    ]
    for name in ["Cart Viewed", "Cart Updated", "Checkout Started"] {
      #expect(
        try Decoding.effect(name, whole)
          == .cartChanged(cartID: "k1", url: nil, change: .replace(lines(("a", 3, nil), ("b", 1, nil)))))
    }
    #expect(
      try Decoding.effect("Cart Updated", ["products": []])
        == .cartChanged(cartID: "default", url: nil, change: .replace([])))
    #expect(
      try Decoding.effect("Cart Emptied", [:]) == .cartChanged(cartID: "default", url: nil, change: .clear))
  }

  @Test func `consent events carry the customer's word`() throws {
    #expect(try Decoding.effect("Consent Granted", ["channel": "sms"]) == .consent("sms", .granted))
    #expect(try Decoding.effect("Consent Withdrawn", ["channel": "email"]) == .consent("email", .withdrawn))
    #expect(try Decoding.effect("Email Subscribed", [:]) == .consent("email", .granted))
    #expect(try Decoding.effect("SMS Unsubscribed", [:]) == .consent("sms", .withdrawn))
    #expect(
      try Decoding.problem("Consent Granted", ["channel": "every one"])
        == "properties.channel: missing or no channel; give one such as email")
  }

  @Test func `other events keep their properties and change nothing`() throws {
    let event = try Decoding.track(
      "Quiz Finished", ["score": 7, "ratio": 0.5, "tags": ["a", true, nil], "inner": ["deep": ["x": 1]]])
    #expect(event.event.name == "quiz_finished")
    #expect(event.effect == .none)
    #expect(
      event.event.properties == [
        "score": .integer(7), "ratio": .number(0.5), "tags": .array([.string("a"), .bool(true), .null]),
        "inner": .object(["deep": .object(["x": .integer(1)])]),
      ])
    #expect(try Decoding.track("Product Viewed", ["sku": "a"]).effect == .none)
  }

  @Test func `an order says what was taken off, what sending cost, its codes and where it was made`() throws {
    let event = try Decoding.track(
      "Order Completed",
      [
        "order_id": "o1", "total": 90, "discount": "10.00", "shipping": 0, "coupon": "BACK-1",
        "coupons": ["BACK-1", "TEA26", ""], "affiliation": "Hangzhou",
      ])
    let order: Order? = if case .orderPlaced(let order) = event.effect { order } else { nil }
    #expect(
      order?.details
        == OrderDetails(discount: 1000, shipping: 0, coupons: ["BACK-1", "TEA26"], store: "Hangzhou"))
  }

  @Test func `an order that is not paid for yet was not placed`() throws {
    let event = try Decoding.track("Order Pending", ["order_id": "o1", "total": 90, "cart_id": "c1"])
    #expect(event.event.name == .orderPending)
    let expected = Order(
      id: "o1", placedAt: nil, pendingAt: Decoding.received, total: Money(minorUnits: 9000, currency: cny),
      cartID: "c1", receivedAt: Decoding.received)
    #expect(event.effect == .orderPlaced(expected))
  }
}
