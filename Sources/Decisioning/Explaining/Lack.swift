internal import Domain

/// What a customer would need for a trigger to fire.
package enum Lack: String, Sendable, CaseIterable {
  /// No order that stands.
  case order
  /// No event of the trigger's name.
  case event
  /// Orders or events of that name are known, none of which meets `where`.
  case match
  /// Nothing in any cart.
  case cart
  /// Nothing the customer bought has a known cycle.
  case cycle
  case birthday
  case joinedAt = "joined_at"

  /// What `state` lacks; `nil` when that is not it.
  init?(_ when: When, _ state: CustomerState) {
    switch when {
    case .event(let rule):
      let isKnown =
        EventPlanner.readsOrders(rule.name)
        ? state.orders.contains { EventPlanner.time(of: rule.name, in: $0) != nil }
        : state.events.contains { $0.name == rule.name }
      guard !isKnown else {
        guard rule.condition != nil else { return nil }
        self = .match
        return
      }
      self = rule.name == .orderCompleted ? .order : .event
    case .cartIdle: self = .cart
    case .runsOut: self = state.standingOrders.isEmpty ? .order : .cycle
    case .anniversary(let rule):
      switch rule.of {
      case .birthday where state.customer.birthday == nil: self = .birthday
      case .joinedAt where state.customer.joinedAt == nil: self = .joinedAt
      default: return nil
      }
    case .lapsed:
      guard state.standingOrders.isEmpty else { return nil }
      self = .order
    }
  }
}
