import Delivery
import Domain
import Platform
import Store
import Synchronization
import Testing

@testable import Service

/// An operator's word on messages that nobody knows the end of.
struct ResolveTests {
  /// Runs with messages of Ann and Ben that were handed over without an answer.
  private func use(_ body: (SchedulerFloor) async throws -> Void) async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann", "ben")
      try await floor.tick()
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      let claimed = try await outbox.claim(
        channel: "email", limit: 10, lease: .minutes(20), now: SchedulerFloor.now)
      _ = try await outbox.record(
        claimed.map {
          RetryPolicy().result(
            of: $0, DeliveryReport(.temporary, code: "451"), begunAt: SchedulerFloor.now,
            handoffAt: SchedulerFloor.now, endedAt: SchedulerFloor.now, jitter: 0)
        })
      let later = SchedulerFloor.now + .minutes(1)
      let again = try await outbox.claim(channel: "email", limit: 10, lease: .minutes(20), now: later)
      _ = try await outbox.beginHandoff(again.map { HandoffClaim(key: $0.key, token: $0.token) }, now: later)
      try await outbox.sweep(now: later + .hours(1))
      try await body(floor)
    }
  }

  @Test func `an ambiguous message shows the code of its own attempt, not of an earlier one`() async throws {
    try await use { floor in
      let answer = await floor.responder.handlers.answer(["command": "messages", "state": "ambiguous"])
      #expect(answer["messages"]?.arrayValue?.map { $0["code"] } == ["no_answer", "no_answer"])
    }
  }

  @Test(
    arguments: [
      (["channel": "email"], 2), (["trigger": "cart"], 2), (["since": "10m"], 2),
      (["since": "2026-03-05T10:02:00Z"], 0),
      (["channel": "email", "trigger": "cart", "since": "2026-03-05T10:00:00Z"], 2),
    ] as [(JSONObject, Int)])
  func `many are found by channel, trigger and time`(filter: JSONObject, count: Int) async throws {
    try await use { floor in
      var request: JSONObject = ["command": "ambiguous"]
      for member in filter { request[member.key] = member.value }
      let found = await floor.responder.handlers.answer(.object(request))
      #expect(found["messages"]?.arrayValue?.count == count, "\(found)")
    }
  }

  @Test(arguments: [
    ("channel", "emial", "there is no channel 'emial'; reprise.yaml has email; did you mean 'email'?"),
    ("trigger", "carts", "there is no trigger 'carts'; did you mean 'cart'?"),
  ])
  func `none of a name that nobody has is an error`(kind: String, name: String, text: String) async throws {
    try await use { floor in
      let found = await floor.responder.handlers.answer(["command": "ambiguous", .init(kind): .string(name)])
      #expect(found == ["error": .string(text), "exit": 65])
    }
  }

  @Test func `many are settled at once`() async throws {
    try await use { floor in
      let found = await floor.responder.handlers.answer(["command": "ambiguous", "channel": "email"])
      let answer = await floor.responder.handlers.answer([
        "command": "resolve-many", "messages": found["messages"] ?? [], "as": "dead",
      ])
      #expect(answer == ["resolved": 2, "as": "dead"])
      let messages = try await floor.messages()
      #expect(messages == ["ann cart 1 dead", "ben cart 1 dead"])
    }
  }

  @Test func `a time that is none is refused with the way out`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      #expect(
        await floor.responder.handlers.answer(["command": "ambiguous", "since": "yesterday"]) == [
          "error":
            "'yesterday' is no time; write how long ago, as in 2h, or when, as in 2026-03-01T09:00:00Z",
          "exit": 64,
        ])
    }
  }

  @Test func `what is sent again wakes whoever sends`() async throws {
    try await use { floor in
      let woken = Woken()
      let responder = Responder(
        store: floor.store, shop: floor.live, log: .silent,
        now: { SchedulerFloor.now }, changed: { woken.add() })
      let wake = OutboxWake()
      wake.wake()
      wake.attach { woken.add() }
      wake.wake()
      #expect(woken.value == 1)
      let found = await responder.handlers.answer(["command": "ambiguous"])
      _ = await responder.handlers.answer([
        "command": "resolve-many", "messages": found["messages"] ?? [], "as": "retry",
      ])
      #expect(woken.value == 2)
    }
  }
}

private final class Woken: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }
  func add() { count.withLock { $0 += 1 } }
}
