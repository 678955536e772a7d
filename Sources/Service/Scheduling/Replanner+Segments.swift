internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// One pass over all customers when segments or measures are new or have changed.
extension Replanner {
  /// Evaluates new and changed segments for all customers who are left, in ascending order, and forgets removed ones.
  ///
  /// While one batch is evaluated, the next is read and the one before it is written. After a change of the shop the
  /// rest is left to the next call.
  ///
  /// - Returns: whether there may be more to do.
  func passSegments(now: Instant) async throws -> Bool {
    let records = try await store.read { try $0.segments() }
    let open = records.values.filter { $0.passAfter != nil }
    if open.isEmpty { return false }
    if let gone = open.filter({ $0.removedAt != nil }).min(by: { $0.id < $1.id }) {
      return try await forget(gone)
    }
    let snapshot = shop.snapshot
    let wanted = Dictionary(snapshot.shop.program.audience.registered.map { ($0.id, $0.hash) }) { $1 }
    // The store knows of a new configuration a moment before the shop does; the end of the reload wakes this.
    let ready = open.filter { wanted[$0.id]?.hasSameBytes(as: $0.hash) ?? false }
    guard let position = ready.compactMap(\.passAfter).min() else { return false }
    let ids = ready.filter { $0.passAfter == position }.map(\.id).sorted()
    return try await pass(SegmentPass(ids, snapshot.rules, snapshot.revision), after: position, now)
  }

  private func forget(_ record: SegmentRecord) async throws -> Bool {
    let size = batchSize
    try await store.write { tx in
      // It may be back.
      guard try tx.segments()[record.id]?.removedAt != nil else { return }
      if try tx.deleteMemberships(of: record, limit: size) == 0 { try tx.setPassAfter(nil, of: [record.id]) }
    }
    return true
  }

  private func pass(_ pass: SegmentPass, after position: CustomerKey, _ now: Instant) async throws -> Bool {
    var reading = Task { try await read(pass, after: position) }
    var writing: Task<Bool, any Error>?
    do {
      while let round = try await reading.value, let end = round.states.last?.customer.key ?? round.end {
        beat()
        let isCancelled = Task.isCancelled
        reading = Task { try await isCancelled ? nil : read(pass, after: end) }
        let rows = evaluate(round.states, pass, now)
        if let last = writing, try await !last.value {
          _ = try? await reading.value
          return true
        }
        let (customers, since) = (round.customers, round.snapshot)
        writing = Task { try await write(rows, customers, since, pass, upTo: end, now) }
      }
      if let last = writing, try await !last.value { return true }
      if Task.isCancelled { return true }
      let live = shop
      try await store.write { tx in
        guard try live.snapshot(in: tx).revision == pass.revision else { return }
        try tx.setPassAfter(nil, of: pass.segments)
      }
      return true
    } catch {
      _ = try? await reading.value
      _ = try? await writing?.value
      throw error
    }
  }

  private struct Round: Sendable {
    var snapshot: CustomerSnapshot
    var customers: [CustomerKey]
    var states: [CustomerState]
    var end: CustomerKey?
  }

  /// - Returns: `nil` if there are no more.
  private func read(_ pass: SegmentPass, after position: CustomerKey) async throws -> Round? {
    let limit = quarantine.batch(of: .customer, importBatchSize)
    let box = quarantine.box
    let snapshot = store.snapshot()
    let (customers, states) = try await store.read { tx -> ([CustomerKey], [CustomerState]) in
      var customers = try tx.customerKeys(after: position, limit: limit)
      guard let first = customers.first else { return ([], []) }
      return try box.work(on: .customer, first.rawValue, count: customers.count) {
        var (states, count) = try tx.firstStates(inOrder: customers, parts: pass.parts, within: pass.bounds)
        customers.removeLast(customers.count - count)
        try tx.count(pass.tallies, of: &states, pass.rules.program)
        try tx.observe(customers, in: snapshot)
        return (customers, states)
      }
    }
    if customers.isEmpty { return nil }
    return Round(snapshot: snapshot, customers: customers, states: states, end: customers.last)
  }

  private func evaluate(_ states: [CustomerState], _ pass: SegmentPass, _ now: Instant) -> AudienceRows {
    let size = 128
    let parts = stride(from: 0, to: states.count, by: size).map {
      states[$0..<min($0 + size, states.count)]
    }
    let quarantine = quarantine
    let rows = parallelMap(parts, minimum: 2) { states in
      quarantine.box.section { section in
        var rows = AudienceRows()
        for state in states where !quarantine.holds(.customer, "\(state.customer.key.rawValue)") {
          section.now(on: .customer, state.customer.key.rawValue)
          pass.evaluate(state, into: &rows, now: now)
        }
        return rows
      }
    }
    return rows.reduce(into: AudienceRows()) { $0.add($1) }
  }

  /// - Returns: false if the shop has changed since; nothing was written then.
  private func write(
    _ found: AudienceRows, _ customers: [CustomerKey], _ snapshot: CustomerSnapshot, _ pass: SegmentPass,
    upTo end: CustomerKey, _ now: Instant
  ) async throws -> Bool {
    let live = shop
    let isWritten = try await store.write { tx in
      guard try live.snapshot(in: tx).revision == pass.revision else { return false }
      let changed = try tx.markChanged(run: customers, since: snapshot)
      var rows = found
      if !changed.isEmpty {
        rows.leaveOut(changed)
        var rest = changed.sorted()
        while !rest.isEmpty {
          var (states, count) = try tx.firstStates(of: rest, parts: pass.parts, within: pass.bounds)
          rest.removeFirst(max(1, count))
          try tx.count(pass.tallies, of: &states, pass.rules.program)
          for state in states { pass.evaluate(state, into: &rows, now: now) }
        }
      }
      if let first = customers.first {
        try tx.deleteTallies(from: first, to: end, but: pass.rules.program.audience.tallies.map(\.id))
      }
      try rows.write(to: tx)
      if pass.plansMemberships { try tx.markUnplanned(rows.movedCustomers.sorted()) }
      try tx.setPassAfter(end, of: pass.segments)
      return true
    }
    await acquit(customers)
    return isWritten
  }
}

/// What one pass evaluates.
private struct SegmentPass: Sendable {
  let segments: [SegmentID]
  let rules: PlanningRules
  let revision: Int
  /// Of the changed segments and those that ask for them.
  let places: [Int]
  /// What is counted from the events and messages themselves.
  let tallies: [TallyRule]
  let parts: StateParts
  let bounds: StateBounds
  /// Whether triggers follow segments.
  let plansMemberships: Bool

  init(_ segments: [SegmentID], _ rules: PlanningRules, _ revision: Int) {
    self.segments = segments
    self.rules = rules
    self.revision = revision
    let audience = rules.program.audience
    places = audience.closure(audience.places(of: Set(segments)))
    let ids = audience.tallyIDs(of: Set(segments))
    tallies = audience.tallies.filter { ids.contains($0.id) }
    parts = audience.reads(of: places)
    var bounds = StateBounds(currency: rules.program.brand.currency, triggers: [], history: .long)
    bounds.countsOrders = audience.countsOrders
    self.bounds = bounds
    plansMemberships = rules.rules.contains { $0.reads.contains(.memberships) }
  }

  func evaluate(_ state: CustomerState, into rows: inout AudienceRows, now: Instant) {
    var after = state
    let changes = AudienceUpdate(rules).evaluate(&after, places, at: now, .definition)
    let ids = Set(tallies.lazy.map(\.id).filter { !(after.tallies[$0]?.entries.isEmpty ?? true) })
    rows.add(after, of: after.memberships.changes(from: state.memberships), changes, tallies: ids)
  }
}

extension Transaction {
  /// Counts from what is stored, instead of what was counted before.
  fileprivate func count(
    _ rules: [TallyRule], of states: inout [CustomerState], _ program: Program
  ) throws {
    let customers = states.map(\.customer.key)
    for rule in rules {
      var tallies = [Tally](repeating: Tally(), count: states.count)
      switch rule.source {
      case .event(let name, _):
        try forEachEvent(named: name, of: customers) { place, event in
          _ = rule.add(event, to: &tallies[place], in: program, now: .distantPast)
        }
      case .message(let trigger, let mark):
        let (state, outcome) = mark.recorded
        try forEachMessage(of: trigger, to: customers, inState: state, outcome: outcome) { place, at in
          _ = rule.add(Tally.Entry(at: at), to: &tallies[place], now: .distantPast)
        }
      }
      for place in states.indices { states[place].tallies[rule.id] = tallies[place] }
    }
  }
}
