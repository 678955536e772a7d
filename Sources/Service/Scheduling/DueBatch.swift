internal import Decisioning
internal import Domain
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
  ///   - busy: customers whose facts are about to change.
  static func load(
    _ tx: Transaction, shop: Shop, now: Instant, after position: DuePosition?,
    leavingOut busy: Set<CustomerKey>,
    limit: Int
  ) throws -> DueBatch {
    let found = try tx.dueEnrollments(now: now, after: position, limit: limit)
    let due = busy.isEmpty ? found : found.filter { !busy.contains($0.customer) }
    let end = found.last?.position
    let leftOut = found.count - due.count
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
    let triggers = records.values.filter { keys.contains($0.key) }.compactMap { program.triggers[$0.id] }
    let states = try tx.states(of: order, parts: StateParts(deciding: triggers))
    let caps = try capEntries(tx, order, program, now)
    let suppressed = try suppressed(tx, order, states, program)
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
      let enrollments = state.enrollments.filter { keys.contains($0.key) }
      if enrollments.count < keys.count {
        let found = Set(enrollments.map(\.key))
        orphans += keys.filter { !found.contains($0) }.map { ($0, .triggerRemoved) }
      }
      // Events are asked for only when a step has an `unless`.
      let firing = enrollments.filter { asking.contains($0.trigger) }.map(\.firesAt)
      if let first = firing.min() { since.append((customer, first)) }
      customers.append(
        enrollments.map { enrollment in
          Facts(
            enrollment: enrollment, state: state, catalog: shop.catalog,
            paused: records[enrollment.trigger]?.pausedAt != nil,
            suppressed: suppressed[customer] ?? [:], capEntries: caps[customer] ?? [])
        })
    }
    if !since.isEmpty { try addEvents(tx, since, to: &customers) }
    return DueBatch(
      customers: customers, states: states, triggers: records, end: end, leftOut: leftOut,
      orphans: orphans)
  }

  /// Triggers that an operator or a reload has switched on or off since.
  func changedTriggers(_ records: [TriggerID: TriggerRecord]) -> Set<TriggerID> {
    Set(
      triggers.keys.filter {
        triggers[$0]?.pausedAt != records[$0]?.pausedAt || triggers[$0]?.removedAt != records[$0]?.removedAt
      })
  }

  private static func capEntries(
    _ tx: Transaction, _ customers: [CustomerKey], _ program: Program, _ now: Instant
  ) throws -> [CustomerKey: [CapEntry]] {
    guard !program.limits.caps.isEmpty else { return [:] }
    // A local day is at most 25 hours long.
    let window =
      program.limits.caps.map { cap in
        switch cap.window {
        case .rolling(let duration): duration
        case .localDay: Duration.hours(25)
        }
      }.max() ?? .zero
    return try tx.capEntries(of: customers, since: now - window)
  }

  private static func suppressed(
    _ tx: Transaction, _ customers: [CustomerKey], _ states: [CustomerKey: CustomerState], _ program: Program
  ) throws -> [CustomerKey: [ChannelName: SuppressionReason]] {
    var questions: [(customer: CustomerKey, channel: ChannelName, address: String)] = []
    for key in customers {
      guard let customer = states[key]?.customer else { continue }
      for policy in program.channels.values {
        if let address = customer.address(policy.address) { questions.append((key, policy.name, address)) }
      }
    }
    var found: [CustomerKey: [ChannelName: SuppressionReason]] = [:]
    for (index, reason) in try tx.suppressions(of: questions.map { ($0.channel, $0.address) }) {
      found[questions[index].customer, default: [:]][questions[index].channel] = reason
    }
    return found
  }

  /// What has happened to these customers since.
  private static func addEvents(
    _ tx: Transaction, _ since: [(customer: CustomerKey, instant: Instant)], to customers: inout [[Facts]]
  ) throws {
    let events = try tx.events(after: since)
    for index in customers.indices {
      for place in customers[index].indices {
        let enrollment = customers[index][place].enrollment
        guard let happened = events[enrollment.customer] else { continue }
        customers[index][place].eventsSince = happened.filter { $0.at > enrollment.firesAt }
      }
    }
  }
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
