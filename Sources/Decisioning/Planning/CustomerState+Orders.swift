package import Domain

extension CustomerState {
  /// The latest standing order; of several at the same instant, the one with the greatest id, whatever
  /// arrived first.
  package var lastStandingOrder: Order? {
    orders.last(where: \.stands)
  }

  package func order(_ id: String) -> Order? { orders.order(id) }
}

extension [Order] {
  func order(_ id: String) -> Order? { first { $0.id.hasSameBytes(as: id) } }
}
