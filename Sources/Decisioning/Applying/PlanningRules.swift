package import Domain

/// The triggers that plan, and what each of them reads of a customer.
///
/// Made once for each program, so that asking which triggers an event concerns costs little.
package struct PlanningRules: Sendable {
  package struct Rule: Sendable {
    package let trigger: Trigger
    /// When the trigger was first seen, or seen again after it was removed.
    package let enabledAt: Instant
    package let kinds: StateKinds
    package let events: Set<EventName>
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
      let reads = Planner.affects(trigger)
      return Rule(
        trigger: trigger, enabledAt: enabledAt, kinds: StateKinds(reads),
        events: reads.reduce(into: []) { if case .event(let name) = $1 { $0.insert(name) } })
    }
    events = rules.reduce(into: []) { $0.formUnion($1.events) }
  }

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
