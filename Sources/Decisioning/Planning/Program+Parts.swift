package import Domain

extension Program {
  /// Triggers whose plans depend on any of `parts`, by id: the ones to plan again.
  package func triggers(affectedBy parts: StateParts) -> [Trigger] {
    triggers.values.filter { !$0.when.reads.isDisjoint(with: parts) }.sorted { $0.id < $1.id }
  }

  /// Names of the events that `CustomerState.events` must hold for planning.
  package var plannedEvents: Set<EventName> {
    triggers.values.reduce(into: []) { $0.formUnion($1.when.reads.eventNames) }
  }

  /// Names of the events whose times `Facts.eventsSince` must hold for deciding: those of every `unless`,
  /// except `order_completed`: the orders themselves say when they were placed and whether they still stand.
  package var exitEvents: Set<EventName> {
    var names = Set(triggers.values.flatMap { $0.steps.flatMap(\.unless).map(\.event) })
    names.remove(.orderCompleted)
    return names
  }

  /// Whether a trigger uses the cycles learned from the orders of all customers.
  package var learnsCycles: Bool {
    triggers.values.contains(where: \.when.learnsCycles)
  }
}

extension StateParts {
  /// The parts needed to decide about enrollments of these triggers: conditions may use totals over the
  /// orders.
  package init(deciding triggers: some Sequence<Trigger>, in program: Program) {
    self.init(.orders, .enrollments)
    if !program.audience.isEmpty { insert(.memberships) }
    for trigger in triggers { formUnion(trigger.when.reads) }
  }
}
