import Domain

/// `{lapsed: 90d}`: fires so long after the last standing order; the occurrence is that order.
///
/// A newer order takes its place, a refund or a cancellation gives the place back to the order before it.
enum LapsedPlanner {
  static func plan(_ duration: Duration, in context: PlanningContext) -> [Plan] {
    guard let order = context.state.lastStandingOrder, let placedAt = order.placedAt,
      let plan = context.state(order.id, firesAt: placedAt + duration, .order(id: order.id))
    else { return [] }
    return [plan]
  }
}

extension CustomerState {
  /// The latest order that counts; among orders of one instant the one with the greatest id, whatever arrived
  /// first.
  var lastStandingOrder: Order? {
    orders.last(where: \.stands)
  }

  func order(_ id: String) -> Order? { orders.order(id) }
}

extension [Order] {
  func order(_ id: String) -> Order? { first { $0.id.hasSameBytes(as: id) } }
}
