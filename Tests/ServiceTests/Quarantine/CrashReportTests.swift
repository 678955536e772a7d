import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// Whom a report of the last end accuses.
struct CrashReportTests {
  /// Enters a report about Ann's enrollment twice, and says how it then stands: `1 of 2 traps` and so on.
  private func enter(
    _ report: (WorkItem) -> CrashReport
  ) async throws -> (crashes: Int?, isSetAside: Bool?, isCareful: Bool, log: String) {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      let key = try await floor.store.read { try $0.dueEnrollments(now: SchedulerFloor.now, limit: 1)[0].key }
      let quarantine = Quarantine(box: .none)
      let log = InMemoryLog()
      for _ in 0..<2 {
        try await quarantine.enter(
          report(WorkItem(.enrollment, key)), store: floor.store, log: Logger(to: log),
          now: SchedulerFloor.now)
      }
      let record = try await floor.store.read { try $0.quarantine().first }
      return (
        record?.crashes, record?.isSetAside, quarantine.isCareful(with: .enrollment),
        log.lines.joined(separator: "\n")
      )
    }
  }

  @Test func `what was alone in hand at two traps is set aside`() async throws {
    let found = try await enter { CrashReport(signal: "SIGILL", atHand: [.init($0)]) }
    #expect(found.crashes == 2 && found.isSetAside == true && !found.isCareful)
  }

  @Test func `the first of many that were read together is not alone`() async throws {
    for count in [2, 1500] {
      let found = try await enter { CrashReport(signal: "SIGILL", atHand: [.init($0, count: count)]) }
      #expect(found.crashes == 0 && found.isSetAside == false && found.isCareful)
      let guilty = try await enter { CrashReport(signal: "SIGILL", guilty: .init($0, count: count)) }
      #expect(guilty.crashes == 0 && guilty.isSetAside == false && guilty.isCareful)
    }
  }

  @Test func `a signal from another process accuses nobody`() async throws {
    for count in [1, 1500] {
      let found = try await enter {
        CrashReport(signal: "SIGABRT", atHand: [.init($0, count: count)], isFromOutside: true)
      }
      #expect(found.crashes == 0 && found.isSetAside == false && !found.isCareful)
      #expect(found.log.contains("in hand when another process ended this one, as systemd's watchdog does"))
    }
    let idle = try await enter { _ in CrashReport(signal: "SIGABRT", isFromOutside: true) }
    #expect(idle.crashes == nil)
    #expect(idle.log.contains("another process ended this one, as systemd's watchdog does"))
  }

  @Test func `whoever is forgotten is no longer held, and the number may be another's`() async throws {
    try await SchedulerFloor.use(batchSize: 10) { floor in
      try await floor.fillCarts("ann")
      let keys = try await floor.store.read { try $0.customerKeys(ids: ["ann"]) }
      let key = try #require(keys.first ?? nil)
      let quarantine = Quarantine(box: .none)
      let item = WorkItem(.customer, key.rawValue)
      for _ in 0..<2 {
        try await quarantine.enter(
          CrashReport(signal: "SIGILL", guilty: .init(item)), store: floor.store, log: .silent,
          now: SchedulerFloor.now)
      }
      quarantine.learn(try await floor.store.read { try $0.quarantine() })
      #expect(quarantine.holds(.customer, item.id))
      let responder = Responder(
        store: floor.store, shop: floor.live, quarantine: quarantine, log: .silent,
        now: { SchedulerFloor.now })
      let answer = await responder.handlers.answer(["command": "forget", "customer": "ann"])
      #expect(answer["forgotten"] == true)
      #expect(!quarantine.holds(.customer, item.id))
    }
  }
}
