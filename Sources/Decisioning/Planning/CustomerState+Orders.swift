package import Domain

extension CustomerState {
  /// The latest standing order; of several at the same instant, the one with the greatest id, whatever
  /// arrived first.
  package var lastStandingOrder: Order? {
    orders.last(where: \.stands)
  }

  package func order(_ id: String) -> Order? { orders.order(id) }

  /// The last standing order, or if there is none, the last known event.
  var lastOrderOrEvent: Subject? {
    standingOrders.last.map { .order(id: $0.id) } ?? events.last.map { .event(messageID: $0.messageID) }
  }
}

extension [Order] {
  func order(_ id: String) -> Order? { first { $0.id.hasSameBytes(as: id) } }
}
