import Decisioning
import Delivery
import Domain
import Platform
import Store
import Testing

@testable import Service

/// A step with several channels goes on to the next one when the first finds the address bad for good.
struct FallbackTests {
  private func use(
    _ kind: IntakeStore = .sqlite, _ body: (SchedulerFloor, StoreOutbox) async throws -> Void
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].channels = ["email", "robot"]
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.live.update {
        $0.program.channels["robot"] = ChannelPolicy(
          name: "robot", address: .customerID, medium: .email, consent: .optOut)
      }
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await body(floor, StoreOutbox(floor.store, shop: floor.live, log: .silent, touches: floor.touches))
    }
  }

  private func claim(_ outbox: StoreOutbox, _ channel: ChannelName) async throws -> [ClaimedMessage] {
    try await outbox.claim(channel: channel, limit: 10, lease: .minutes(20), now: SchedulerFloor.now)
  }

  private func end(
    _ message: ClaimedMessage, _ outcome: OutcomeClass, maybeDelivered: Bool = false, _ outbox: StoreOutbox
  ) async throws {
    var result = RetryPolicy().result(
      of: message, DeliveryReport(outcome, code: "550 5.1.1"), begunAt: SchedulerFloor.now,
      handoffAt: SchedulerFloor.now, endedAt: SchedulerFloor.now, jitter: 0)
    result.maybeDelivered = maybeDelivered
    _ = try await outbox.record([result])
  }

  @Test(arguments: IntakeStore.allCases)
  func `a bad address gives the step to the next channel, once, and explain shows both`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor, outbox in
      let mail = try #require(try await claim(outbox, "email").first)
      try await end(mail, .badAddress, outbox)
      #expect(try await floor.enrollments() == ["ann cart active"])
      for _ in 0..<3 { try await floor.tick() }
      #expect(try await floor.messages() == ["ann cart 1 dead", "ann cart 1 queued"])
      let robot = try await claim(outbox, "robot")
      #expect(robot.map(\.content.to) == ["ann"])
      #expect(robot.first?.uid != mail.uid)
      try await end(try #require(robot.first), .accepted, outbox)
      for _ in 0..<3 { try await floor.tick() }
      #expect(try await floor.messages() == ["ann cart 1 dead", "ann cart 1 sent"])
      let answer = await floor.operations.perform(["command": "explain", "customer": "ann"])
      let decisions = answer["triggers"]?[0]?["enrollments"]?[0]?["decisions"]?.arrayValue ?? []
      #expect(decisions.map { $0["channel"] } == ["email", "robot"])
      #expect(decisions.map { $0["message"]?["state"] } == ["dead", "sent"])
      #expect(decisions.map { $0["message"]?["code"] } == ["550 5.1.1", "550 5.1.1"])
    }
  }

  @Test func `what may have been delivered is not sent by the next channel`() async throws {
    try await use { floor, outbox in
      let mail = try #require(try await claim(outbox, "email").first)
      try await end(mail, .badAddress, maybeDelivered: true, outbox)
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 dead"])
    }
  }

  @Test func `a refusal that is not about the address ends the step`() async throws {
    try await use { floor, outbox in
      try await end(try #require(try await claim(outbox, "email").first), .permanent, outbox)
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 dead"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an address that another message found bad gives the step to the next channel too`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor, outbox in
      try await floor.store.write {
        try $0.suppress([("email", "ann@tea.example", .badAddress)], at: SchedulerFloor.now)
      }
      #expect(try await claim(outbox, "email") == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
      #expect(try await claim(outbox, "robot").count == 1)
    }
  }

  @Test func `an order in between ends it`() async throws {
    try await use { floor, outbox in
      try await end(try #require(try await claim(outbox, "email").first), .badAddress, outbox)
      try await floor.order("ann")
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 dead"])
    }
  }
}
