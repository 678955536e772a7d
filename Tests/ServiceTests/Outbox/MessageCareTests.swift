import Decisioning
import Delivery
import Domain
import Platform
import Store
import Testing

@testable import Service

/// The marks of messages on their way, and what lets one go alone.
struct MessageCareTests {
  private static let now = SchedulerFloor.now

  /// Lends an outbox with a message to each of three customers, with a black box.
  private func use(
    _ body: (SchedulerFloor, StoreOutbox, Quarantine) async throws -> Void
  ) async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      let directory = try Files.makeTemporaryDirectory(prefix: "reprise-care")
      defer { try? Files.removeTree(directory) }
      let quarantine = Quarantine(box: try BlackBox(path: directory + "/work"))
      let outbox = StoreOutbox(
        floor.store, shop: floor.live, log: .silent, quarantine: quarantine)
      try await floor.fillCarts("ann", "ben", "cleo")
      try await floor.tick()
      try await body(floor, outbox, quarantine)
    }
  }

  private func claim(_ outbox: StoreOutbox, limit: Int = 10) async throws -> [ClaimedMessage] {
    try await outbox.claim(channel: "email", limit: limit, lease: .minutes(20), now: Self.now)
  }

  private func result(_ message: ClaimedMessage, _ outcome: OutcomeClass = .accepted) -> AttemptResult {
    RetryPolicy().result(
      of: message, DeliveryReport(outcome), begunAt: Self.now, handoffAt: Self.now, endedAt: Self.now,
      jitter: 0)
  }

  @Test func `a message is marked from its claim to its outcome`() async throws {
    try await use { _, outbox, quarantine in
      let claimed = try await claim(outbox)
      #expect(quarantine.box.marksInUse == 3)
      _ = try await outbox.record([result(claimed[0]), result(claimed[1], .temporary)])
      #expect(quarantine.box.marksInUse == 1)
      _ = try await outbox.record([result(claimed[2], .released)])
      #expect(quarantine.box.marksInUse == 0)
    }
  }

  @Test func `what is held back after its claim is not marked`() async throws {
    try await use { floor, outbox, quarantine in
      try await floor.order("ann")
      #expect(try await claim(outbox).count == 2)
      #expect(quarantine.box.marksInUse == 2)
    }
  }

  @Test func `a lost claim lets the next one go when messages go alone`() async throws {
    try await use { floor, outbox, quarantine in
      quarantine.goCarefully(with: .message)
      let first = try await claim(outbox)
      #expect(first.count == 1)
      #expect(try await claim(outbox) == [])
      let customer = try #require(["ann", "ben", "cleo"].first { first[0].content.to.hasPrefix($0) })
      _ = try await floor.responder.unsubscribe(customerID: customer, channel: "email", source: "test")
      #expect(try await outbox.beginHandoff(first.map(\.claim), now: Self.now) == [])
      outbox.dropped(first.map(\.claim))
      #expect(quarantine.box.marksInUse == 0)
      #expect(try await claim(outbox).count == 1)
    }
  }

  @Test func `a claim that is lost late leaves the mark of the claim after it`() async throws {
    try await use { floor, outbox, quarantine in
      let first = try await claim(outbox)
      try await floor.store.write { tx in
        try tx.takeBack(of: Set(first.map(\.customer)))
      }
      let second = try await claim(outbox)
      #expect(second.map(\.key) == first.map(\.key))
      outbox.dropped(first.map(\.claim))
      _ = try await outbox.record(first.map { result($0, .released) })
      #expect(quarantine.box.marksInUse == 3)
      _ = try await outbox.record(second.map { result($0) })
      #expect(quarantine.box.marksInUse == 0)
    }
  }

  @Test func `a message whose outcome cannot be recorded is no longer on its way`() async throws {
    try await use { floor, outbox, quarantine in
      quarantine.goCarefully(with: .message)
      let first = try await claim(outbox)
      var refused = result(first[0])
      refused.code = "a\u{0}b"
      await #expect(throws: (any Error).self) { try await outbox.record([refused]) }
      #expect(quarantine.box.marksInUse == 0)
      #expect(try await claim(outbox).count == 1)
    }
  }
}
