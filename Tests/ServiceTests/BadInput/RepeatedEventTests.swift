import Domain
import Platform
import Support
import Testing

@testable import Service

/// One message id for two events: what a sender's retry looks like, and what a sender's fault does.
struct RepeatedEventTests {
  private static let order = RunningShop.track(
    "ann", "Order Completed", ["order_id": "o-1", "total": 20], message: "m-1")

  @Test func `the same event again is answered 200 and changes nothing`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post([Self.order]).status == 200)
      // Another try states its times anew.
      var retry = Self.order.objectValue ?? [:]
      retry["timestamp"] = .string(Instant(milliseconds: SystemTime.wallMilliseconds()).iso8601)
      retry["sentAt"] = retry["timestamp"]
      retry["context"] = ["library": ["name": "another"]]
      let again = await shop.post([.object(retry), Self.order])
      #expect(again.status == 200)
      #expect(await shop.metrics().contains("reprise_events_total{outcome=\"duplicate\"} 2\n"))
      let stored = try await shop.count("SELECT count(*) FROM events")
      #expect(stored == 1)
    }
  }

  @Test(arguments: [
    RunningShop.track("ann", "Order Completed", ["order_id": "o-2", "total": 20], message: "m-1"),
    RunningShop.track("ann", "Order Completed", ["order_id": "o-1", "total": 2000], message: "m-1"),
    RunningShop.track("ann", "Order Refunded", ["order_id": "o-1", "total": 20], message: "m-1"),
    RunningShop.track("bob", "Order Completed", ["order_id": "o-1", "total": 20], message: "m-1"),
    RunningShop.identify("ann", ["email": "ann@customers.example"], message: "m-1"),
  ])
  func `another event under the same id is answered 422, and the first one stands`(_ other: JSON) async throws
  {
    try await RunningShop.run { shop in
      #expect(await shop.post([Self.order]).status == 200)
      let before = try await shop.order("o-1")?.order
      let good = RunningShop.track("ann", "Product Viewed", message: "m-2")
      let answer = await shop.post([good, other])
      #expect(answer.status == 422)
      #expect(
        answer.json?["message"]
          == "batch[1].messageId: stands for another event already, which was kept; give each event an id of its own"
      )
      #expect(answer.json?["stored"] == 1 && answer.json?["refused"] == 1 && answer.json?["duplicates"] == 0)
      #expect(try await shop.order("o-1")?.order == before)
      #expect(try await shop.order("o-2") == nil)
      #expect(try await shop.customer("ann")?.email == nil)
      #expect(try await shop.count("SELECT count(*) FROM events") == 2)
      let metrics = await shop.metrics()
      #expect(metrics.contains("reprise_intake_refusals_total{reason=\"message_id_reused\"} 1\n"))
      #expect(shop.log.names.contains("events_refused"))
    }
  }

  @Test func `two events of one batch under the same id are told apart as well`() async throws {
    try await RunningShop.run { shop in
      let other = RunningShop.track(
        "ann", "Order Completed", ["order_id": "o-1", "total": 21], message: "m-1")
      let answer = await shop.post([Self.order, Self.order, other])
      #expect(answer.status == 422)
      #expect(answer.json?["stored"] == 1 && answer.json?["refused"] == 1 && answer.json?["duplicates"] == 1)
      #expect(answer.json?["problems"]?[0]?["index"] == 2)
      let kept = try await shop.order("o-1")
      #expect(kept?.order.total.minorUnits == 2000)
    }
  }
}
