package import Domain

extension CustomerChange {
  /// Applies an event, and remembers which plans it affects.
  package mutating func apply(_ incoming: IncomingEvent, _ rules: PlanningRules) {
    apply(
      incoming, rules.program,
      keepsEvent: !rules.events.isEmpty && rules.events.contains(incoming.event.name))
    touched.formUnion(incoming.touches(reading: rules.events))
  }

  /// The enrollment changes that follow from the events applied by these rules.
  package func plans(_ rules: PlanningRules) -> [EnrollmentChange] {
    var changes: [EnrollmentChange] = []
    for rule in rules.rules where rule.isConcerned(by: touched) {
      changes += rules.replan(rule, for: state, now: now)
    }
    return changes
  }
}
