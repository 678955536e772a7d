import Decisioning
import Domain
import Platform
import Simulation
import Store
import Support
import Testing

@testable import Service

/// What is kept as events come and time passes is what looking at everything gives, at every instant.
@Suite(.serialized) struct SegmentHistoryTests {
  @Test(arguments: SeededGenerator.seeds(8))
  func `a simulation has everybody in the right segments at every hour`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let history = SegmentHistory(using: &random)
    let expected = history.expected()
    var simulation = Simulation(
      SimulatedShop(program: SegmentHistory.program, enabledAt: [:]), now: SegmentHistory.start)
    var next = history.steps[...]
    for hour in 1...SegmentHistory.hours {
      let now = SegmentHistory.start + .hours(hour)
      simulation.run(until: now)
      if let step = next.first, step.at == now {
        next.removeFirst()
        for events in step.byCustomer { _ = simulation.learn(.events(events)) }
        simulation.run(until: now)
      }
      for (id, segments) in expected[now] ?? [:] {
        let found = simulation.customer(id)?.state.segments ?? []
        guard found != segments else { continue }
        Issue.record("\(random) \(id) at hour \(hour): \(found.sorted()) instead of \(segments.sorted())")
        return
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a store has everybody in the right segments at every hour`(kind: IntakeStore) async throws {
    for seed in SeededGenerator.seeds(kind == .sqlite ? 3 : 1) {
      var random = SeededGenerator(seed: seed)
      let history = SegmentHistory(using: &random)
      try await SegmentFloor.use(kind, SegmentHistory.program, at: SegmentHistory.start) { floor in
        try await compare(history, floor, "\(random)")
      }
    }
  }

  private func compare(_ history: SegmentHistory, _ floor: SegmentFloor, _ seed: String) async throws {
    let expected = history.expected()
    var next = history.steps[...]
    for hour in 1...SegmentHistory.hours {
      let now = SegmentHistory.start + .hours(hour)
      // Now and then the daemon looks late, and makes up for it.
      let isLate = hour % 7 < 3
      if !isLate { _ = try await floor.timer.tick(now: now) }
      if let step = next.first, step.at == now {
        next.removeFirst()
        _ = try await floor.intake.take(step.events, now: now)
      }
      if isLate { _ = try await floor.timer.tick(now: now) }
      for (id, segments) in expected[now] ?? [:] {
        let found = try await floor.segments(of: id)
        guard found != segments else { continue }
        Issue.record("\(seed) \(id) at hour \(hour): \(found.sorted()) instead of \(segments.sorted())")
        return
      }
    }
    // A pass over everything finds nothing to change.
    try await floor.store.write { tx in
      try tx.setPassAfter(CustomerKey(0), of: SegmentHistory.audience.registered.map(\.id))
    }
    let before = try await floor.changeCount()
    while try await Replanner(store: floor.store, shop: floor.live).step(
      now: SegmentHistory.start + .hours(SegmentHistory.hours))
    {}
    #expect(try await floor.changeCount() == before)
  }
}

extension SegmentHistory.Step {
  /// The events of each customer, in order.
  var byCustomer: [[IncomingEvent]] {
    SegmentHistory.customers.map { id in events.filter { $0.customerID == id } }.filter { !$0.isEmpty }
  }
}

extension CustomerState {
  /// Those that the customer is in.
  var segments: Set<SegmentID> { Set(memberships.filter { $0.value.isMember }.keys) }
}
