package import Domain
import Templates

/// What a planner may look at: one trigger, one customer's whole state, the program and the time.
package struct PlanningContext: Sendable {
  package let trigger: Trigger
  /// Set anew to go through many customers with one context: everything else in it is the same for all.
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
  var zone: TimeZoneRules { program.zone(of: state.customer) }

  /// The customer's enrollments in this trigger, whatever became of them.
  var enrollments: some Sequence<Enrollment> {
    state.enrollments.lazy.filter { [id = trigger.id] in $0.trigger == id }
  }

  /// A firing at `instant` after the question `existing: skip | include`: `nil` when the customer qualified
  /// before the trigger was enabled and such customers are left alone.
  ///
  /// What arrives late is not "existing": an order of yesterday that becomes known today fires as long as the
  /// trigger was enabled when the firing fell due.
  func plan(_ occurrence: String, firesAt instant: Instant, _ subject: Subject) -> Plan? {
    if instant >= enabledAt { return Plan(occurrence: occurrence, firesAt: instant, subject: subject) }
    switch trigger.existing {
    case .skip: return nil
    case .include:
      return Plan(occurrence: occurrence, firesAt: enabledAt, subject: subject, isBacklog: true)
    }
  }
}

extension PlanningContext {
  /// Whether a condition holds for a firing about `subject`; one that cannot be evaluated does not.
  func holds(_ condition: Condition?, about subject: Subject) -> Bool {
    guard let condition else { return true }
    let scope = Scope(
      program: program, trigger: trigger, state: state, catalog: catalog, subject: subject, now: now)
    if case .success(true) = scope.evaluate(condition) { return true }
    return false
  }
}
