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

  /// The parts that have to be loaded before it can be applied.
  package var reads: StateParts {
    switch self {
    // A cart that is new here may have been emptied already by an order that came first.
    case .orderPlaced, .cartChanged: .ordersAndCarts
    case .orderCancelled, .orderRefunded: .orders
    case .identify, .consent, .none: StateParts()
    }
  }
}

extension IncomingEvent {
  /// The parts of the customer's state that it changes.
  ///
  /// - Parameter names: the events that somebody reads; the event itself is part of the answer only if it is one of them.
  package func touches(reading names: Set<EventName>) -> StateParts {
    var parts = effect.touches
    if traits != nil { parts.insert(.customer) }
    if !names.isEmpty, names.contains(event.name) { parts.insert(event: event.name) }
    return parts
  }
}

/// Made once: intake asks for them with every event.
extension StateParts {
  fileprivate static let customer = StateParts(.customer)
  fileprivate static let orders = StateParts(.orders)
  fileprivate static let carts = StateParts(.carts)
  fileprivate static let ordersAndCarts = StateParts(.orders, .carts)
}
