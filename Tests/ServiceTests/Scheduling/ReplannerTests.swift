import Decisioning
import Domain
import Platform
import Store
import Testing

@testable import Service

/// Planning anew while a reload comes in between.
struct ReplannerTests {
  private static let now = SchedulerFloor.now

  /// The last customer that the trigger was planned anew for.
  private func position(_ floor: SchedulerFloor) async throws -> CustomerKey? {
    try await floor.store.read { try $0.triggers()["cart"]?.replanAfter }
  }

  private func step(_ floor: SchedulerFloor) async throws -> Bool {
    try await Replanner(store: floor.store, shop: floor.live).step(now: Self.now)
  }

  @Test(arguments: IntakeStore.allCases)
  func `a reload that asks everybody again is not lost to a batch read before it`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      let ann = try #require(
        try await floor.store.read { try $0.customerKeys(after: CustomerKey(0), limit: 1).first })
      try await floor.store.write { try $0.setReplanAfter(ann, of: "cart") }
      try await floor.run(
        {
          let mayHaveMore = try await step(floor)
          #expect(mayHaveMore)
        },
        writtenAfter: {
          try await floor.store.write { try $0.askAgainForAddresses(of: "cart", now: Self.now) }
        })
      #expect(try await position(floor) == CustomerKey(0))
      #expect(try await step(floor))
      #expect(try await position(floor) == ann)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a batch read by the file before is planned by the new one`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.run(
        {
          let mayHaveMore = try await step(floor)
          #expect(mayHaveMore)
        },
        writtenAfter: {
          try await floor.store.write { _ in floor.live.update { $0.program.holdoutSalt = "other" } }
        })
      #expect(try await position(floor) == CustomerKey(0))
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `nothing is planned by a file that the store knows to be gone`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      let wanted: [[(id: TriggerID, planningHash: String)]] = [[("cart", "changed")], []]
      for triggers in wanted {
        _ = try await floor.store.write { try $0.syncTriggers(triggers, now: Self.now) }
        #expect(try await step(floor) == false)
        #expect(try await position(floor) == CustomerKey(0))
      }
      floor.live.update { $0.program.triggers["cart"] = nil }
      _ = try await floor.store.write { try $0.syncTriggers([("cart", "cart")], now: Self.now) }
      #expect(try await step(floor) == false)
      #expect(try await floor.enrollments() == ["ann cart active"])
    }
  }

  @Test func `each batch of imported customers is a sign of life, read and written`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann", "bob", "cid")
      try await floor.store.write { tx in
        try tx.markUnplanned(try tx.customerKeys(after: CustomerKey(.min), limit: 9))
      }
      let beats = Calls<Void>()
      let replanner = Replanner(
        store: floor.store, shop: floor.live, importBatchSize: 1, beat: { beats.add(()) })
      #expect(try await replanner.planImported(now: Self.now) == 3)
      #expect(beats.values.count == 6)
    }
  }

  @Test func `each purchaser that is learned from is a sign of life`() async throws {
    let refill = Trigger(
      id: "refill", when: RunsOutRule(cycle: .learned, lead: .days(2), combine: .days(3)),
      purpose: .marketing,
      steps: [Step(id: "1", after: .zero, channels: ["email"], template: "hello")], priority: 10,
      expiresAfter: .days(3), planningHash: "refill")
    try await SchedulerFloor.use(batchSize: 10, triggers: [refill]) { floor in
      try await floor.fillCarts("ann", "bob")
      for customer in ["ann", "bob"] { try await floor.order(customer) }
      let beats = Calls<Void>()
      let replanner = Replanner(store: floor.store, shop: floor.live, beat: { beats.add(()) })
      // One order each: nothing to learn yet.
      #expect(try await replanner.learnCycles() == false)
      #expect(beats.values.count == 2)
    }
  }
}
