import Domain
import Platform
import Store
import Testing

@testable import Service

/// One customer's events that reach for another's things by their ids.
struct ForeignCustomerTests {
  private static let placed = RunningShop.track(
    "bob", "Order Completed", ["order_id": "o-1", "total": 20, "cart_id": "c-1"], message: "m-1")

  @Test(
    arguments: [
      ("Order Refunded", ["order_id": "o-1"]), ("Order Cancelled", ["order_id": "o-1"]),
      ("Order Completed", ["order_id": "o-1", "total": 1]),
      ("Order Updated", ["order_id": "o-1", "total": 1]),
    ] as [(String, JSON)])
  func `nobody changes the order of another customer`(_ event: String, _ properties: JSON) async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post([Self.placed]).status == 200)
      let before = try await shop.order("o-1")
      let answer = await shop.post([
        RunningShop.track("ann", "Product Viewed", message: "m-2"),
        RunningShop.track("ann", event, properties, message: "m-3"),
        RunningShop.track("ann", "Order Completed", ["order_id": "o-2", "total": 5], message: "m-4"),
      ])
      #expect(answer.status == 422)
      #expect(
        answer.json?["message"]
          == "batch[1].properties.order_id: the order belongs to another customer; send the event with that customer's id"
      )
      #expect(answer.json?["stored"] == 2 && answer.json?["refused"] == 1)
      let after = try await shop.order("o-1")
      #expect(after?.customer == before?.customer && after?.order == before?.order)
      // The neighbours in the batch were taken.
      let ann = try #require(try await shop.customer("ann"))
      #expect(try await shop.order("o-2")?.customer == ann.key)
      #expect(try await shop.count("SELECT count(*) FROM events WHERE message_id = 'm-3'") == 0)
      #expect(
        await shop.metrics().contains(
          "reprise_intake_refusals_total{reason=\"order_of_another_customer\"} 1\n"))
    }
  }

  @Test(arguments: ["Order Refunded", "Order Cancelled"])
  func `nobody keeps another's order from coming in by speaking of it first`(_ event: String) async throws {
    try await RunningShop.run { shop in
      #expect(
        await shop.post([RunningShop.track("ann", event, ["order_id": "o-1"], message: "m-0")]).status == 200)
      #expect(await shop.post([Self.placed]).status == 200)
      let bob = try #require(try await shop.customer("bob"))
      let order = try #require(try await shop.order("o-1"))
      #expect(order.customer == bob.key && order.order.stands)
      // What its own customer says early still holds.
      let early = RunningShop.track("bob", event, ["order_id": "o-2"], message: "m-2")
      let late = RunningShop.track("bob", "Order Completed", ["order_id": "o-2", "total": 5], message: "m-3")
      #expect(await shop.post([early]).status == 200)
      #expect(await shop.post([late]).status == 200)
      #expect(try await shop.order("o-2")?.order.stands == false)
    }
  }

  @Test func `the cart of another customer under the same id is another cart`() async throws {
    try await RunningShop.run { shop in
      let add = RunningShop.track(
        "bob", "Product Added", ["cart_id": "c-1", "product_id": "tea", "quantity": 1, "price": 5],
        message: "m-1")
      let empty = RunningShop.track("ann", "Cart Emptied", ["cart_id": "c-1"], message: "m-2")
      #expect(await shop.post([add, empty]).status == 200)
      let states = try await shop.daemon.store.read { tx in
        let customers = try tx.customers(ids: ["ann", "bob"])
        let states = try tx.states(of: customers.compactMap(\.self), parts: [.carts])
        return customers.map { customer in customer.flatMap { states[$0.key]?.carts } ?? [] }
      }
      #expect(states[1].first?.contents.items.count == 1)
      #expect(states[0].first?.contents.items.count == 0)
    }
  }

  @Test func `fields with names of the program undo no unsubscribe and move no customer`() async throws {
    try await RunningShop.run { shop in
      _ = await shop.post([RunningShop.identify("ann", ["email": "ann@customers.example"], message: "m-1")])
      #expect(await shop.send("POST", "/u/\(try shop.token("ann"))").status == 200)
      let before = try #require(try await shop.customer("ann"))
      let answer = await shop.post([
        RunningShop.identify(
          "ann",
          [
            "unsubscribed": false, "workspace": 2, "key": 1, "id": "bob", "customer_id": "bob",
            "consent": ["email": "granted"], "suppressed": false, "fieldTimes": ["consent.email": 0],
          ], message: "m-2")
      ])
      #expect(answer.status == 200)
      let after = try #require(try await shop.customer("ann"))
      #expect(after.consent["email"] == .withdrawn)
      #expect(after.key == before.key && after.id == "ann")
      #expect(try await shop.customer("bob") == nil)
    }
  }
}
