import Decisioning
import Delivery
import Domain
import Platform
import Store
import Templates
import Testing

@testable import Service

/// What a changed configuration means for messages that are decided, claimed or put off.
struct ChangedFileTests {
  private static let now = SchedulerFloor.now

  private func outbox(_ floor: SchedulerFloor) -> StoreOutbox {
    StoreOutbox(floor.store, shop: floor.live, log: .silent)
  }

  private func claim(
    _ floor: SchedulerFloor, _ channel: ChannelName = "email", at: Instant = now
  ) async throws -> [ClaimedMessage] {
    try await outbox(floor).claim(channel: channel, limit: 10, lease: .minutes(20), now: at)
  }

  enum Progress: CaseIterable { case queued, claimed }

  /// A message to Ann, queued or claimed before the file changes.
  ///
  /// - Returns: to whom it may go afterwards, by the claim before and by a new one.
  private func run(
    _ kind: IntakeStore, _ progress: Progress, _ trigger: Trigger = SchedulerFloor.cart,
    before: (SchedulerFloor) async throws -> Void = { _ in },
    change: @escaping @Sendable (inout Program) -> Void,
    then: (SchedulerFloor) async throws -> Void
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("robot", to: .customerID)
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await before(floor)
      let claimed = progress == .claimed ? try await claim(floor) : []
      #expect(claimed.count == (progress == .claimed ? 1 : 0))
      try await floor.reload(Self.now, change)
      let granted = try await outbox(floor).beginHandoff(claimed.map(\.claim), now: Self.now)
      #expect(granted.isEmpty)
      try await then(floor)
    }
  }

  @Test(arguments: IntakeStore.allCases, Progress.allCases)
  func `an unless that is new holds what was decided before it`(
    kind: IntakeStore, progress: Progress
  ) async throws {
    try await run(
      kind, progress,
      before: { floor in
        _ = try await floor.intake.take([.quiz("ann", "q", 10_000)], now: Self.now)
      },
      change: {
        $0.triggers["cart"]?.steps[0].unless = ["quiz_finished"]
      }
    ) { floor in
      let claimed = try await claim(floor)
      #expect(claimed == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip exit_condition"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Progress.allCases)
  func `an audience that the customer is not in holds what was decided before it`(
    kind: IntakeStore, progress: Progress
  ) async throws {
    let condition = try Condition.parse("customer.orders_count > 3", name: "audience")
    try await run(
      kind, progress,
      change: {
        $0.triggers["cart"]?.audience = condition
      }
    ) { floor in
      let claimed = try await claim(floor)
      #expect(claimed == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip audience"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Progress.allCases)
  func `a step that is gone is not sent`(kind: IntakeStore, progress: Progress) async throws {
    try await run(
      kind, progress, SchedulerFloor.later,
      change: {
        $0.triggers["later"]?.steps.remove(at: 0)
      }
    ) { floor in
      let claimed = try await claim(floor)
      #expect(claimed == [])
      #expect(try await floor.messages() == ["ann later 1 cancelled"])
      #expect(try await floor.enrollments() == ["ann later active 1"])
    }
  }

  @Test(arguments: IntakeStore.allCases, Progress.allCases)
  func `a step that goes by another channel now goes by that, once`(
    kind: IntakeStore, progress: Progress
  ) async throws {
    try await run(
      kind, progress,
      change: {
        $0.triggers["cart"]?.steps[0].channels = ["robot"]
      }
    ) { floor in
      #expect(try await claim(floor) == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
      #expect(try await claim(floor, "robot").map(\.content.to) == ["ann"])
      #expect(try await claim(floor) == [])
    }
  }

  @Test(arguments: IntakeStore.allCases, Progress.allCases)
  func `a message that is marketing now is decided as marketing`(
    kind: IntakeStore, progress: Progress
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.purpose = .service
    try await run(
      kind, progress, trigger,
      before: { floor in
        try await floor.store.write {
          try $0.unsubscribe([("email", "ann@tea.example", Self.now)], now: Self.now)
        }
      },
      change: {
        $0.triggers["cart"]?.purpose = .marketing
      }
    ) { floor in
      #expect(try await claim(floor) == [])
      try await floor.tick()
      #expect(try await claim(floor) == [])
      #expect(try await floor.messages() == ["ann cart 1 suppressed"])
      #expect(
        try await floor.decisions()
          == ["ann cart 1 defer no_consent", "ann cart 1 send", "ann cart 1 skip no_consent"])
    }
  }

  @Test func `it carries its link to unsubscribe then`() async throws {
    var trigger = SchedulerFloor.cart
    trigger.purpose = .service
    try await run(
      .sqlite, .queued, trigger,
      change: {
        $0.triggers["cart"]?.purpose = .marketing
      }
    ) { floor in
      #expect(try await claim(floor) == [])
      try await floor.tick()
      let claimed = try await claim(floor)
      #expect(claimed.map(\.content.purpose) == [.marketing])
      #expect(claimed.first?.content.unsubscribeURL != nil)
    }
  }

  @Test func `what may have been delivered is not sent in another form`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      let message = try #require(try await claim(floor).first)
      var result = RetryPolicy().result(
        of: message, DeliveryReport(.temporary), begunAt: Self.now, handoffAt: Self.now, endedAt: Self.now,
        jitter: 0)
      result.maybeDelivered = true
      _ = try await outbox(floor).record([result])
      try await floor.reload { $0.triggers["cart"]?.purpose = .service }
      #expect(try await claim(floor, at: Self.now + .minutes(5)) == [])
      try await floor.tick(Self.now + .minutes(5))
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
    }
  }

  @Test func `a reload that changes nothing asks nobody again and loses nothing`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      #expect(try await claim(floor).count == 1)
      try await floor.reload { _ in }
      #expect(try await claim(floor).map(\.attempt) == [1])
      #expect(try await floor.decisions() == ["ann cart 1 send"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a channel that is new reaches who waits for an address`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.identify("ann", email: nil)
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address"])
      try await floor.reload {
        $0.channels["robot"] = ChannelPolicy(
          name: "robot", address: .customerID, medium: .email, consent: .optOut)
        $0.triggers["cart"]?.steps[0].channels = ["email", "robot"]
      }
      #expect(try await floor.tick() == 1)
      #expect(try await claim(floor, "robot").map(\.content.to) == ["ann"])
    }
  }
}
