import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// Accents through the whole service; see `HostileText`.
struct HostileTextTests {
  @Test func `two spellings of a letter stay two customers, orders, carts and products`() async throws {
    try await RunningShop.run { shop in
      let (a, b) = (HostileText.composed, HostileText.decomposed)
      let answer = await shop.post(
        [a, b].flatMap { name -> [JSON] in
          [
            RunningShop.identify(name, ["first_name": .string(name)], message: name),
            RunningShop.track(
              "ann", "Order Completed",
              ["order_id": .string(name), "products": [["sku": .string(name), "price": 1]]],
              message: "o-\(name)"),
            RunningShop.track(
              "bob", "Product Added", ["cart_id": .string(name), "sku": .string(name)], message: "c-\(name)"),
          ]
        })
      #expect(answer.status == 200)
      for name in [a, b] {
        let customer = try await shop.customer(name)
        let order = try await shop.order(name)
        #expect(customer?.firstName == name && order?.order.lines.first?.sku == name)
      }
      let carts = try await shop.count("SELECT count(*) FROM carts")
      #expect(carts == 2)
    }
  }
}
