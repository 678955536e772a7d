internal import Decisioning
internal import Domain
internal import Store

/// The due enrollments of one round with their facts, in one picture of the database.
struct DueBatch: Sendable {
  /// One entry a customer: the facts of each of the customer's due enrollments.
  var customers: [[Facts]]
  var states: [CustomerKey: CustomerState]
  /// The last enrollment looked at; `nil` when nothing was due.
  var end: DuePosition?
  /// Due enrollments of customers that were to be left out.
  var leftOut: Int

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
    let end = found.last.flatMap { DuePosition($0) }
    let leftOut = found.count - due.count
    guard !due.isEmpty else { return DueBatch(customers: [], states: [:], end: end, leftOut: leftOut) }
    var byCustomer: [CustomerKey: [Enrollment]] = [:]
    var order: [CustomerKey] = []
    for enrollment in due {
      if byCustomer[enrollment.customer] == nil { order.append(enrollment.customer) }
      byCustomer[enrollment.customer, default: []].append(enrollment)
    }
    let program = shop.program
    let triggers = Set(due.map(\.trigger)).compactMap { program.triggers[$0] }
    let states = try tx.states(of: order, parts: parts(of: triggers, program))
    let caps = try capEntries(tx, order, program, now)
    let suppressed = try suppressed(tx, order, states, program)
    let events = try events(tx, due, triggers)
    let customers = order.compactMap { key -> [Facts]? in
      guard let state = states[key] else { return nil }
      return byCustomer[key, default: []].map { enrollment in
        Facts(
          enrollment: enrollment, state: state, catalog: shop.catalog,
          paused: shop.triggers[enrollment.trigger]?.pausedAt != nil,
          suppressed: suppressed[key] ?? [:],
          capEntries: caps[key] ?? [],
          eventsSince: (events[key] ?? []).filter { $0.at > enrollment.firesAt })
      }
    }
    return DueBatch(customers: customers, states: states, end: end, leftOut: leftOut)
  }

  private static func parts(of triggers: [Trigger], _ program: Program) -> StateParts {
    var parts = StateParts(orders: true, enrollments: true)
    for trigger in triggers {
      for part in Planner.affects(trigger) {
        switch part {
        case .carts: parts.carts = true
        case .event(let name): parts.eventNames.insert(name)
        case .orders, .customer, .products: break
        }
      }
    }
    return parts
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

  /// Asked only when a step of these triggers has an `unless`.
  private static func events(
    _ tx: Transaction, _ due: [Enrollment], _ triggers: [Trigger]
  ) throws -> [CustomerKey: [(name: EventName, at: Instant)]] {
    let asking = Set(triggers.filter { $0.steps.contains { !$0.unless.isEmpty } }.map(\.id))
    var since: [CustomerKey: Instant] = [:]
    for enrollment in due where asking.contains(enrollment.trigger) {
      since[enrollment.customer] = min(since[enrollment.customer] ?? .distantFuture, enrollment.firesAt)
    }
    guard !since.isEmpty else { return [:] }
    return try tx.events(after: since.map { ($0.key, $0.value) })
  }
}
