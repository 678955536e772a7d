internal import Decisioning
package import Domain
internal import Platform
package import Store

/// Lets customers enter and leave segments as time passes: reads who is due from the index, and nobody else.
///
/// A tick with nothing due reads one index entry, and none in a shop without segments. Must not run concurrently; the
/// daemon's planning loop is its only caller.
package struct MembershipTimer: Sendable {
  private let store: Store
  private let shop: LiveShop
  private let quarantine: Quarantine
  /// Called with each batch, as a sign of life.
  private let beat: @Sendable () -> Void

  package init(
    store: Store, shop: LiveShop, quarantine: Quarantine = .off, beat: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.shop = shop
    self.quarantine = quarantine
    self.beat = beat
  }

  /// Customers evaluated in one transaction.
  private static let batchSize = 500
  private static let statesAtOnce = 50

  /// Evaluates everything due at `now`.
  ///
  /// - Returns: when time alone next changes anything; `nil` for never.
  package func tick(now: Instant) async throws -> Instant? {
    guard !shop.current.program.audience.rules.isEmpty else { return nil }
    while !Task.isCancelled {
      let next = try await store.read { try $0.nextMembershipChange() }
      guard let next, next <= now else { return next }
      beat()
      try await store.write { tx in
        let rules = try shop.snapshot(in: tx).rules
        try Self.evaluateDue(rules, tx, quarantine, now: now)
      }
    }
    return now
  }

  private static func evaluateDue(
    _ rules: PlanningRules, _ tx: Transaction, _ quarantine: Quarantine, now: Instant
  ) throws {
    let due = try tx.dueMemberships(now: now, limit: batchSize)
    try tx.markChanged(due)
    let stale = try tx.staleSegments(of: due)
    let planned = rules.rules.filter { $0.reads.contains(.memberships) }
    var parts = rules.program.audience.reads
    for rule in planned {
      parts.insert(.enrollments)
      parts.formUnion(rule.reads)
    }
    var bounds = StateBounds(
      currency: rules.program.brand.currency, triggers: Set(planned.map(\.trigger.id)))
    bounds.countsOrders = rules.program.audience.countsOrders
    let update = AudienceUpdate(rules)
    var rows = AudienceRows()
    var writer = EnrollmentWriter()
    try quarantine.box.section { section in
      var start = 0
      while start < due.count {
        let some = Array(due[start..<min(start + statesAtOnce, due.count)])
        let (states, count) = try tx.firstStates(of: some, parts: parts, within: bounds)
        start += count
        for var state in states where !quarantine.holds(.customer, "\(state.customer.key.rawValue)") {
          section.now(on: .customer, state.customer.key.rawValue)
          let before = state.memberships
          let own = stale[state.customer.key] ?? []
          for id in own { state.memberships[id]?.nextChange = nil }
          var changes = update.advance(&state, to: now)
          var counted: Set<TallyID> = []
          if !own.isEmpty {
            counted = try tx.countMessages(of: &state, rules.program.audience, now: now)
            let places = rules.program.audience.places(of: own)
            changes += update.evaluate(&state, places, at: now, .data)
          }
          let changed = state.memberships.changes(from: before).union(own)
          rows.add(state, of: changed, changes, tallies: counted)
          guard !changes.isEmpty else { continue }
          for rule in planned { writer.add(rules.replan(rule, for: state, now: now), to: state) }
        }
      }
    }
    try rows.write(to: tx)
    try writer.write(to: tx)
    // Of segments that are not in force nothing is evaluated, and nothing may stay due for ever.
    try tx.dropDueMemberships(of: due, now: now)
  }
}

extension Transaction {
  /// Counts the messages of a customer again.
  ///
  /// - Returns: what was counted.
  func countMessages(
    of state: inout CustomerState, _ audience: AudienceRules, now: Instant
  ) throws -> Set<TallyID> {
    var counted: Set<TallyID> = []
    for rule in audience.tallies {
      guard case .message(let trigger, let mark) = rule.source else { continue }
      var tally = Tally()
      let (ended, outcome) = mark.recorded
      try forEachMessage(
        of: trigger, to: [state.customer.key], inState: ended, outcome: outcome
      ) { _, at in _ = rule.add(Tally.Entry(at: at), to: &tally, now: now) }
      state.tallies[rule.id] = tally
      counted.insert(rule.id)
    }
    return counted
  }
}

extension MessageMark {
  /// How it stands in the outbox. Those that are not recorded yet stand for being sent; no file may name them.
  var recorded: (state: MessageState, outcome: OutcomeClass?) {
    self == .bounced ? (.dead, .badAddress) : (.sent, nil)
  }
}
