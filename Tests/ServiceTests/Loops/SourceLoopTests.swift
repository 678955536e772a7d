import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct SourceLoopTests {
  private let floor = LoopFloor()
  private let looks = Calls<Instant>()
  private let dues = Calls<Instant>()
  private let wake = WakeUp()
  private var time: VirtualClock { floor.time }

  private func run(
    every interval: Duration = .minutes(15),
    look: @escaping @Sendable (Int) async -> Duration? = { _ in nil },
    _ body: () async throws -> Void
  ) async throws {
    let (time, looks, dues) = (time, looks, dues)
    let loop = SourceLoop(
      part: floor.part("source orders"), clock: time.clock, wake: wake, next: { $0 + interval },
      look: { await look(looks.add(time.now)) }, rests: { dues.add($0) })
    try await floor.run(loop.run, body)
  }

  @Test func `it checks at the start, and then at its interval`() async throws {
    try await run {
      try await time.untilSleeping(.minutes(15))
      #expect(dues.values == [VirtualClock.noon + .minutes(15)])
      time.advance(by: .minutes(14))
      #expect(looks.values.count == 1)
      time.advance(by: .minutes(1))
      try await eventually("second look") { looks.values.count == 2 }
      try await time.untilSleeping(.minutes(15))
    }
    #expect(looks.values == [VirtualClock.noon, VirtualClock.noon + .minutes(15)])
  }

  @Test func `a file that is still being written is checked sooner`() async throws {
    try await run(look: { $0 == 1 ? .seconds(60) : nil }) {
      try await time.untilSleeping(.seconds(60))
      time.advance(by: .seconds(60))
      try await eventually("second look") { looks.values.count == 2 }
      try await time.untilSleeping(.minutes(15))
    }
  }

  @Test func `a request checks at once, and the interval counts from then`() async throws {
    try await run {
      try await time.untilSleeping(.minutes(15))
      time.advance(by: .minutes(5))
      wake.wake()
      try await eventually("second look") { looks.values.count == 2 }
      try await eventually("next rest") { dues.values.count == 2 }
      #expect(dues.values.last == VirtualClock.noon + .minutes(20))
    }
  }

  @Test func `a long sleep is split into hours, so that a changed clock is noticed`() async throws {
    try await run(every: .hours(3)) {
      for _ in 1...3 {
        try await time.untilSleeping(.hours(1))
        #expect(looks.values.count == 1)
        time.advance(by: .hours(1))
      }
      try await eventually("second look") { looks.values.count == 2 }
    }
  }

  @Test func `neither a hanging check nor an ended source stalls the daemon`() async throws {
    let gate = TaskGate()
    try await run(look: { number in
      if number == 1 { await gate.wait() }
      return nil
    }) {
      for _ in 1...5 {
        try await time.untilSleeping(.seconds(60))
        time.advance(by: .seconds(60))
      }
      #expect(floor.heartbeat.standstills.isEmpty)
      gate.open()
      try await time.untilSleeping(.minutes(15))
    }
    time.advance(by: .hours(10))
    #expect(floor.heartbeat.standstills.isEmpty)
  }
}
