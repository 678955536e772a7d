import Domain
import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct WatchdogLoopTests {
  private let floor = LoopFloor()
  private let fed = Calls<Duration>()
  private let reports = Calls<Duration>()
  private var time: VirtualClock { floor.time }

  private func run(
    proveWriter: @escaping @Sendable () async -> Bool = { true }, _ body: () async throws -> Void
  ) async throws {
    let time = time
    let loop = WatchdogLoop(
      interval: .seconds(30), clock: time.clock, heartbeat: floor.heartbeat,
      log: Logger(to: floor.log, now: { 0 }), proveWriter: proveWriter,
      feed: { [fed] in fed.add(time.elapsed) }, report: { [reports] in reports.add(time.elapsed) })
    try await floor.run(loop.run, body)
  }

  /// Lets the loop go round so many times more.
  private func rounds(_ count: Int) async throws {
    for _ in 0..<count {
      let before = reports.values.count
      try await time.untilSleeping(.seconds(30))
      time.advance(by: .seconds(30))
      try await eventually("round") { reports.values.count > before }
    }
    try await time.untilSleeping(.seconds(30))
  }

  @Test func `it feeds at each round while all parts go on`() async throws {
    floor.part("planner").rests(for: .seconds(15))
    floor.part("housekeeping").rests(for: .hours(1))
    try await run { try await rounds(2) }
    #expect(fed.values == [.zero, .seconds(30), .seconds(60)])
    #expect(floor.log.lines.isEmpty)
  }

  @Test func `a part that stands still keeps it from feeding and is named once, each time anew`() async throws
  {
    let planner = floor.part("planner", patience: .seconds(45))
    planner.beat()
    floor.part("housekeeping").rests(for: .hours(1))
    try await run {
      try await rounds(3)
      #expect(fed.values == [.zero, .seconds(30)])
      #expect(floor.log.lines == ["<3>part_stands_still part=planner for=60.0"])
      planner.beat()
      try await rounds(3)
    }
    #expect(fed.values == [.zero, .seconds(30), .seconds(120)])
    #expect(
      floor.log.lines == [
        "<3>part_stands_still part=planner for=60.0", "<3>part_stands_still part=planner for=60.0",
      ])
    #expect(reports.values.count == 7)
  }

  @Test func `a part that is asked is watched like the others`() async throws {
    let time = time
    floor.heartbeat.watch("dispatcher", patience: .seconds(60)) { time.elapsed }
    try await run { try await rounds(3) }
    #expect(fed.values == [.zero, .seconds(30), .seconds(60)])
    #expect(floor.log.lines == ["<3>part_stands_still part=dispatcher for=90.0"])
  }

  @Test func `a writer that fails for no known reason is not good enough`() async throws {
    try await run(proveWriter: { false }) { try await rounds(1) }
    #expect(fed.values.isEmpty)
    #expect(reports.values == [.zero, .seconds(30)])
  }

  @Test func `what stands still is named before the writer is waited for`() async throws {
    let gate = TaskGate()
    floor.part("planner").beat()
    time.advance(by: .seconds(61))
    try await run(proveWriter: {
      await gate.wait()
      return true
    }) {
      try await eventually("name") { floor.log.names == ["part_stands_still"] }
      gate.open()
    }
    #expect(fed.values.isEmpty)
  }
}
