package import Domain

/// `{lapsed: 90d}`: fires that long after the last standing order; the occurrence is that order.
///
/// A newer order replaces it; a refund or a cancellation restores the order before it.
package struct LapsedRule: TriggerKind {
  /// Since the last standing order.
  package var after: Duration

  package init(after: Duration) { self.after = after }

  // MARK: In a file

  package static let form = TriggerForm(
    .duration("lapsed", example: "90d", "So long since the last order.")
  ) { LapsedRule(after: $0) }

  package static let occasion = Occasion.state("lapsed")
  package static let expiryNote = "14d for lapsed"
  package var isAboutOrders: Bool { true }
  package func planningParts(of trigger: Trigger) -> [String] { ["lapsed", after.written] }

  // MARK: Planning

  package var reads: StateParts { [.orders] }
  package func mayConcern(_ state: CustomerState) -> Bool { !state.orders.isEmpty }
  package var recurs: Bool { false }

  package func plans(in context: PlanningContext) -> [Plan] {
    guard let order = context.state.lastStandingOrder, let placedAt = order.placedAt,
      let plan = context.state(order.id, firesAt: placedAt + after, .order(id: order.id))
    else { return [] }
    return [plan]
  }

  /// - Parameter told: an order's id; `nil` takes the last standing order at the time of sending.
  package func occasion(
    told: String?, sentAt: Instant, in context: PlanningContext
  ) -> (occurrence: String, subject: Subject)? {
    let last = context.state.standingOrders.filter { ($0.placedAt ?? .distantFuture) <= sentAt }
      .max { ($0.placedAt ?? .distantPast, $0.id) < ($1.placedAt ?? .distantPast, $1.id) }
    return (told ?? last?.id).map { ($0, .order(id: $0)) }
  }

  // MARK: Deciding

  package func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, derived: inout DerivedFacts
  ) -> EndReason? {
    guard case .order(let id) = enrollment.subject else { return .superseded }
    if state.lastStandingOrder?.id.hasSameBytes(as: id) == true { return nil }
    return state.order(id)?.stands == true ? .superseded : .cancelled
  }

  /// After a silence of months, two weeks do not matter.
  package var defaultExpiry: Duration { .days(14) }
  package func lastMoment(firedAt: Instant) -> Instant? { nil }

  // MARK: In messages and explanations

  package var offers: [Root] { [.order] }

  package func value(of name: String, in scope: Scope) -> Value? {
    name == Root.order.name ? scope.order : nil
  }

  package static let lacks: [Lack] = [.order]
  package func lack(in state: CustomerState) -> Lack? { state.standingOrders.isEmpty ? .order : nil }
  package func example(for state: CustomerState, now: Instant) -> Subject? {
    state.lastStandingOrder.map { .order(id: $0.id) }
  }
  package static var samples: [KindSample] { [KindSample(LapsedRule(after: .days(90)))] }
  package var need: String { "an order" }
}
