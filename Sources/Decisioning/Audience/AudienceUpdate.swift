package import Domain

/// Brings a customer's memberships up to date.
///
/// Pure: equal states give equal memberships. Time is made up for instant by instant, so that it does not matter how
/// often somebody looks.
package struct AudienceUpdate {
  private let rules: AudienceRules
  private let program: Program
  private let catalog: Catalog
  /// When each segment was enabled; one without an entry is not evaluated.
  private let enabledAt: [SegmentID: Instant]

  package init(_ rules: PlanningRules) {
    self.rules = rules.program.audience
    program = rules.program
    catalog = rules.catalog
    enabledAt = rules.segmentsEnabledAt
  }

  /// Lets time pass up to `now`: what was to change on the way changes at its own instant.
  ///
  /// - Parameter places: the only rules to look at; `nil` for all.
  package func advance(
    _ state: inout CustomerState, to now: Instant, places: [Int]? = nil
  ) -> [MembershipChange] {
    var changes: [MembershipChange] = []
    let places = (places ?? Array(rules.rules.indices)).filter {
      enabledAt[rules.rules[$0].segment.id] != nil
    }
    while let due = next(state, places), due <= now {
      let ready = places.filter { state.memberships[rules.rules[$0].segment.id]?.nextChange == due }
      changes += evaluate(&state, ready, at: due, .time)
    }
    return changes
  }

  private func next(_ state: CustomerState, _ places: [Int]) -> Instant? {
    if state.memberships.isEmpty { return nil }
    return places.lazy.compactMap { state.memberships[rules.rules[$0].segment.id]?.nextChange }.min()
  }

  /// Evaluates rules, and all that ask for those that have changed.
  ///
  /// - Parameter places: in order.
  package func evaluate(
    _ state: inout CustomerState, _ places: [Int], at now: Instant, _ reason: MembershipReason
  ) -> [MembershipChange] {
    var changes: [MembershipChange] = []
    var wanted = Set(places)
    var customer: Value?
    for place in rules.rules.indices where wanted.contains(place) {
      let rule = rules.rules[place]
      guard let enabledAt = enabledAt[rule.segment.id] else { continue }
      let scope = AudienceScope(program: program, catalog: catalog, state: state, now: now)
      let finding = scope.finding(rule.segment.who, &customer)
      let own = reason == .backfill && state.isNewer(than: enabledAt) ? .data : reason
      let before = state.memberships[rule.segment.id] ?? .none
      let (after, kind) = rule.segment.membership(after: before, finding, at: now, own)
      state.memberships[rule.segment.id] = after == .none ? nil : after
      guard let kind else { continue }
      changes.append(MembershipChange(rule.segment.id, kind, at: now, own))
      wanted.formUnion(rule.dependents)
    }
    return changes
  }
}

extension Segment {
  /// What becomes of a membership when the customer matches or does not.
  func membership(
    after before: Membership, _ finding: Finding, at now: Instant, _ reason: MembershipReason
  ) -> (Membership, MembershipChange.Kind?) {
    var after = before
    // A change now has been taken into account.
    after.nextChange = finding.nextChange.map { max($0, now + .milliseconds(1)) }
    after.lapsedAt = nil
    if finding.holds == before.isMember { return (after, nil) }
    if before.isMember {
      let lapsedAt = before.lapsedAt ?? now
      let end = lapsedAt + stay
      if now < end {
        after.lapsedAt = lapsedAt
        after.nextChange = min(after.nextChange ?? end, end)
        return (after, nil)
      }
    }
    after.isMember = finding.holds
    after.since = now
    after.reason = reason
    return (after, finding.holds ? .entered : .left)
  }
}

extension CustomerState {
  /// Whether anything known of the customer happened at this instant or later.
  fileprivate func isNewer(than instant: Instant) -> Bool {
    if customer.fieldTimes.values.contains(where: { $0 >= instant }) { return true }
    return orders.contains { order in
      [order.placedAt, order.pendingAt, order.cancelledAt, order.refundedAt].contains {
        $0.map { $0 >= instant } ?? false
      }
    }
  }
}
