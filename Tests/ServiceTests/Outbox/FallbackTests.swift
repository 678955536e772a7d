import Decisioning
import Delivery
import Domain
import Platform
import Testing

@testable import Service
@testable import Store

/// A step with several channels goes on to the next one when the first finds the address bad for good.
struct FallbackTests {
  private func use(
    _ kind: IntakeStore = .sqlite, _ body: (SchedulerFloor, StoreOutbox) async throws -> Void
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].channels = ["email", "robot"]
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("robot", to: .customerID)
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await body(floor, StoreOutbox(floor.store, shop: floor.live, log: .silent))
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
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
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

  @Test func `a full disk does not keep a bad address and what was accepted beside it from the record`()
    async throws
  {
    try await use { floor, outbox in
      try await floor.fillCarts("ben")
      try await floor.tick()
      let claimed = try await claim(outbox, "email")
      #expect(claimed.count == 2)
      floor.store.session?.room.spend()
      let outcomes: [OutcomeClass] = [.badAddress, .accepted]
      let results = zip(claimed, outcomes).map { message, outcome in
        RetryPolicy().result(
          of: message, DeliveryReport(outcome), begunAt: SchedulerFloor.now, handoffAt: SchedulerFloor.now,
          endedAt: SchedulerFloor.now, jitter: 0)
      }
      #expect(try await outbox.record(results) == 0)
      #expect(try await floor.messages() == ["ann cart 1 dead", "ben cart 1 sent"])
      #expect(try await floor.enrollments() == ["ann cart active", "ben cart completed 1"])
    }
  }

  @Test func `a message ends and its step is taken up again in one commit, or neither`() async throws {
    try await use { floor, outbox in
      try await floor.store.write {
        try $0.suppress([("email", "ann@tea.example", .badAddress)], at: SchedulerFloor.now)
      }
      // The second write fails, as in a crash before it.
      try await floor.lose(
        "CREATE TRIGGER crash BEFORE UPDATE ON enrollments BEGIN SELECT RAISE(ABORT, 'crash'); END")
      await #expect(throws: SQLError.self) { try await claim(outbox, "email") }
      #expect(try await floor.messages() == ["ann cart 1 queued"])
      try await floor.lose("DROP TRIGGER crash")
      #expect(try await claim(outbox, "email") == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a new address that gets nothing gives the step to the next channel`(kind: IntakeStore) async throws {
    try await use(kind) { floor, outbox in
      try await floor.identify("ann", email: "ann.new@tea.example")
      try await floor.store.write {
        try $0.suppress([("email", "ann.new@tea.example", .badAddress)], at: SchedulerFloor.now)
      }
      #expect(try await claim(outbox, "email") == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
      #expect(try await claim(outbox, "robot").map(\.content.to) == ["ann"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an address that is gone gives the step to the next channel`(kind: IntakeStore) async throws {
    try await use(kind) { floor, outbox in
      try await floor.identify("ann", email: nil)
      #expect(try await claim(outbox, "email") == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued", "ann cart 1 suppressed"])
      #expect(
        try await floor.decisions()
          == ["ann cart 1 defer no_address", "ann cart 1 send", "ann cart 1 send"])
      #expect(try await claim(outbox, "robot").map(\.content.to) == ["ann"])
    }
  }

  @Test func `where the next channel does not reach the customer either it waits for an address`()
    async throws
  {
    try await use { floor, outbox in
      try await floor.identify("ann", email: nil)
      try await floor.store.write {
        try $0.suppress([("robot", "ann", .operator)], at: SchedulerFloor.now)
      }
      #expect(try await claim(outbox, "email") == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
    }
  }

  @Test func `what may have been delivered waits for an address instead`() async throws {
    try await use { floor, outbox in
      let mail = try #require(try await claim(outbox, "email").first)
      try await end(mail, .temporary, maybeDelivered: true, outbox)
      try await floor.identify("ann", email: nil)
      let later = try await outbox.claim(
        channel: "email", limit: 10, lease: .minutes(20), now: SchedulerFloor.now + .minutes(1))
      #expect(later == [])
      try await floor.tick(SchedulerFloor.now + .minutes(1))
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
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

  /// The distance between its steps is a day.
  @Test(arguments: IntakeStore.allCases)
  func `a step is not taken up again when a later one has gone out meanwhile`(
    kind: IntakeStore
  ) async throws {
    var trigger = SchedulerFloor.later
    trigger.steps[0].channels = ["email", "robot"]
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("robot", to: .customerID)
      try await floor.fillCarts("ann")
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      func send(_ at: Instant, _ outcome: OutcomeClass) async throws {
        try await floor.tick(at)
        let claimed = try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: at)
        let message = try #require(claimed.first)
        let result = RetryPolicy().result(
          of: message, DeliveryReport(outcome, code: "550 5.1.1"), begunAt: at, handoffAt: at, endedAt: at,
          jitter: 0)
        _ = try await outbox.record([result])
      }
      let day = SchedulerFloor.now + .days(1)
      try await send(SchedulerFloor.now, .accepted)
      try await send(day, .accepted)
      #expect(try await floor.messages() == ["ann later 1 sent", "ann later 2 sent"])
      // As an operator does who has the first sent again.
      try await floor.lose(
        "UPDATE messages SET state = 'queued', maybe_delivered = 0, final_at = NULL, due_at = created_at WHERE step = '1'"
      )
      try await send(day + .minutes(1), .badAddress)
      for _ in 0..<3 { try await floor.tick(day + .minutes(2)) }
      #expect(try await floor.messages() == ["ann later 1 dead", "ann later 2 sent"])
      #expect(try await floor.enrollments() == ["ann later completed 1,2"])
    }
  }
}
