import Platform
import Support
import Synchronization
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct ProbingLoopTests {
  private static let full = SQLError(.full, "database or disk is full", code: "13")

  private let floor = LoopFloor()
  private let done = Calls<String>()
  private var time: VirtualClock { floor.time }

  private func run(
    write: @escaping @Sendable (_ number: Int) async -> Void = { _ in }, _ body: () async throws -> Void
  ) async throws {
    let loop = ProbingLoop(
      part: floor.part("writer"), clock: time.clock, store: floor.storeHealth,
      turned: { [done] in done.add("turned") }, look: { [done] in done.add("look") },
      write: { [done] in
        done.add("write")
        await write(done.values.count { $0 == "write" })
      })
    try await floor.run(loop.run, body)
  }

  @Test func `while the store is bad a small write is tried each second, until it goes well`() async throws {
    let store = floor.storeHealth
    try await run(write: { store.observe($0 < 3 ? Self.full : nil) }) {
      try await time.untilSleeping(.seconds(5))
      store.observe(Self.full)
      for number in 1...3 {
        try await time.untilSleeping(.seconds(1))
        time.advance(by: .seconds(1))
        try await eventually("write \(number)") { done.values.count { $0 == "write" } == number }
      }
      try await eventually("look") { done.values.last == "look" }
      #expect(done.values == ["turned", "write", "write", "write", "turned", "look"])
      #expect(time.elapsed == .seconds(3))
    }
  }

  @Test func `while the store is good it looks every 5 s whether it is still there`() async throws {
    try await run {
      for number in 1...2 {
        try await time.untilSleeping(.seconds(5))
        time.advance(by: .seconds(5))
        try await eventually("look \(number)") { done.values.count == number }
      }
    }
    #expect(done.values == ["look", "look"])
  }

  @Test func `a store that is lost ends the daemon with its code`() async throws {
    try await run {
      floor.storeHealth.observe(SQLError(.io, "disk I/O error", code: "10"))
      try await time.untilSleeping(.seconds(1))
    }
    #expect(floor.ends.values == [74])
    #expect(
      floor.log.lines.last
        == "<3>store_lost part=writer error=\"io: disk I/O error (code 10)\" exit=74 advice=\"nothing more is handed over; look at /srv/shop.db and its disk\""
    )
  }

  @Test func `a write that does not come back is a standstill`() async throws {
    let gate = TaskGate()
    try await run(write: { _ in await gate.wait() }) {
      floor.storeHealth.observe(Self.full)
      try await time.untilSleeping(.seconds(1))
      time.advance(by: .seconds(1))
      try await eventually("write") { done.values.contains("write") }
      time.advance(by: .seconds(60))
      #expect(floor.heartbeat.standstills.isEmpty)
      time.advance(by: .seconds(1))
      #expect(floor.heartbeat.standstills == [.init(part: "writer", lasted: .seconds(61))])
      gate.open()
    }
  }
}
