internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// The due enrollments of one round with their facts, from one snapshot of the database.
struct DueBatch: Sendable {
  /// One entry per customer: the facts of each due enrollment, at least one.
  var customers: [[Facts]]
  /// Each customer's index in `customers`.
  var places: [CustomerKey: Int]
  /// From the same snapshot.
  var triggers: [TriggerID: TriggerRecord]
  /// The last enrollment looked at; `nil` if nothing was due.
  var end: DuePosition?
  /// Due enrollments of customers who were to be skipped.
  var leftOut: Int
  /// Due enrollments whose customer or trigger is missing in the database, and why they end: they cannot be
  /// decided and would be due forever. Only after damage or manual changes.
  var orphans: [(key: Int64, reason: EndReason)] = []

  /// - Parameters:
  ///   - position: the end of the previous batch.
  ///   - limit: maximum enrollments; fewer if their customers' states take too much memory.
  ///   - busy: customers whose facts are about to change.
  ///   - section: marks what is read.
  static func load(
    _ tx: Transaction, shop: Shop, now: Instant, after position: DuePosition?,
    leavingOut busy: Set<CustomerKey>,
    limit: Int, section: BlackBox.Section
  ) throws -> DueBatch {
    let found = try tx.dueEnrollments(now: now, after: position, limit: limit)
    if let first = found.first { section.now(on: .enrollment, first.key, count: found.count) }
    let due = busy.isEmpty ? found : found.filter { !busy.contains($0.customer) }
    var end = found.last?.position
    var leftOut = found.count - due.count
    guard !due.isEmpty else {
      return DueBatch(customers: [], places: [:], triggers: [:], end: end, leftOut: leftOut)
    }
    var byCustomer: [CustomerKey: [Int64]] = [:]
    byCustomer.reserveCapacity(due.count)
    var order: [CustomerKey] = []
    order.reserveCapacity(due.count)
    for enrollment in due {
      if byCustomer[enrollment.customer, default: []].isEmpty { order.append(enrollment.customer) }
      byCustomer[enrollment.customer, default: []].append(enrollment.key)
    }
    let program = shop.program
    let records = try tx.triggers()
    let keys = Set(due.map(\.trigger))
    var triggers = records.values.filter { keys.contains($0.key) }.compactMap { program.triggers[$0.id] }
    // Of all triggers: everything due for a customer is ranked together.
    var bounds = StateBounds(currency: program.brand.currency, triggers: Set(program.triggers.keys))
    bounds.enrollments = byCustomer
    bounds.countsOrders = program.audience.countsOrders
    var (states, fitting) = try tx.firstStates(
      of: order, parts: StateParts(deciding: triggers, in: program), within: bounds)
    if fitting < order.count {
      // No more customers fit in memory at once; the next batch begins with the first that did not.
      let next = order[fitting]
      order.removeLast(order.count - fitting)
      let place = found.firstIndex { $0.customer == next } ?? found.endIndex
      end = found[..<place].last?.position
      leftOut = found[..<place].count { busy.contains($0.customer) }
    }
    let others = Self.others(in: states, beside: byCustomer, than: triggers, now: now)
    if !others.isEmpty {
      triggers += Set(others.lazy.flatMap(\.triggers)).compactMap { program.triggers[$0] }
      let wider = try tx.firstStates(
        of: others.map { states[$0.place].customer }, parts: StateParts(deciding: triggers, in: program),
        within: bounds)
      guard wider.count == others.count else {
        // Including these triggers, it is too much at once.
        return try load(
          tx, shop: shop, now: now, after: position, leavingOut: busy, limit: max(1, found.count / 4),
          section: section)
      }
      for (other, state) in zip(others, wider.states) { states[other.place] = state }
    }
    let caps = try tx.capEntries(of: order, for: program, now: now)
    let suppressed = try tx.suppressions(of: states.lazy.map(\.customer), for: program)
    let asking = Set(triggers.filter(\.asksForEvents).map(\.id))
    var customers: [[Facts]] = []
    customers.reserveCapacity(order.count)
    var since: [(customer: CustomerKey, instant: Instant)] = []
    var orphans: [(key: Int64, reason: EndReason)] = []
    var places: [CustomerKey: Int] = [:]
    places.reserveCapacity(states.count)
    for index in states.indices {
      let customer = states[index].customer.key
      // Everything due for the customer, in this batch or a later one: it is ranked together.
      var facts: [Facts] = []
      var first: Instant?
      for enrollment in states[index].enrollments where enrollment.isDue(at: now) {
        // The enrollments of one customer share the state.
        var next =
          facts.first
          ?? Facts(
            enrollment: enrollment, state: states[index], catalog: shop.catalog,
            suppressed: suppressed[customer] ?? [:], capEntries: caps[customer] ?? [])
        next.enrollment = enrollment
        next.paused = records[enrollment.trigger]?.pausedAt != nil
        facts.append(next)
        // Events are read only if a step has an `unless`.
        guard asking.contains(enrollment.trigger) else { continue }
        let moment = facts[facts.count - 1].unlessSince(program)
        first = min(first ?? moment, moment)
      }
      if let first { since.append((customer, first)) }
      orphans += (byCustomer.removeValue(forKey: customer) ?? [])
        .filter { key in !states[index].enrollments.contains { $0.key == key } }.map { ($0, .triggerRemoved) }
      guard !facts.isEmpty else { continue }
      places[customer] = customers.count
      customers.append(facts)
    }
    for customer in order { orphans += (byCustomer[customer] ?? []).map { ($0, .forgotten) } }
    if !since.isEmpty { try addEvents(tx, since, program.exitEvents, to: &customers) }
    let messages = try tx.stepMessages(of: customers.joined().lazy.map(\.enrollment), for: program)
    if !messages.isEmpty {
      for index in customers.indices {
        for place in customers[index].indices {
          customers[index][place].messages = messages[customers[index][place].enrollment.key] ?? []
        }
      }
    }
    return DueBatch(
      customers: customers, places: places, triggers: records, end: end, leftOut: leftOut,
      orphans: orphans)
  }

  /// Triggers not in the batch that have something due for the same customers in a later batch.
  ///
  /// - Returns: the positions of such customers, and those triggers.
  private static func others(
    in states: [CustomerState], beside keys: [CustomerKey: [Int64]], than triggers: [Trigger], now: Instant
  ) -> [(place: Int, triggers: [TriggerID])] {
    let loaded = Set(triggers.map(\.id))
    var others: [(place: Int, triggers: [TriggerID])] = []
    for place in states.indices {
      var more: [TriggerID] = []
      for enrollment in states[place].enrollments where enrollment.isDue(at: now) {
        guard !loaded.contains(enrollment.trigger),
          keys[states[place].customer.key]?.contains(enrollment.key) != true
        else { continue }
        more.append(enrollment.trigger)
      }
      if !more.isEmpty { others.append((place, more)) }
    }
    return others
  }

  /// As read; `nil` for a customer with nothing due.
  func state(of customer: CustomerKey) -> CustomerState? {
    places[customer].flatMap { customers[$0].first?.state }
  }

  /// Triggers enabled or disabled by an operator or a reload since.
  func changedTriggers(_ records: [TriggerID: TriggerRecord]) -> Set<TriggerID> {
    Set(
      triggers.keys.filter {
        triggers[$0]?.pausedAt != records[$0]?.pausedAt || triggers[$0]?.removedAt != records[$0]?.removedAt
      })
  }

  /// Adds what has happened to these customers since.
  private static func addEvents(
    _ tx: Transaction, _ since: [(customer: CustomerKey, instant: Instant)], _ names: Set<EventName>,
    to customers: inout [[Facts]]
  ) throws {
    let events = try tx.events(after: since, names: names)
    for index in customers.indices {
      for place in customers[index].indices {
        let enrollment = customers[index][place].enrollment
        guard let happened = events[enrollment.customer] else { continue }
        customers[index][place].eventsSince = happened
      }
    }
  }
}

extension Enrollment {
  fileprivate func isDue(at now: Instant) -> Bool { nextDueAt.map { $0 <= now } ?? false }
}
