import Domain
import Platform
import Store
import Testing

@testable import Service

/// A withdrawal of consent is never lost, whatever the event that brings it is refused for.
struct WithdrawalTests {
  private static func withdraw(_ customer: String, message: String) -> JSON {
    RunningShop.track(customer, "Consent Withdrawn", ["channel": "email"], message: message)
  }

  private func expectConsent(
    _ expected: ConsentState, of customer: String, in shop: RunningShop,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let consent = try await shop.customer(customer)?.consent["email"]
    #expect(consent == expected, sourceLocation: sourceLocation)
  }

  @Test func `an id that stood for something else keeps no withdrawal out`() async throws {
    try await RunningShop.run { shop in
      #expect(await shop.post([RunningShop.track("bob", "Quiz Finished", message: "m-1")]).status == 200)
      let answer = await shop.post([
        Self.withdraw("ann", message: "m-1"),
        RunningShop.identify("cay", ["consent": ["email": false], "plan": "gold"], message: "m-1"),
        RunningShop.track("bob", "Product Viewed", message: "m-2"),
      ])
      #expect(answer.status == 422)
      #expect(answer.json?["stored"] == 1 && answer.json?["refused"] == 2)
      #expect(
        answer.json?["problems"]?[0]?["reason"]
          == "stands for another event already, which was kept; give each event an id of its own; the withdrawal of consent in it was taken"
      )
      try await expectConsent(.withdrawn, of: "ann", in: shop)
      try await expectConsent(.withdrawn, of: "cay", in: shop)
      let cay = try await shop.customer("cay")
      #expect(cay?.attributes == Record())
      let words = try await shop.count("SELECT count(*) FROM consents")
      #expect(words == 2)
      let events = try await shop.count("SELECT count(*) FROM events")
      #expect(events == 2)
    }
  }

  @Test func `a withdrawal that is said again behind a grant counts`() async throws {
    try await RunningShop.run { shop in
      let grant = RunningShop.track("ann", "Consent Granted", ["channel": "email"], message: "m-2")
      // A shop whose ids are those of its buttons.
      #expect(await shop.post([Self.withdraw("ann", message: "m-1")]).status == 200)
      #expect(await shop.post([grant]).status == 200)
      try await expectConsent(.granted, of: "ann", in: shop)
      #expect(await shop.post([Self.withdraw("ann", message: "m-1")]).status == 200)
      try await expectConsent(.withdrawn, of: "ann", in: shop)
      // A grant that is said again is only known already.
      #expect(await shop.post([grant]).status == 200)
      try await expectConsent(.withdrawn, of: "ann", in: shop)
    }
  }

  @Test func `a withdrawal in the same batch as its double counts`() async throws {
    try await RunningShop.run { shop in
      let answer = await shop.post([
        RunningShop.track("ann", "Quiz Finished", message: "m-1"), Self.withdraw("ann", message: "m-1"),
        Self.withdraw("bob", message: "m-1"),
      ])
      #expect(answer.status == 422 && answer.json?["refused"] == 2)
      try await expectConsent(.withdrawn, of: "ann", in: shop)
      try await expectConsent(.withdrawn, of: "bob", in: shop)
    }
  }

  @Test func `a shop with all the names it may have still takes withdrawals`() async throws {
    try await RunningShop.run { shop in
      try await shop.daemon.store.write { tx in
        let names = Set((0..<IntakeLimits.eventNames).map { EventName("name_\($0)") })
        _ = try tx.enter(eventNames: names, limit: IntakeLimits.eventNames)
      }
      #expect(
        await shop.post([RunningShop.track("ann", "Email Unsubscribed", message: "m-1")]).status == 200)
      try await expectConsent(.withdrawn, of: "ann", in: shop)
      var beside = RunningShop.track("bob", "Another Name", message: "m-2").objectValue ?? JSONObject()
      beside["context"] = ["traits": ["consent": ["email": false], "plan": "gold"]]
      let answer = await shop.post([.object(beside)])
      #expect(answer.status == 422 && answer.json?["refused"] == 1)
      #expect(
        answer.json?["message"]
          == "batch[0].event: a new name, and the shop has 2000 already; put what varies into properties; the withdrawal of consent in it was taken"
      )
      try await expectConsent(.withdrawn, of: "bob", in: shop)
      let bob = try await shop.customer("bob")
      #expect(bob?.attributes == Record())
    }
  }

  @Test func `an order of another's keeps no withdrawal out`() async throws {
    try await RunningShop.run { shop in
      let order: JSON = ["order_id": "o-1", "total": 20]
      #expect(
        await shop.post([RunningShop.track("bob", "Order Completed", order, message: "m-1")]).status == 200)
      var foreign =
        RunningShop.track("ann", "Order Completed", order, message: "m-2").objectValue ?? JSONObject()
      foreign["context"] = ["traits": ["consent": ["email": false]]]
      let answer = await shop.post([
        .object(foreign), RunningShop.track("ann", "Quiz Finished", message: "m-3"),
      ])
      #expect(answer.status == 422 && answer.json?["stored"] == 1 && answer.json?["refused"] == 1)
      try await expectConsent(.withdrawn, of: "ann", in: shop)
      let stored = try await shop.count("SELECT count(*) FROM events WHERE message_id = 'm-2'")
      #expect(stored == 0)
    }
  }

  private static func word(_ event: String, _ channel: String, _ number: Int) -> JSON {
    RunningShop.track("ann", event, ["channel": .string(channel)], message: "m-\(number)")
  }

  @Test func `a customer with words about fifty channels of nobody can still withdraw`() async throws {
    try await RunningShop.run { shop in
      let filling = await shop.post((0..<60).map { Self.word("Consent Granted", "channel-\($0)", $0) })
      #expect(filling.status == 422)
      #expect(filling.json?["stored"] == 60)
      // Each names a channel that the shop does not have; twenty are listed.
      #expect(filling.json?["problems"]?.arrayValue?.count == 20, "\(filling)")
      let before = try await shop.customer("ann")
      #expect(before?.consent.count == Customer.maximumConsents)
      let own = await shop.post([Self.word("Consent Withdrawn", "email", 100)])
      #expect(own.status == 200)
      let after = try await shop.customer("ann")
      #expect(after?.consent["email"] == .withdrawn)
    }
  }

  @Test func `of flags for more channels than are kept, those that withdraw are`() async throws {
    var consent = JSONObject(members: (0..<60).map { JSONObject.Member(key: "a-\($0)", value: true) })
    consent["z"] = false
    consent["email"] = false
    let flags = RunningShop.identify("bob", ["consent": .object(consent)], message: "m-1")
    try await RunningShop.run { shop in
      let answer = await shop.post([flags])
      #expect(answer.status == 422)
      let bob = try await shop.customer("bob")
      #expect(bob?.consent["email"] == .withdrawn)
      #expect(bob?.consent["z"] == .withdrawn)
    }
  }
}
