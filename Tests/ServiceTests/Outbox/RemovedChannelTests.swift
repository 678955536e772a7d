import Decisioning
import Delivery
import Domain
import Platform
import Store
import Testing

@testable import Service

/// What becomes of messages on a channel that is gone from the file: nobody claims them any more.
struct RemovedChannelTests {
  private static let now = SchedulerFloor.now

  /// How far the message on the channel has come.
  enum Progress: CaseIterable { case queued, claimed, waiting, doubtful }

  private func outbox(_ floor: SchedulerFloor) -> StoreOutbox {
    StoreOutbox(floor.store, shop: floor.live, log: .silent)
  }

  private func claim(_ floor: SchedulerFloor, _ channel: ChannelName) async throws -> [ClaimedMessage] {
    try await outbox(floor).claim(channel: channel, limit: 10, lease: .minutes(20), now: Self.now)
  }

  /// Ann has a message on the channel `robot`, and then there is only `email`.
  private func use(
    _ kind: IntakeStore, _ progress: Progress, _ body: (SchedulerFloor) async throws -> Void
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].channels = ["robot", "email"]
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("robot", to: .customerID)
      try await floor.fillCarts("ann")
      try await floor.tick()
      if progress != .queued {
        let message = try #require(try await claim(floor, "robot").first)
        var result = RetryPolicy().result(
          of: message, DeliveryReport(.temporary), begunAt: Self.now, handoffAt: Self.now, endedAt: Self.now,
          jitter: 0)
        result.maybeDelivered = progress == .doubtful
        if progress != .claimed { _ = try await outbox(floor).record([result]) }
      }
      try await floor.reload(Self.now) {
        $0.channels["robot"] = nil
        $0.triggers["cart"]?.steps[0].channels = ["email"]
      }
      try await body(floor)
    }
  }

  @Test(arguments: IntakeStore.allCases, [Progress.queued, .claimed, .waiting])
  func `its step is decided anew, for a channel that is there`(
    kind: IntakeStore, progress: Progress
  ) async throws {
    try await use(kind, progress) { floor in
      try await outbox(floor).sweep(now: Self.now)
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
      #expect(
        try await floor.decisions()
          == ["ann cart 1 defer no_address", "ann cart 1 send", "ann cart 1 send"])
      #expect(try await claim(floor, "email").map(\.content.to) == ["ann@tea.example"])
      try await outbox(floor).sweep(now: Self.now)
      #expect(try await floor.messages() == ["ann cart 1 leased", "ann cart 1 suppressed"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what may have been delivered is not sent in another form`(kind: IntakeStore) async throws {
    try await use(kind, .doubtful) { floor in
      try await outbox(floor).sweep(now: Self.now)
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a step that cannot be taken up again is skipped`(kind: IntakeStore) async throws {
    try await use(kind, .queued) { floor in
      try await floor.lose("UPDATE enrollments SET state = 'ended', end_reason = 'cancelled'")
      try await outbox(floor).sweep(now: Self.now)
      #expect(try await floor.messages() == ["ann cart 1 suppressed"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip no_address"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a claimed message of which nothing follows is skipped too`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      let claimed = try await claim(floor, "email")
      floor.live.update { $0.program.triggers["cart"]?.steps[0].channels = ["robot"] }
      let shop = floor.live.current
      let findings = try await floor.store.read {
        try SecondLook.findings(among: claimed, $0, shop, now: Self.now)
      }
      #expect(findings.count == 1)
      // Between the look and what follows from it.
      try await floor.lose("UPDATE enrollments SET state = 'ended', end_reason = 'cancelled'")
      let settled = try await floor.store.write {
        try SecondLook.settle(findings, shop, $0, at: Self.now)
      }
      #expect(!settled.isReopened)
      #expect(try await floor.messages() == ["ann cart 1 suppressed"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip no_address"])
    }
  }
}
