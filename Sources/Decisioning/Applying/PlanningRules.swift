package import Domain

/// The triggers that plan, and what each of them reads of a customer.
///
/// Made once for each program, so that asking which triggers an event concerns costs little.
package struct PlanningRules: Sendable {
  package struct Rule: Sendable {
    package let trigger: Trigger
    /// When the trigger was first seen, or seen again after it was removed.
    package let enabledAt: Instant
    /// What its plans are made of.
    package let reads: StateParts

    /// Whether its plans may change with these parts.
    package func isConcerned(by touched: StateParts) -> Bool { !reads.isDisjoint(with: touched) }
  }

  package let program: Program
  package let catalog: Catalog
  /// By the triggers' ids.
  package let rules: [Rule]
  /// Every name that a rule reads events of.
  package let events: Set<EventName>
  /// Every name that can take back what was decided.
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

  /// Whether an event of this name may take back a step that was decided.
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
