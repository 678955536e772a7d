import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct HousekeepingLoopTests {
  private let floor = LoopFloor()
  private let limits = Calls<Instant>()
  private let visitorLimits = Calls<Instant>()
  private var time: VirtualClock { floor.time }

  private func run(
    learn: @escaping @Sendable () async throws -> Void = {},
    prune: @escaping @Sendable (_ number: Int) async throws -> Int, _ body: () async throws -> Void
  ) async throws {
    let loop = HousekeepingLoop(
      part: floor.part("housekeeping"), clock: time.clock, retention: { .days(30) },
      visitorRetention: { .days(7) }, learn: learn, note: { _ in },
      prune: { [limits] limit in try await prune(limits.add(limit)) },
      dropVisitors: { [visitorLimits] limit in visitorLimits.add(limit) % 3 == 0 ? 0 : 200 })
    try await floor.run(loop.run, body)
  }

  @Test func `it prunes in batches until nothing is left, and again each hour`() async throws {
    try await run(prune: { $0 < 3 ? 1000 : 0 }) {
      try await time.untilSleeping(.hours(1))
      #expect(limits.values == Array(repeating: VirtualClock.noon - .days(30), count: 3))
      #expect(visitorLimits.values == Array(repeating: VirtualClock.noon - .days(7), count: 3))
      time.advance(by: .hours(1))
      try await eventually("second round") { limits.values.count == 4 }
      try await time.untilSleeping(.hours(1))
    }
    #expect(limits.values.last == VirtualClock.noon + .hours(1) - .days(30))
  }

  @Test func `a failure does not end it`() async throws {
    try await run(prune: { number in
      if number == 1 { throw Broken() }
      return 0
    }) {
      try await time.untilSleeping(.hours(1))
      #expect(floor.health.problems == ["work is held up in the housekeeping: it is broken"])
      time.advance(by: .hours(1))
      try await eventually("second round") { limits.values.count == 2 }
      try await time.untilSleeping(.hours(1))
    }
    #expect(floor.health.problems.isEmpty)
  }

  @Test func `an hour's sleep is no standstill, nor are many batches, but one that does not end is`()
    async throws
  {
    let gate = TaskGate()
    try await run(prune: { number in
      await gate.wait()
      return number == 1 ? 1000 : 0
    }) {
      for number in 1...2 {
        try await eventually("batch \(number)") { limits.values.count == number }
        time.advance(by: .seconds(59))
        #expect(floor.heartbeat.standstills.isEmpty)
        gate.open()
      }
      try await time.untilSleeping(.hours(1))
      time.advance(by: .minutes(59))
      #expect(floor.heartbeat.standstills.isEmpty)
      time.advance(by: .minutes(1))
      try await eventually("third batch") { limits.values.count == 3 }
      time.advance(by: .seconds(61))
      #expect(floor.heartbeat.standstills == [.init(part: "housekeeping", lasted: .seconds(61))])
      gate.open()
    }
  }
}
