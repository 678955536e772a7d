extension EventEffect {
  /// The parts of the customer's state that it changes.
  package var touches: StateParts {
    switch self {
    case .identify, .consent: .customer
    // An order empties the cart it came from.
    case .orderPlaced: .ordersAndCarts
    case .orderCancelled, .orderRefunded: .orders
    case .cartChanged: .carts
    case .none: StateParts()
    }
  }

  /// The parts that must be loaded before applying it.
  package var reads: StateParts {
    switch self {
    // An order that arrived earlier may already have emptied a cart that is new here.
    case .orderPlaced, .cartChanged: .ordersAndCarts
    case .orderCancelled, .orderRefunded: .orders
    case .identify, .consent, .none: StateParts()
    }
  }
}

extension IncomingEvent {
  /// The parts of the customer's state that it changes.
  ///
  /// - Parameter names: the events that are read; the event itself is included only if it is one of them.
  package func touches(reading names: Set<EventName>) -> StateParts {
    var parts = effect.touches
    if traits != nil { parts.insert(.customer) }
    if !names.isEmpty, names.contains(event.name) { parts.insert(event: event.name) }
    return parts
  }
}

/// Static, because intake uses them with every event.
extension StateParts {
  fileprivate static let customer = StateParts(.customer)
  fileprivate static let orders = StateParts(.orders)
  fileprivate static let carts = StateParts(.carts)
  fileprivate static let ordersAndCarts = StateParts(.orders, .carts)
}
