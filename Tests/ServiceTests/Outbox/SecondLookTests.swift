import Decisioning
import Delivery
import Domain
import Operations
import Platform
import Store
import Testing

@testable import Service
@testable import reprise

/// What happens between the decision of a message and the moment in which it may go.
struct SecondLookTests {
  private func claim(_ floor: SchedulerFloor, after delay: Duration) async throws -> [String] {
    let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
    let now = SchedulerFloor.now + delay
    return try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: now)
      .map(\.content.to).sorted()
  }

  @Test(arguments: IntakeStore.allCases)
  func `an order takes back the reminder that waits in the outbox`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      try await floor.order("ann")
      #expect(try await claim(floor, after: .minutes(1)) == ["ben@tea.example"])
      #expect(try await floor.messages() == ["ann cart 1 cancelled", "ben cart 1 leased"])
      #expect(
        try await floor.decisions()
          == ["ann cart 1 send", "ann cart 1 skip exit_condition", "ben cart 1 send"])
    }
  }

  @Test(arguments: [Duration.zero, .milliseconds(1), .seconds(36)])
  func `an order takes back even what was decided just now`(delay: Duration) async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await floor.order("ann")
      #expect(try await claim(floor, after: delay) == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
    }
  }

  @Test func `every attempt is preceded by a look, the retry too`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      let first = try await outbox.claim(
        channel: "email", limit: 10, lease: .minutes(20), now: SchedulerFloor.now)
      let message = try #require(first.first)
      _ = try await outbox.record([
        RetryPolicy().result(
          of: message, DeliveryReport(.temporary), begunAt: SchedulerFloor.now, handoffAt: SchedulerFloor.now,
          endedAt: SchedulerFloor.now, jitter: 0)
      ])
      try await floor.order("ann")
      #expect(try await claim(floor, after: .seconds(31)) == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a message goes to the address of now`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben", "cleo")
      try await floor.tick()
      try await floor.identify("ann", email: "ann.new@tea.example")
      try await floor.identify("ben", email: "Ben.New@tea.example")
      try await floor.store.write {
        try $0.suppress([("email", "ben.new@tea.example", .badAddress)], at: SchedulerFloor.now)
      }
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      let claimed = try await outbox.claim(
        channel: "email", limit: 10, lease: .minutes(20), now: SchedulerFloor.now)
      #expect(claimed.map(\.content.to).sorted() == ["ann.new@tea.example", "cleo@tea.example"])
      #expect(
        try await floor.messages() == ["ann cart 1 leased", "ben cart 1 suppressed", "cleo cart 1 leased"])
      // What bounces now is the address that was used.
      let ann = try #require(claimed.first { $0.content.to == "ann.new@tea.example" })
      _ = try await outbox.record([
        RetryPolicy().result(
          of: ann, DeliveryReport(.badAddress), begunAt: SchedulerFloor.now, handoffAt: SchedulerFloor.now,
          endedAt: SchedulerFloor.now, jitter: 0)
      ])
      let suppressed = try await floor.store.read {
        try $0.suppressions(of: [("email", "ann@tea.example"), ("email", "ann.new@tea.example")])
      }
      #expect(suppressed == [1: .badAddress])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a message whose customer has no address any more waits for one`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await floor.identify("ann", email: nil)
      #expect(try await claim(floor, after: .seconds(1)) == [])
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address", "ann cart 1 send"])
      try await floor.identify("ann", email: "ann.new@tea.example")
      #expect(try await claim(floor, after: .minutes(20)) == ["ann.new@tea.example"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `however long a message waits for an address one row says so`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await floor.identify("ann", email: nil)
      for round in 0..<9 { #expect(try await claim(floor, after: .minutes(16) * round) == []) }
      #expect(try await floor.decisions() == ["ann cart 1 defer no_address", "ann cart 1 send"])
      #expect(try await floor.messages() == ["ann cart 1 waiting"])
    }
  }

  @Test func `an order in the night takes back what waits for the morning, and explain says so`() async throws
  {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      // It has just become ten, and is quiet until eight.
      let (ten, eight) = (ClockTime(hour: 10, minute: 0), ClockTime(hour: 20, minute: 0))
      let hours = QuietHours(from: try #require(ten), to: try #require(eight))
      floor.live.update { $0.program.limits.quietHours = hours }
      #expect(try await claim(floor, after: .minutes(5)) == [])
      #expect(try await floor.messages() == ["ann cart 1 waiting", "ben cart 1 waiting"])
      try await floor.order("ann")
      #expect(try await claim(floor, after: .hours(10)) == ["ben@tea.example"])
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      let text = ExplanationText.text(try ExplainAnswer(json: answer), style: .plain)
      #expect(text.contains("    Thu 2026-03-05 10:00  step 1: by email \"Hello\", cancelled\n"))
      #expect(
        text.contains(
          "    Thu 2026-03-05 20:00  step 1: skipped by exit_condition\n      NO exit_condition (end_reason cancelled)\n"
        ))
      let status = await floor.responder.handlers.answer(["command": "status"])
      #expect(status["triggers"]?[0]?["failed_today"] == 0)
      #expect(status["triggers"]?[0]?["skipped_today"] == 1)
    }
  }

  @Test func `an event of unless takes back its step alone`() async throws {
    var trigger = SchedulerFloor.later
    trigger.steps[0].unless = ["quiz_finished"]
    try await SchedulerFloor.use(batchSize: 10, triggers: [trigger]) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      _ = try await floor.intake.take([.quiz("ann", "q", 10_000)], now: SchedulerFloor.now)
      // Before the trigger fired.
      _ = try await floor.intake.take([.quiz("ben", "p", 10_000 - 31)], now: SchedulerFloor.now)
      #expect(try await claim(floor, after: .hours(1)) == ["ben@tea.example"])
      #expect(try await floor.messages() == ["ann later 1 cancelled", "ben later 1 leased"])
      #expect(try await floor.enrollments() == ["ann later active 1", "ben later active 1"])
    }
  }

  @Test func `what has waited and still has its reason goes`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      _ = try await floor.intake.take(
        [.added("ann", "more", 10_000, cart: "cart-ann"), .quiz("ann", "q", 10_000)],
        now: SchedulerFloor.now)
      #expect(try await claim(floor, after: .hours(20)) == ["ann@tea.example"])
      #expect(try await floor.decisions() == ["ann cart 1 send"])
    }
  }

  @Test func `a removed trigger takes back what waits`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      floor.live.update { $0.program.triggers = [:] }
      #expect(try await claim(floor, after: .minutes(2)) == [])
      #expect(try await floor.messages() == ["ann cart 1 cancelled"])
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip exit_condition"])
    }
  }
}
