package import Domain
package import Templates

/// The input for planning: one trigger, one customer's whole state, the program and the time.
package struct PlanningContext: Sendable {
  package let trigger: Trigger
  /// Reassigned to go through many customers with one context: everything else in it is the same for all.
  package var state: CustomerState
  package let catalog: Catalog
  package let program: Program
  /// When the store first saw the trigger.
  package let enabledAt: Instant
  package let now: Instant

  package init(
    trigger: Trigger, state: CustomerState, catalog: Catalog, program: Program, enabledAt: Instant,
    now: Instant
  ) {
    self.trigger = trigger
    self.state = state
    self.catalog = catalog
    self.program = program
    self.enabledAt = enabledAt
    self.now = now
  }

  /// The customer's zone.
  package var zone: TimeZoneRules { program.zone(of: state.customer) }

  /// The customer's enrollments in this trigger, in any state.
  package var enrollments: some Sequence<Enrollment> {
    state.enrollments.lazy.filter { [id = trigger.id] in $0.trigger == id }
  }

  /// How long before enabling the trigger a later-arriving event may be dated: clients truncate to whole
  /// seconds, and clocks differ.
  private static let stampTolerance: Duration = .minutes(1)

  /// A firing at a moment: an event, an idle cart, a product that runs out, a birthday. `nil` if that was
  /// before the trigger was enabled and must be ignored.
  ///
  /// Late arrivals do not count as "existing": yesterday's order that becomes known today fires if the
  /// trigger was enabled when the firing fell due, and so does an event that came after enabling with a
  /// timestamp up to a minute before it. With `existing: include` an earlier moment fires if its first
  /// message could still go out at enabling; nobody wants to hear of older ones.
  ///
  /// - Parameter receivedAt: when the moment's event arrived; `nil` for a moment without an event.
  package func moment(
    _ occurrence: String, firesAt instant: Instant, _ subject: Subject, receivedAt: Instant? = nil
  ) -> Plan? {
    takes(instant, receivedAt: receivedAt)
      ? Plan(occurrence: occurrence, firesAt: instant, subject: subject) : nil
  }

  /// Whether `moment` gives a firing.
  package func takes(_ instant: Instant, receivedAt: Instant? = nil) -> Bool {
    if instant >= enabledAt { return true }
    if let receivedAt, receivedAt >= enabledAt, instant >= enabledAt - Self.stampTolerance { return true }
    guard trigger.existing == .include, let first = trigger.steps.first else { return false }
    return enabledAt <= trigger.expiry(of: first, dueAt: instant + first.after)
  }

  /// A firing for a state that lasts from `instant` until something ends it, such as a customer's silence.
  /// With `existing: include` it also fires if the state began before the trigger was enabled, or became
  /// known too late for its beginning.
  package func state(_ occurrence: String, firesAt instant: Instant, _ subject: Subject) -> Plan? {
    if instant >= enabledAt, trigger.existing == .skip || !trigger.isExpired(firesAt: instant, now: now) {
      return Plan(occurrence: occurrence, firesAt: instant, subject: subject)
    }
    guard trigger.existing == .include else { return nil }
    return Plan(
      occurrence: occurrence, firesAt: max(instant, enabledAt), subject: subject, isBacklog: true)
  }

  /// When an enrollment created now fires: a backlog from now on, spread over the trigger's `spread` so that
  /// not everybody is written to at once.
  func firing(of plan: Plan) -> Instant {
    guard plan.isBacklog else { return plan.firesAt }
    return max(plan.firesAt, now) + SpreadOffset.of(state.customer.lotID, trigger, salt: program.holdoutSalt)
  }
}

/// A customer's position in the period over which a trigger's backlog is spread.
private enum SpreadOffset {
  /// From zero to just below `spread`; stable, and different for each trigger.
  static func of(_ customer: String, _ trigger: Trigger, salt: String) -> Duration {
    guard trigger.spread > .zero else { return .zero }
    var hash = SHA256()
    // Independent of the holdout's hash, or its group would be planned first.
    hash.update(lengthPrefixed: "spread")
    hash.update(lengthPrefixed: salt)
    hash.update(lengthPrefixed: trigger.id.rawValue)
    hash.update(lengthPrefixed: customer)
    let share = Double(hash.finalize().leadingBits % 1_000_000) / 1_000_000
    return .milliseconds(Int64(Double(trigger.spread.milliseconds) * share))
  }
}

extension PlanningContext {
  /// Whether a condition holds for a firing about `subject`; one that cannot be evaluated does not.
  package func holds(_ condition: Condition?, about subject: Subject) -> Bool {
    guard let condition else { return true }
    let scope = Scope(
      program: program, trigger: trigger, state: Shared(state), catalog: catalog, subject: subject, now: now)
    if case .success(true) = scope.evaluate(condition) { return true }
    return false
  }
}
