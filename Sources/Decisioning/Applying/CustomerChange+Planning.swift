package import Domain

extension CustomerChange {
  /// Applies an event, and remembers which plans it affects.
  package mutating func apply(_ incoming: IncomingEvent, _ rules: PlanningRules) {
    let touches = incoming.touches(reading: rules.names)
    if rules.hasAudience {
      // Until now the customer was as before.
      let places = rules.program.audience.concerned(by: touches)
      if !places.isEmpty {
        membershipChanges += AudienceUpdate(rules).advance(&state, to: now, places: places)
      }
    }
    apply(
      incoming, rules.program,
      keepsEvent: !rules.events.isEmpty && rules.events.contains(incoming.event.name))
    touched.formUnion(touches)
    if rules.hasAudience, rules.program.audience.eventNames.contains(incoming.event.name) {
      count(incoming.event, rules)
    }
  }

  private mutating func count(_ event: Event, _ rules: PlanningRules) {
    for rule in rules.program.audience.tallies where rule.event == event.name {
      var tally = state.tallies[rule.id] ?? Tally()
      guard rule.add(event, to: &tally, in: rules.program, now: now) else { continue }
      state.tallies[rule.id] = tally
      changedTallies.insert(rule.id)
    }
  }

  /// Brings the customer's segments up to date; call after the events and before planning.
  ///
  /// - Parameter isNew: whether the customer was unknown until now: then all segments are asked.
  /// - Returns: what the customer has entered and left.
  @discardableResult
  package mutating func evaluate(_ rules: PlanningRules, isNew: Bool = false) -> [MembershipChange] {
    guard rules.hasAudience else { return [] }
    let audience = rules.program.audience
    let places = isNew ? Array(audience.rules.indices) : audience.concerned(by: touched)
    if places.isEmpty { return [] }
    membershipChanges += AudienceUpdate(rules).evaluate(&state, places, at: now, .data)
    changedMemberships = state.memberships.changes(from: membershipsBefore)
    if !membershipChanges.isEmpty { touched.insert(.memberships) }
    return membershipChanges
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
