import Decisioning
import Delivery
import Domain
import Operations
import Platform
import Store
import Testing

@testable import Service
@testable import reprise

/// What a gate holds before the wire leaves a decision in the record, as where a step is decided.
struct WireRecordTests {
  private static let now = SchedulerFloor.now

  private func outbox(_ floor: SchedulerFloor) -> StoreOutbox {
    StoreOutbox(floor.store, shop: floor.live, log: .silent)
  }

  private func claim(_ floor: SchedulerFloor, at: Instant = now) async throws -> [ClaimedMessage] {
    try await outbox(floor).claim(channel: "email", limit: 10, lease: .minutes(20), now: at)
  }

  /// Runs with a message to Ann in the outbox.
  private func use(
    _ kind: IntakeStore, channels: [ChannelName] = ["email"], _ body: (SchedulerFloor) async throws -> Void
  ) async throws {
    var trigger = SchedulerFloor.cart
    trigger.steps[0].channels = channels
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      floor.addChannel("robot", to: .customerID)
      try await floor.fillCarts("ann")
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 send"])
      try await body(floor)
    }
  }

  /// Until when the last decision puts it off.
  private func until(_ floor: SchedulerFloor) async throws -> Instant? {
    try await floor.store.read { tx in
      try tx.connection.integer("SELECT until FROM decisions ORDER BY key DESC LIMIT 1")
        .map { Instant(milliseconds: $0) }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `each night that holds a message is one row, the last one's`(kind: IntakeStore) async throws {
    try await use(kind) { floor in
      let (ten, eight) = (ClockTime(hour: 10, minute: 0), ClockTime(hour: 20, minute: 0))
      let hours = QuietHours(from: try #require(ten), to: try #require(eight))
      floor.live.update { $0.program.limits.quietHours = hours }
      for evening in [Self.now, Self.now + .days(1)] {
        for hour in 0..<3 {
          #expect(try await claim(floor, at: evening + .hours(1) * hour) == [])
          // As a change of zones does.
          try await floor.lose("UPDATE messages SET due_at = created_at")
        }
        #expect(try await floor.decisions() == ["ann cart 1 defer quiet_hours", "ann cart 1 send"])
        #expect(try await until(floor) == evening + .hours(10))
      }
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      let text = ExplanationText.text(try ExplainAnswer(json: answer), style: .plain)
      #expect(text.contains("step 1: put off by quiet_hours until Fri 2026-03-06 20:00\n"))
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `however often a paused trigger is asked, one row says that it is paused`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      _ = await floor.responder.handlers.answer(["command": "pause", "trigger": "cart"])
      for round in 0..<5 {
        let claimed = try await claim(floor, at: Self.now + .minutes(16) * round)
        #expect(claimed == [])
      }
      #expect(try await floor.decisions() == ["ann cart 1 defer trigger_paused", "ann cart 1 send"])
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
      _ = await floor.responder.handlers.answer(["command": "resume", "trigger": "cart"])
      #expect(try await claim(floor, at: Self.now + .hours(2)).count == 1)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what waits for a paused trigger ends at the next look once the trigger is removed`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      _ = await floor.responder.handlers.answer(["command": "pause", "trigger": "cart"])
      #expect(try await claim(floor) == [])
      _ = try await floor.store.write { try $0.syncTriggers([], now: Self.now) }
      try await floor.live.readTriggers(in: floor.store)
      try await floor.reload { $0.triggers["cart"] = nil }
      #expect(try await claim(floor, at: Self.now + .minutes(15)) == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
      #expect(
        try await floor.decisions() == [
          "ann cart 1 defer trigger_paused", "ann cart 1 send", "ann cart 1 skip exit_condition",
        ])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a suppressed address is in the record, and counts once in the status`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      try await floor.store.write { try $0.suppress([("email", "ann@tea.example", .operator)], at: Self.now) }
      #expect(try await claim(floor) == [])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip suppressed"])
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      let last = answer["triggers"]?[0]?["enrollments"]?[0]?["decisions"]?.arrayValue?.last
      #expect(last?["trace"]?[0]?["values"] == ["reason": "operator"])
      let status = await floor.responder.handlers.answer(["command": "status"])
      #expect(status["triggers"]?[0]?["failed_today"] == 1)
      #expect(status["triggers"]?[0]?["skipped_today"] == 0)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a step that is decided anew for its next channel says why`(kind: IntakeStore) async throws {
    try await use(kind, channels: ["email", "robot"]) { floor in
      try await floor.store.write { try $0.suppress([("email", "ann@tea.example", .operator)], at: Self.now) }
      #expect(try await claim(floor) == [])
      try await floor.tick()
      #expect(
        try await floor.decisions()
          == ["ann cart 1 defer suppressed", "ann cart 1 send", "ann cart 1 send"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `an address that turns out to be suppressed when the customer moves there is in the record`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      try await floor.identify("ann", email: "ann.new@tea.example")
      try await floor.store.write {
        try $0.suppress([("email", "ann.new@tea.example", .badAddress)], at: Self.now)
      }
      #expect(try await claim(floor) == [])
      #expect(try await floor.messages() == ["ann cart 1 suppressed"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip suppressed"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `withdrawn consent is in the record, by whatever way it became known`(
    kind: IntakeStore
  ) async throws {
    try await use(kind) { floor in
      try await floor.store.write { tx in
        var ann = try #require(try tx.customer(id: "ann"))
        ann.consent["email"] = .withdrawn
        try tx.save([ann])
      }
      #expect(try await claim(floor) == [])
      #expect(try await floor.messages() == ["ann cart 1 suppressed"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip no_consent"])
    }
    try await use(kind) { floor in
      try await floor.store.write {
        try $0.unsubscribe([("email", "ann@tea.example", Self.now)], now: Self.now)
      }
      #expect(try await claim(floor) == [])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip no_consent"])
    }
  }

  @Test(arguments: IntakeStore.allCases, [true, false])
  func `an expiry is in the record, found at the claim or by the sweep`(
    kind: IntakeStore, atClaim: Bool
  ) async throws {
    try await use(kind) { floor in
      let late = Self.now + .days(4)
      if atClaim {
        #expect(try await claim(floor, at: late) == [])
      } else {
        try await outbox(floor).sweep(now: late)
      }
      #expect(try await floor.messages() == ["ann cart 1 expired"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip expired"])
    }
  }
}
