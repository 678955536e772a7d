package import Domain

extension CustomerState {
  /// The latest order that counts; among orders of one instant the one with the greatest id, whatever arrived first.
  package var lastStandingOrder: Order? {
    orders.last(where: \.stands)
  }

  package func order(_ id: String) -> Order? { orders.order(id) }

  /// The last standing order, or without one the last event known.
  var lastOrderOrEvent: Subject? {
    standingOrders.last.map { .order(id: $0.id) } ?? events.last.map { .event(messageID: $0.messageID) }
  }
}

extension [Order] {
  func order(_ id: String) -> Order? { first { $0.id.hasSameBytes(as: id) } }
}
