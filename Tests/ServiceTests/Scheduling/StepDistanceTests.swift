import Delivery
import Domain
import Operations
import Platform
import Store
import Testing

@testable import Service
@testable import reprise

/// The distance between steps, with the outbox that knows when a message was handed over.
struct StepDistanceTests {
  private static let now = SchedulerFloor.now
  /// When the second step of `later` is due by the file: a day after the trigger fired.
  private static let second = now - .minutes(30) + .days(1)

  private func outbox(_ floor: SchedulerFloor) -> StoreOutbox {
    StoreOutbox(floor.store, shop: floor.live, log: .silent)
  }

  private func claim(_ floor: SchedulerFloor, _ at: Instant) async throws -> [ClaimedMessage] {
    try await outbox(floor).claim(channel: "email", limit: 10, lease: .minutes(20), now: at)
  }

  /// Hands over what may go, and says how it ended.
  private func send(
    _ floor: SchedulerFloor, _ at: Instant, _ outcome: OutcomeClass = .accepted, _ end: AttemptEnd = .accepted
  ) async throws {
    let claimed = try await claim(floor, at)
    #expect(claimed.count == 1)
    _ = try await outbox(floor).beginHandoff(
      claimed.map { HandoffClaim(key: $0.key, token: $0.token) }, now: at)
    _ = try await outbox(floor).record(
      claimed.map {
        AttemptResult(
          key: $0.key, uid: $0.uid, token: $0.token, channel: $0.channel, attempt: $0.attempt,
          outcome: outcome, end: end, begunAt: at, handoffAt: at, endedAt: at)
      })
  }

  private func nextDueAt(_ floor: SchedulerFloor) async throws -> Instant? {
    try await floor.store.read { try $0.nextDueAt() }
  }

  @Test(
    arguments: IntakeStore.allCases,
    [(OutcomeClass.accepted, AttemptEnd.accepted), (.ambiguous, .unanswered)])
  func `the second step keeps its distance from the handover of the first`(
    kind: IntakeStore, end: (outcome: OutcomeClass, end: AttemptEnd)
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await send(floor, Self.now + .hours(5), end.outcome, end.end)
      #expect(try await floor.tick(Self.now + .days(1)) == 1)
      let due = Self.now + .hours(5) + .days(1)
      #expect(try await nextDueAt(floor) == due)
      #expect(try await floor.decisions() == ["ann later 1 send"])
      #expect(try await floor.tick(due) == 1)
      #expect(try await floor.decisions() == ["ann later 1 send", "ann later 2 send"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `while the first is in the outbox the second waits; refused for good, it keeps nobody waiting`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      let day = Self.now + .days(1)
      #expect(try await floor.tick(day) == 1)
      #expect(try await floor.decisions() == ["ann later 1 send"])
      #expect(try await nextDueAt(floor) == day + .days(1))
      try await send(floor, day + .hours(2), .permanent, .refused)
      #expect(try await floor.tick(day + .days(1)) == 1)
      #expect(try await floor.decisions() == ["ann later 1 send", "ann later 2 send"])
    }
  }

  @Test func `explain says behind which step a step is kept`() async throws {
    try await SchedulerFloor.use(batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      try await send(floor, Self.now + .hours(5))
      let answer = await floor.responder.handlers.answer(["command": "explain", "customer": "ann"])
      let text = ExplanationText.text(try ExplainAnswer(json: answer), style: .plain)
      #expect(
        text.contains(
          "    Fri 2026-03-06 15:00  step 2: goes out by email if nothing changes, 1d behind step 1, as the file has them (in 1d 5h)\n"
        ), "\(text)")
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `two messages of one enrollment that stand in the outbox do not go together`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      try await floor.fillCarts("ann")
      try await floor.tick()
      // Nobody knows whether the first arrived; the second is decided, and then an operator sends the first again.
      try await send(floor, Self.now, .ambiguous, .unanswered)
      let day = Self.now + .days(1)
      try await floor.tick(day)
      #expect(try await floor.messages() == ["ann later 1 ambiguous", "ann later 2 queued"])
      try await floor.store.write { tx in
        let first = try #require(try tx.messages(in: .ambiguous, limit: 1).first)
        #expect(try tx.resolve(uid: first.uid, as: .retry, now: day))
      }
      let later = day + .hours(2)
      let claimed = try await claim(floor, later)
      #expect(claimed.map(\.step) == ["1"])
      #expect(try await floor.messages() == ["ann later 1 leased", "ann later 2 waiting"])
      _ = try await outbox(floor).beginHandoff(
        claimed.map { HandoffClaim(key: $0.key, token: $0.token) }, now: later)
      _ = try await outbox(floor).record(
        claimed.map {
          AttemptResult(
            key: $0.key, uid: $0.uid, token: $0.token, channel: $0.channel, attempt: $0.attempt,
            outcome: .accepted, end: .accepted, begunAt: later, handoffAt: later, endedAt: later)
        })
      #expect(try await claim(floor, later + .hours(23)).isEmpty)
      let second = try await claim(floor, later + .days(1))
      #expect(second.map(\.step) == ["2"])
      #expect(second.map(\.attempt) == [1])
      // It may go out as much later as it was moved.
      #expect(second.map(\.expiresAt) == [later + .days(4)])
    }
  }
}
