package import Domain

/// The triggers that plan, and which parts of a customer each of them reads.
///
/// Built once per program, so that finding the triggers an event affects is cheap.
package struct PlanningRules: Sendable {
  package struct Rule: Sendable {
    package let trigger: Trigger
    /// When the trigger was first seen, or seen again after it was removed.
    package let enabledAt: Instant
    /// The inputs of its plans.
    package let reads: StateParts

    /// Whether its plans may change with these parts.
    package func isConcerned(by touched: StateParts) -> Bool { !reads.isDisjoint(with: touched) }
  }

  package let program: Program
  package let catalog: Catalog
  /// Sorted by trigger id.
  package let rules: [Rule]
  /// The event names that any rule reads.
  package let events: Set<EventName>
  /// The event names that can revoke a decision.
  package let exits: Set<EventName>

  /// - Parameter enabledAt: triggers without an entry do not plan.
  package init(program: Program, catalog: Catalog, enabledAt: [TriggerID: Instant]) {
    self.program = program
    self.catalog = catalog
    exits = program.exitEvents
    rules = program.triggers.values.sorted { $0.id < $1.id }.compactMap { trigger in
      guard let enabledAt = enabledAt[trigger.id] else { return nil }
      return Rule(trigger: trigger, enabledAt: enabledAt, reads: trigger.when.reads)
    }
    events = rules.reduce(into: []) { $0.formUnion($1.reads.eventNames) }
  }

  /// Whether an event of this name may revoke a decided step.
  package func isExit(_ name: EventName) -> Bool { !exits.isEmpty && exits.contains(name) }

  /// Plans one trigger for one customer.
  ///
  /// - Parameter asksAgain: see `Planner.replan`.
  package func replan(
    _ rule: Rule, for state: CustomerState, now: Instant, asksAgain: Bool = false
  ) -> [EnrollmentChange] {
    Planner.replan(
      trigger: rule.trigger, state: state, catalog: catalog, program: program, enabledAt: rule.enabledAt,
      now: now, asksAgain: asksAgain)
  }
}
