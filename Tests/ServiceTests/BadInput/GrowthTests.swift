import Domain
import Platform
import Support
import Testing

@testable import Service

/// Senders that put values where names belong: nothing may grow with them for ever.
struct GrowthTests {
  private static func traits(_ range: Range<Int>) -> JSON {
    var traits = JSONObject()
    for number in range { traits["viewed_\(number)"] = true }
    return .object(traits)
  }

  @Test func `a customer keeps 500 names of attributes, and what is new beyond is left out and told`()
    async throws
  {
    try await RunningShop.run { shop in
      var refused = 0
      for step in 0..<10 {
        let answer = await shop.post([
          RunningShop.identify("ann", Self.traits(step * 100..<(step + 1) * 100), message: "m-\(step)")
        ])
        #expect(answer.status == (step < 5 ? 200 : 422))
        if step >= 5 {
          refused += 1
          #expect(
            answer.json?["message"]
              == "batch[0].traits: names were left out, as the customer has 500 attributes, 64 KB of them or 50 channels already; give names to kinds of values, not to values"
          )
          #expect(answer.json?["stored"] == 1 && answer.json?["refused"] == 0)
          #expect(answer.json?["problems"]?[0]?["event_stored"] == true)
        }
      }
      let ann = try #require(try await shop.customer("ann"))
      #expect(ann.attributes.count == 500)
      #expect(ann.fieldTimes.count == 500)
      // Known names and the program's own fields go on being written.
      let more = await shop.post([
        RunningShop.identify("ann", ["viewed_7": "seven", "first_name": "Ann", "new": 1], message: "n-1")
      ])
      #expect(more.status == 422)
      let after = try #require(try await shop.customer("ann"))
      #expect(after.attributes["viewed_7"] == .string("seven") && after.firstName == "Ann")
      #expect(after.attributes["new"] == nil)
      // One that is removed makes room for another.
      let change = await shop.post([
        RunningShop.identify("ann", ["viewed_8": nil], message: "n-2"),
        RunningShop.identify("ann", ["new": 1], message: "n-3"),
      ])
      #expect(change.status == 200)
      #expect(try await shop.customer("ann")?.attributes["new"] == .integer(1))
      let metrics = await shop.metrics()
      #expect(
        metrics.contains("reprise_intake_refusals_total{reason=\"too_many_attributes\"} \(refused + 1)\n"))
      #expect(!metrics.contains("viewed_"))
      #expect(shop.log.names.filter { $0 == "events_refused" }.count == refused + 1)
    }
  }

  @Test func `a customer keeps consent for 50 channels`() async throws {
    try await RunningShop.run { shop in
      for step in 0..<3 {
        var consent = JSONObject()
        for number in step * 40..<(step + 1) * 40 { consent["channel_\(number)"] = "granted" }
        let answer = await shop.post([
          RunningShop.identify("ann", ["consent": .object(consent)], message: "m-\(step)")
        ])
        // Names that the shop does not have are kept, and said.
        #expect(answer.status == 422)
        #expect(answer.json?["stored"] == 1)
      }
      let ann = try await shop.customer("ann")
      #expect(ann?.consent.count == 50)
      #expect(try await shop.count("SELECT count(*) FROM consents") == 50)
    }
  }

  @Test func `100,000 distinct names of events are answered, counted and not kept`() async throws {
    try await RunningShop.run { shop in
      var stored = 0
      var refused = 0
      for step in 0..<20 {
        let batch = (0..<5000).map { number in
          RunningShop.track("ann", "Viewed \(step * 5000 + number)", message: "m-\(step)-\(number)")
        }
        let answer = await shop.post(batch)
        stored += Int(answer.json?["stored"]?.integerValue ?? 0)
        refused += Int(answer.json?["refused"]?.integerValue ?? 0)
        #expect(answer.status == 422)
        #expect(
          answer.json?["problems"]?[0]?["reason"]
            == "a new name, and the shop has 2000 already; put what varies into properties")
        // Twenty are listed, the others counted.
        #expect(answer.json?["problems"]?.arrayValue?.count == 20)
      }
      #expect(stored == 2000 && refused == 98_000)
      let kept = try await shop.count("SELECT count(DISTINCT name) FROM events")
      #expect(kept == 2000)
      #expect(try await shop.count("SELECT count(*) FROM meta WHERE name LIKE 'event_name:%'") == 2000)
      // What the program and its triggers know is taken whatever came before.
      let useful = await shop.post([
        RunningShop.track("ann", "Order Completed", ["order_id": "o-1", "total": 20], message: "u-1"),
        RunningShop.track("ann", "Viewed 0", message: "u-2"),
      ])
      #expect(useful.status == 200)
      let metrics = await shop.metrics()
      #expect(metrics.contains("reprise_intake_refusals_total{reason=\"too_many_event_names\"} 98000\n"))
      #expect(!metrics.contains("viewed_"))
    }
  }

  @Test func `the names are remembered over a restart`() async throws {
    let directory = try ShopDirectory()
    for (step, status) in [(0, 200), (0, 200), (1, 422)] {
      try await RunningShop.run(directory) { shop in
        let batch = (0..<2000).map { number in
          RunningShop.track("ann", "Viewed \(step * 2000 + number)", message: "m-\(step)-\(number)")
        }
        #expect(await shop.post(batch).status == status)
      }
    }
  }

  /// Eighty customers, each with 60,000 bytes of attributes: more than is loaded at once.
  private static func fill(_ shop: RunningShop) async {
    for number in 0..<80 {
      let answer = await shop.post([
        RunningShop.identify(
          "c\(number)", ["note": .string(String(repeating: "x", count: 60_000))], message: "i-\(number)")
      ])
      #expect(answer.status == 200)
    }
  }

  @Test func `customers whose states are too much at once are taken in parts, as if in one`() async throws {
    try await RunningShop.run { shop in
      await Self.fill(shop)
      var batch = (0..<80).map { RunningShop.identify("c\($0)", ["seen": true], message: "s-\($0)") }
      // Told of its place in the whole batch.
      batch.append(
        RunningShop.track("c79", "Order Completed", ["order_id": "o-1", "total": 5], message: "o"))
      let first = await shop.post(batch)
      #expect(first.status == 200)
      batch = (0..<80).map { RunningShop.identify("c\($0)", ["seen": 2], message: "t-\($0)") }
      batch.append(
        RunningShop.track("c78", "Order Completed", ["order_id": "o-1", "total": 5], message: "p"))
      let second = await shop.post(batch)
      #expect(second.status == 422)
      #expect(second.json?["stored"] == 80 && second.json?["duplicates"] == 0)
      #expect(second.json?["problems"]?[0]?["index"] == 80)
      for number in [0, 40, 78, 79] {
        let seen = try await shop.customer("c\(number)")?.attributes["seen"]
        #expect(seen == .integer(2))
      }
      let again = await shop.post(batch.dropLast())
      #expect(again.status == 200)
    }
  }

  @Test func `what one customer is told of attributes beyond 64 KB is left out, and consent counts`()
    async throws
  {
    try await RunningShop.run { shop in
      var status: [Int] = []
      for number in 0..<20 {
        let nulls = JSON.array(Array(repeating: .null, count: 1000))
        status.append(
          await shop.post([
            RunningShop.identify(
              "ann", ["a\(number)": nulls, "consent": ["email": false]], message: "n-\(number)")
          ]).status)
      }
      #expect(status == Array(repeating: 200, count: 4) + Array(repeating: 422, count: 16))
      let ann = try #require(try await shop.customer("ann"))
      #expect(ann.attributes.count == 4 && ann.consent["email"] == .withdrawn)
    }
  }
}
