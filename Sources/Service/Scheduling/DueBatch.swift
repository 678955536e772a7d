internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// The due enrollments of one round with their facts, in one picture of the database.
struct DueBatch: Sendable {
  /// One entry a customer: the facts of each of the customer's due enrollments.
  var customers: [[Facts]]
  var states: [CustomerKey: CustomerState]
  /// As they stood in the same picture.
  var triggers: [TriggerID: TriggerRecord]
  /// The last enrollment looked at; `nil` when nothing was due.
  var end: DuePosition?
  /// Due enrollments of customers that were to be left out.
  var leftOut: Int
  /// Due enrollments whose customer or trigger is not in the database, and why they end: nothing can be decided about
  /// them, and they would be due for ever. None, unless the database was damaged or changed by hand.
  var orphans: [(key: Int64, reason: EndReason)] = []

  /// - Parameters:
  ///   - position: where the batch before this one ended.
  ///   - limit: enrollments at most; fewer where the states of their customers take too much memory.
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
      return DueBatch(customers: [], states: [:], triggers: [:], end: end, leftOut: leftOut)
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
    // Of all triggers: what is due of a customer is ranked together.
    var bounds = StateBounds(currency: program.brand.currency, triggers: Set(program.triggers.keys))
    bounds.enrollments = byCustomer
    var (states, fitting) = try tx.firstStates(
      of: order, parts: StateParts(deciding: triggers), within: bounds)
    if fitting < order.count {
      // So many customers are all that is held at once; the next batch begins with the one after them.
      let next = order[fitting]
      order.removeLast(order.count - fitting)
      let place = found.firstIndex { $0.customer == next } ?? found.endIndex
      end = found[..<place].last?.position
      leftOut = found[..<place].count { busy.contains($0.customer) }
    }
    let others = Self.others(in: states, beside: byCustomer, than: triggers, now: now)
    if !others.isEmpty {
      triggers += Set(others.values.flatMap { $0 }).compactMap { program.triggers[$0] }
      let wider = try tx.firstStates(
        of: Array(others.keys), parts: StateParts(deciding: triggers), within: bounds)
      guard wider.count == others.count else {
        // With what these triggers ask for it is too much at once.
        return try load(
          tx, shop: shop, now: now, after: position, leavingOut: busy, limit: max(1, found.count / 4),
          section: section)
      }
      states.merge(wider.states) { $1 }
    }
    let caps = try tx.capEntries(of: order, for: program, now: now)
    let suppressed = try tx.suppressions(of: order.compactMap { states[$0]?.customer }, for: program)
    let asking = Set(triggers.filter(\.asksForEvents).map(\.id))
    var customers: [[Facts]] = []
    customers.reserveCapacity(order.count)
    var since: [(customer: CustomerKey, instant: Instant)] = []
    var orphans: [(key: Int64, reason: EndReason)] = []
    for customer in order {
      guard let keys = byCustomer[customer] else { continue }
      guard let state = states[customer] else {
        orphans += keys.map { ($0, .forgotten) }
        continue
      }
      // All that is due of the customer, in this batch or in a later one: it is ranked together.
      let enrollments = state.enrollments.filter { $0.isDue(at: now) }
      let known = Set(state.enrollments.map(\.key))
      orphans += keys.filter { !known.contains($0) }.map { ($0, .triggerRemoved) }
      // Events are asked for only when a step has an `unless`.
      let facts = enrollments.map { enrollment in
        Facts(
          enrollment: enrollment, state: state, catalog: shop.catalog,
          paused: records[enrollment.trigger]?.pausedAt != nil,
          suppressed: suppressed[customer] ?? [:], capEntries: caps[customer] ?? [])
      }
      let asked = facts.filter { asking.contains($0.enrollment.trigger) }
      if let first = asked.map({ $0.unlessSince(program) }).min() { since.append((customer, first)) }
      customers.append(facts)
    }
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
      customers: customers, states: states, triggers: records, end: end, leftOut: leftOut,
      orphans: orphans)
  }

  /// Triggers beyond those of the batch that have something due of the same customers, in a batch to come.
  private static func others(
    in states: [CustomerKey: CustomerState], beside keys: [CustomerKey: [Int64]], than triggers: [Trigger],
    now: Instant
  ) -> [CustomerKey: [TriggerID]] {
    var others: [CustomerKey: [TriggerID]] = [:]
    for (customer, state) in states {
      for enrollment in state.enrollments where enrollment.isDue(at: now) {
        guard keys[customer]?.contains(enrollment.key) != true,
          !triggers.contains(where: { $0.id == enrollment.trigger })
        else { continue }
        others[customer, default: []].append(enrollment.trigger)
      }
    }
    return others
  }

  /// Triggers that an operator or a reload has switched on or off since.
  func changedTriggers(_ records: [TriggerID: TriggerRecord]) -> Set<TriggerID> {
    Set(
      triggers.keys.filter {
        triggers[$0]?.pausedAt != records[$0]?.pausedAt || triggers[$0]?.removedAt != records[$0]?.removedAt
      })
  }

  /// What has happened to these customers since.
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

extension StateParts {
  /// What is looked at to decide about enrollments of these triggers.
  init(deciding triggers: some Sequence<Trigger>) {
    self.init(orders: true, enrollments: true)
    for trigger in triggers {
      for part in Planner.affects(trigger) {
        switch part {
        case .carts: carts = true
        case .event(let name): eventNames.insert(name)
        case .orders, .customer, .products: break
        }
      }
    }
  }
}

extension Trigger {
  /// Whether a step has an `unless`.
  var asksForEvents: Bool { steps.contains { !$0.unless.isEmpty } }
}
