import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct PlanningLoopTests {
  private let floor = LoopFloor()
  private let wake = WakeUp()
  private let ticks = Calls<Instant>()
  private var time: VirtualClock { floor.time }

  private func run(
    heed: @escaping @Sendable () async throws -> Void = {},
    tick: @escaping @Sendable (_ number: Int) async throws -> Instant?, _ body: () async throws -> Void
  ) async throws {
    let loop = PlanningLoop(
      part: floor.part("planner"), clock: time.clock, trusted: floor.trusted, wake: wake, heed: heed,
      tick: { [ticks] now in try await tick(ticks.add(now)) })
    try await floor.run(loop.run, body)
  }

  @Test func `it sleeps until the next due instant, and for 15 s at most`() async throws {
    try await run(tick: { number in
      switch number {
      case 1: VirtualClock.noon + .seconds(9)
      case 2: VirtualClock.noon + .hours(3)
      case 3: nil
      default: VirtualClock.noon
      }
    }) {
      try await time.untilSleeping(.seconds(9))
      time.advance(by: .seconds(9))
      try await time.untilSleeping(.seconds(15))
      time.advance(by: .seconds(15))
      try await eventually("third tick") { ticks.values.count == 3 }
      try await time.untilSleeping(.seconds(15))
      time.advance(by: .seconds(15))
      // What is late is looked at again at once, but not without a breath.
      try await time.untilSleeping(.milliseconds(5))
    }
    #expect(ticks.values == [0, 9, 24, 39].map { VirtualClock.noon + .seconds($0) })
  }

  @Test func `it is woken before its time`() async throws {
    try await run(tick: { _ in nil }) {
      try await time.untilSleeping(.seconds(15))
      time.advance(by: .seconds(4))
      wake.wake()
      try await eventually("second tick") { ticks.values.count == 2 }
    }
    #expect(ticks.values == [VirtualClock.noon, VirtualClock.noon + .seconds(4)])
  }

  @Test func `after a failure it waits 5 s, says so once, and recovers`() async throws {
    try await run(tick: { number in
      if number <= 2 { throw Broken() }
      return nil
    }) {
      try await time.untilSleeping(.seconds(5))
      #expect(floor.health.problems == ["work is held up in the planner: it is broken"])
      time.advance(by: .seconds(5))
      try await eventually("second tick") { ticks.values.count == 2 }
      try await time.untilSleeping(.seconds(5))
      time.advance(by: .seconds(5))
      try await time.untilSleeping(.seconds(15))
    }
    #expect(floor.health.problems.isEmpty)
    #expect(
      floor.log.lines == [
        "<3>work_failed part=planner error=\"it is broken\" advice=\"it is tried again\"",
        "<5>work_resumed part=planner failures=2 for=10.0",
      ])
  }

  @Test func `while the clock is doubted it decides nothing, and looks again each second`() async throws {
    let error = Mutex(Duration.zero)
    let trusted = TrustedClock(
      wall: { [time] in time.now + error.withLock { $0 } }, elapsed: { [time] in time.elapsed })
    let heeded = Calls<Duration>()
    error.withLock { $0 = .days(30) }
    let loop = PlanningLoop(
      part: floor.part("planner"), clock: time.clock, trusted: trusted, wake: wake,
      heed: { [time] in heeded.add(time.elapsed) },
      tick: { [ticks] in
        ticks.add($0)
        return nil
      })
    try await floor.run(loop.run) {
      try await time.untilSleeping(.seconds(1))
      time.advance(by: .seconds(1))
      try await eventually("second look") { heeded.values.count == 2 }
      try await time.untilSleeping(.seconds(1))
      #expect(ticks.values.isEmpty)
      error.withLock { $0 = .zero }
      time.advance(by: .seconds(1))
      try await time.untilSleeping(.seconds(15))
    }
    #expect(heeded.values == [.zero, .seconds(1), .seconds(2)])
    #expect(ticks.values == [VirtualClock.noon + .seconds(2)])
  }

  @Test func `what the clock's watch cannot write is a failure, and due work is decided all the same`()
    async throws
  {
    let isFirst = Atomic(true)
    try await run(
      heed: { if isFirst.exchange(false, ordering: .relaxed) { throw Broken() } }, tick: { _ in nil }
    ) {
      try await time.untilSleeping(.seconds(15))
    }
    #expect(ticks.values.count == 1)
    #expect(floor.log.names == ["work_failed", "work_resumed"])
  }

  @Test func `a tick that never ends is a standstill, and sleeping is none`() async throws {
    let isStuck = TaskGate()
    try await run(tick: { number in
      if number == 2 { await isStuck.wait() }
      return nil
    }) {
      try await time.untilSleeping(.seconds(15))
      time.advance(by: .seconds(14))
      #expect(floor.heartbeat.standstills.isEmpty)
      wake.wake()
      try await eventually("second tick") { ticks.values.count == 2 }
      time.advance(by: .seconds(61))
      #expect(floor.heartbeat.standstills == [.init(part: "planner", lasted: .seconds(61))])
      isStuck.open()
    }
  }
}
