import Domain

/// `{event: NAME, where: ..., only: first | every}`: fires at the event's own time.
///
/// For the events of an order the order itself is asked, so that one which was cancelled or wholly refunded
/// starts nothing. With `first` the occurrence is `first`, once for ever: an older event that arrives later
/// moves an enrollment that has not begun, and changes nothing once a step was decided. With `every` it is
/// the order's or the event's id.
enum EventPlanner {
  /// Whether events of this name are read from the orders rather than from the list of events.
  static func readsOrders(_ name: EventName) -> Bool {
    name == .orderCompleted || name == .orderCancelled || name == .orderRefunded
  }

  static func plan(_ rule: EventRule, in context: PlanningContext) -> [Plan] {
    var moments = Self.moments(of: rule.name, in: context.state)
    switch rule.only {
    case .every: break
    case .first: moments.sort { ($0.at, $0.id) < ($1.at, $1.id) }
    }
    var plans: [Plan] = []
    for moment in moments where context.holds(rule.condition, about: moment.subject) {
      switch rule.only {
      case .every:
        if let plan = context.plan(moment.id, firesAt: moment.at, moment.subject) { plans.append(plan) }
      case .first:
        return context.plan("first", firesAt: moment.at, moment.subject).map { [$0] } ?? []
      }
    }
    return plans
  }

  private struct Moment {
    var id: String
    var at: Instant
    var subject: Subject
  }

  private static func moments(of name: EventName, in state: CustomerState) -> [Moment] {
    guard readsOrders(name) else {
      return state.events.lazy.filter { $0.name == name }
        .map { Moment(id: $0.messageID, at: $0.at, subject: .event(messageID: $0.messageID)) }
    }
    return state.orders.compactMap { order in
      guard let at = time(of: name, in: order) else { return nil }
      return Moment(id: order.id, at: at, subject: .order(id: order.id))
    }
  }

  /// When the order saw an event of this name; `nil` if it did not, or if the event counts for nothing any
  /// more.
  static func time(of name: EventName, in order: Order) -> Instant? {
    switch name {
    case .orderCompleted: order.stands ? order.placedAt : nil
    // Without the order itself a message could say nothing about it.
    case .orderCancelled: order.placedAt == nil ? nil : order.cancelledAt
    case .orderRefunded: order.placedAt == nil ? nil : order.refundedAt
    default: nil
    }
  }
}
