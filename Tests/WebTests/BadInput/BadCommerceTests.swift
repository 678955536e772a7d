import Domain
import Testing
import Web

/// Orders, carts and properties that are refused or shortened.
struct BadCommerceTests {
  @Test(
    arguments: [
      (
        "Order Completed", [:], "properties.total: missing; give total, revenue or products with prices"
      ),
      ("Order Completed", ["total": 1], "properties.order_id: missing; give the order's id"),
      ("Order Completed", ["order_id": ["x"], "total": 1], "properties.order_id: a JSON array; give a text"),
      (
        "Order Completed", ["order_id": "o", "total": -1],
        "properties.total: below zero; amounts are 0 or more"
      ),
      (
        "Order Completed", ["order_id": "o", "total": "1,50"],
        "properties.total: not an amount; write digits with a decimal point, such as 12.50"
      ),
      (
        "Order Completed", ["order_id": "o", "total": "1.234"],
        "properties.total: not clear: 1234 or 1.23; write one of them, or send a number"
      ),
      (
        "Order Completed", ["order_id": "o", "total": "+12.005"],
        "properties.total: not clear: 12005 or 12.01; write one of them, or send a number"
      ),
      (
        "Order Completed", ["order_id": "o", "total": "123.456", "currency": "JPY"],
        "properties.total: not clear: 123456 or 123; write one of them, or send a number"
      ),
      (
        "Order Completed", ["order_id": "o", "products": [["sku": "a", "price": "1.200"]]],
        "properties.products[0].price: not clear: 1200 or 1.20; write one of them, or send a number"
      ),
      (
        "Order Completed", ["order_id": "o", "total": 1e300],
        "properties.total: more than 1000000000000000 minor units; is it in the right currency?"
      ),
      (
        "Order Completed", ["order_id": "o", "total": 1, "currency": "$"],
        "properties.currency: not a currency; give ISO 4217, such as CNY; did you mean 'USD'?"
      ),
      (
        "Order Completed", ["order_id": "o", "products": [["sku": "a", "price": 1], ["price": 1]]],
        "properties.products[1].sku: missing; give sku or product_id"
      ),
      (
        "Order Completed", ["order_id": "o", "products": ["tea"]],
        "properties.products[0]: a JSON string; send an object"
      ),
      (
        "Order Completed", ["order_id": "o", "products": [["sku": "a", "price": -1]]],
        "properties.products[0].price: below zero; amounts are 0 or more"
      ),
      ("Order Completed", ["products": 3], "properties.products: a JSON number; send an array"),
      (
        "Order Completed",
        ["order_id": "o", "products": [["sku": "a", "price": 9_999_999_999_999, "quantity": 1_000_000]]],
        "properties.products: more than 1000000000000000 minor units; is it in the right currency?"
      ),
      ("Product Added", ["price": 1], "properties.sku: missing; give sku or product_id"),
      (
        "Product Added", ["sku": "a", "quantity": 0],
        "properties.quantity: not a whole number of 1 to 1000000"
      ),
      (
        "Product Added", ["sku": "a", "quantity": 1.5],
        "properties.quantity: not a whole number of 1 to 1000000"
      ),
      (
        "Product Added", ["sku": "a", "cart_id": "c\n"],
        "properties.cart_id: holds control characters; remove them"
      ),
      ("!!", [:], "event: not a name; give 1 to 128 bytes with a letter or digit in them"),
    ] as [(String, JSON, String)])
  func `an impossible order or cart is refused with its field`(
    _ name: String, _ properties: JSON, _ expected: String
  ) throws {
    #expect(try Decoding.problem(name, properties) == expected)
  }

  @Test func `a name of more than 256 bytes is left out of its line, and the answer says so`() throws {
    let long = JSON.string(String(repeating: "茶", count: 86))
    let products: JSON = [["sku": "a", "name": "Tea"], ["sku": "b", "name": long]]
    for name in ["Order Completed", "Cart Viewed"] {
      let decoded = try Decoding.decode(
        [
          "userId": "ann", "event": .string(name), "messageId": "m1",
          "properties": ["order_id": "o1", "total": 1, "products": products],
        ], as: .single(.track))
      #expect(
        decoded.problems.map(\.description) == [
          "properties.products[1].name: left out: 258 bytes long, at most 256 are taken"
        ])
      #expect(decoded.refused == 0)
      let event = try #require(decoded.events.first)
      switch event.effect {
      case .orderPlaced(let order): #expect(order.lines.map(\.name) == ["Tea", nil])
      case .cartChanged(_, _, .replace(let lines)): #expect(lines.map(\.name) == ["Tea", nil])
      default: Issue.record("\(event.effect)")
      }
    }
    let added = try Decoding.decode(
      [
        "userId": "ann", "event": "Product Added", "messageId": "m1",
        "properties": [
          "sku": "b", "name": long,
          "cart_url": .string("https://tea.example/" + String(repeating: "x", count: 2029)),
        ],
      ], as: .single(.track))
    #expect(
      added.problems.map(\.description) == [
        "properties.name: left out: 258 bytes long, at most 256 are taken",
        "properties.cart_url: left out: 2049 bytes long, at most 2048 are taken",
      ])
    #expect(
      added.events.first?.effect
        == .cartChanged(
          cartID: "default", url: nil,
          change: .add(OrderLine(sku: "b", name: nil, quantity: 1, price: nil))))
  }

  @Test func `an event of more than 5000 values is refused, however small they are`() throws {
    let nulls = JSON.array(Array(repeating: .null, count: 5000))
    #expect(
      try Decoding.problem("Quiz Finished", ["answers": nulls])
        == "properties: more than 5000 values; send less with each event")
    #expect(
      try Decoding.track("Quiz Finished", ["a": .array(Array(repeating: .null, count: 4999))]).effect == .none
    )
  }
}
