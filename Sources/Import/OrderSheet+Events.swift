package import Domain
package import Store

extension OrderSheet {
  /// The orders as events: each is placed, and then possibly cancelled or refunded.
  package var events: [IncomingEvent] {
    var events: [IncomingEvent] = []
    for index in 0..<count {
      var (customerID, order) = self[index]
      func event(_ name: EventName, at: Instant, _ effect: EventEffect) -> IncomingEvent {
        IncomingEvent(
          customerID: customerID,
          event: Event(messageID: order.id, name: name, at: at, receivedAt: receivedAt), effect: effect)
      }
      let cancelledAt = order.cancelledAt
      order.cancelledAt = nil
      // A refund of all is an event of its own; of a part only the order can tell how much it is so far.
      let refundedAt = order.refunds > 0 ? order.refundedAt : nil
      if order.refunds > 0 {
        order.refundedAt = nil
        order.refunds = 0
      }
      let contact = contact(of: index).traits
      if let placedAt = order.placedAt {
        events.append(event(.orderCompleted, at: placedAt, .orderPlaced(order)))
        events[events.count - 1].traits = contact
      } else if let pendingAt = order.pendingAt {
        events.append(event(.orderPending, at: pendingAt, .orderPlaced(order)))
        events[events.count - 1].traits = contact
      }
      if let cancelledAt {
        events.append(event(.orderCancelled, at: cancelledAt, .orderCancelled(orderID: order.id)))
      }
      if let refundedAt {
        events.append(
          event(.orderRefunded, at: refundedAt, .orderRefunded(orderID: order.id, amount: nil)))
      }
    }
    return events
  }

  /// The inverse of `events`; `nil` if there are other events.
  package init?(events: [IncomingEvent], receivedAt: Instant) {
    self.init(receivedAt: receivedAt)
    typealias Pending = (customerID: String, order: Order, contact: OrderContact)
    var pending: Pending?
    func append(_ done: Pending?) -> Bool {
      done.map { self.append($0.order, of: $0.customerID, contact: $0.contact) } ?? true
    }
    for event in events {
      switch event.effect {
      case .orderPlaced(let order):
        guard append(pending), order.isTold else { return nil }
        let contact = OrderContact(
          email: event.traits.flatMap { $0.email ?? nil }, phone: event.traits.flatMap { $0.phone ?? nil })
        pending = (event.customerID, order, contact)
      case .orderCancelled(let id):
        guard pending?.order.id.hasSameBytes(as: id) == true else { return nil }
        pending?.order.cancelledAt = event.event.at
      case .orderRefunded(let id, nil, _):
        guard pending?.order.id.hasSameBytes(as: id) == true else { return nil }
        pending?.order.refundWhole(at: event.event.at)
      case .orderRefunded, .identify, .cartChanged, .consent, .none: return nil
      }
    }
    if !append(pending) { return nil }
  }
}

extension Order {
  /// Records a full refund, also of an order that cost nothing.
  mutating func refundWhole(at instant: Instant) {
    refunds = max(total.minorUnits, 1)
    refundedAt = instant
  }
}
