import Domain

/// Whether the reason for an enrollment still holds: one answer for planning and for the gate
/// `exit_condition`.
enum Standing {
  /// Why the enrollment should end; `nil` while its reason stands.
  ///
  /// - Parameter purchases: of the state's orders, from whoever asks about many enrollments; else they are made.
  static func endReason(
    of enrollment: Enrollment, trigger: Trigger, state: CustomerState, purchases: Purchases? = nil
  ) -> EndReason? {
    if enrollment.beganAt == nil,
      Reentry.conflict(
        occurrence: enrollment.occurrence, firesAt: enrollment.firesAt, trigger: trigger,
        enrollments: state.enrollments) != nil
    {
      return .superseded
    }
    switch (trigger.when, enrollment.subject) {
    case (.event(let rule), .order(let id)):
      // A message about a cancellation stands although its order does not.
      guard let order = state.order(id), EventPlanner.time(of: rule.name, in: order) != nil else {
        return .cancelled
      }
      return nil
    case (.cartIdle, .cart(let id)):
      guard let cart = state.carts.first(where: { $0.id.hasSameBytes(as: id) }),
        let filling = Filling(of: cart, orders: state.orders, trigger.endsWith),
        filling.contains(occurrence: enrollment.occurrence)
      else { return .cancelled }
      return nil
    case (.runsOut, .products(let products)):
      let purchases = purchases ?? Purchases(of: state.orders)
      if products.contains(where: { purchases.hold($0) }) { return nil }
      return products.contains { state.order($0.orderID)?.stands == true } ? .superseded : .cancelled
    case (.anniversary(let rule), .anniversary):
      switch rule.of {
      case .birthday: return state.customer.birthday == nil ? .cancelled : nil
      case .joinedAt: return state.customer.joinedAt == nil ? .cancelled : nil
      }
    case (.lapsed, .order(let id)):
      if state.lastStandingOrder?.id.hasSameBytes(as: id) == true { return nil }
      return state.order(id)?.stands == true ? .superseded : .cancelled
    case (.event, .event): return nil
    // The trigger's kind was changed under a running enrollment: what it was about is not what it is about
    // now.
    default: return .superseded
    }
  }
}
