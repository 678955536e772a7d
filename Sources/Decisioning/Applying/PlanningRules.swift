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
  /// Those, and the ones that are only counted.
  package let names: Set<EventName>
  /// Whether the program has segments or measures; most events cost nothing then.
  package let hasAudience: Bool
  /// When each segment was first seen, or seen again.
  package let segmentsEnabledAt: [SegmentID: Instant]
  /// The event names that can revoke a decision.
  package let exits: Set<EventName>

  /// - Parameters:
  ///   - enabledAt: triggers without an entry do not plan.
  ///   - segments: likewise for segments, which are then not evaluated.
  package init(
    program: Program, catalog: Catalog, enabledAt: [TriggerID: Instant],
    segments: [SegmentID: Instant] = [:]
  ) {
    segmentsEnabledAt = segments
    let audience = program.audience
    hasAudience = !audience.isEmpty
    self.program = program
    self.catalog = catalog
    exits = program.exitEvents
    rules = program.triggers.values.sorted { $0.id < $1.id }.compactMap { trigger in
      guard let enabledAt = enabledAt[trigger.id] else { return nil }
      var reads = trigger.when.reads
      if let condition = trigger.when.condition,
        audience.names.contains(where: { condition.reads(customer: $0.name) })
      {
        reads.insert(.memberships)
      }
      return Rule(trigger: trigger, enabledAt: enabledAt, reads: reads)
    }
    events = rules.reduce(into: []) { $0.formUnion($1.reads.eventNames) }
    names = events.union(audience.eventNames)
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
