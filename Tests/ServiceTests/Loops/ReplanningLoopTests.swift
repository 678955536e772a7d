import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct ReplanningLoopTests {
  private let floor = LoopFloor()
  private let wake = WakeUp()
  private let done = Calls<String>()
  private var time: VirtualClock { floor.time }

  private func run(
    followLate: @escaping @Sendable () async throws -> Void = {},
    step: @escaping @Sendable (Instant) async throws -> Bool,
    learn: @escaping @Sendable () async throws -> Bool = { false }, _ body: () async throws -> Void
  ) async throws {
    let loop = ReplanningLoop(
      part: floor.part("replanner"), clock: time.clock, trusted: floor.trusted, wake: wake,
      followLate: followLate, step: step, learn: learn, planned: { [done] in done.add("planned") })
    try await floor.run(loop.run, body)
  }

  /// Steps that find so many batches, and then none.
  private func batches(_ count: Int) -> @Sendable (Instant) async throws -> Bool {
    let left = Mutex(count)
    return { [done] _ in
      let found = left.withLock { left in
        left -= 1
        return left >= 0
      }
      done.add(found ? "batch" : "nothing")
      return found
    }
  }

  @Test func `it plans batch by batch and learns until there is nothing new to learn`() async throws {
    let lessons = Mutex([true, true, false])
    try await run(
      step: batches(2),
      learn: { [done] in
        done.add("learn")
        return lessons.withLock { $0.removeFirst() }
      }
    ) {
      try await time.untilSleeping(.seconds(300))
    }
    #expect(
      done.values == [
        "batch", "batch", "nothing", "learn", "nothing", "learn", "nothing", "learn", "planned",
      ])
  }

  @Test func `where nothing was planned it learns nothing, and looks again when woken or after five minutes`()
    async throws
  {
    try await run(step: batches(0), learn: { [done] in done.add("learn") > 0 }) {
      try await time.untilSleeping(.seconds(300))
      wake.wake()
      try await eventually("second look") { done.values.count == 2 }
      try await time.untilSleeping(.seconds(300))
      time.advance(by: .seconds(300))
      try await eventually("third look") { done.values.count == 3 }
    }
    #expect(done.values == ["nothing", "nothing", "nothing"])
  }

  @Test func `what a reload left comes first, and a failure is tried again after 5 s`() async throws {
    let isFirst = Atomic(true)
    try await run(
      followLate: { [done] in
        done.add("follow")
        if isFirst.exchange(false, ordering: .relaxed) { throw Broken() }
      }, step: batches(0)
    ) {
      try await time.untilSleeping(.seconds(5))
      #expect(floor.health.problems == ["work is held up in the replanner: it is broken"])
      time.advance(by: .seconds(5))
      try await time.untilSleeping(.seconds(300))
    }
    #expect(done.values == ["follow", "follow", "nothing"])
    #expect(floor.log.names == ["work_failed", "work_resumed"])
  }

  @Test func `each batch is a sign of life, and so is the announced sleep`() async throws {
    let gate = TaskGate()
    try await run(step: { [done] _ in
      done.add("batch")
      await gate.wait()
      return done.values.count < 3
    }) {
      for number in 1...3 {
        try await eventually("batch \(number)") { done.values.count == number }
        time.advance(by: .seconds(59))
        #expect(floor.heartbeat.standstills.isEmpty)
        gate.open()
      }
      try await time.untilSleeping(.seconds(300))
      time.advance(by: .seconds(299))
      #expect(floor.heartbeat.standstills.isEmpty)
    }
  }
}
