package import Domain

extension CustomerState {
  /// The order that a firing is about: its subject, or the one that its event names, which need not be known.
  func orderID(of subject: Subject) -> String? {
    switch subject {
    case .order(let id): return id
    case .event(let id):
      return events.first { $0.messageID.hasSameBytes(as: id) }.flatMap {
        PastEvent.orderID(in: $0.properties)
      }
    case .customer, .cart, .products, .anniversary: return nil
    }
  }

  /// The latest standing order; of several at the same instant, the one with the greatest id, whatever
  /// arrived first.
  package var lastStandingOrder: Order? {
    orders.last(where: \.stands)
  }

  package var hasStandingOrder: Bool {
    orderBook.map { $0.standing > 0 } ?? orders.contains(where: \.stands)
  }

  package func order(_ id: String) -> Order? { orders.order(id) }
}

extension [Order] {
  func order(_ id: String) -> Order? { first { $0.id.hasSameBytes(as: id) } }
}
