/// One order of a customer, as far as the events about it have told.
///
/// Events may arrive in any order, so a cancellation can be known before the order itself; `placedAt` is then `nil` and
/// the order counts for nothing. So it does while it is not paid for yet.
package struct Order: Equatable, Sendable {
  /// The shop's order id, unique in the shop.
  package var id: String
  package var placedAt: Instant?
  /// When it was made without being paid for; `nil` for an order that was never known unpaid.
  package var pendingAt: Instant?
  package var cancelledAt: Instant?
  /// Time of the last refund that was applied.
  package var refundedAt: Instant?
  /// What was paid, with shipping and tax if the shop says so.
  package var total: Money
  /// The sum of the refunds; equal to `total` or above for an order wholly refunded.
  package var refunded: Int64
  /// What was ordered; `keptLines` leaves out what came back.
  package var lines: [OrderLine]
  /// Products that refunds have named, in the order in which they became known.
  package var returned: [ReturnedLine]
  /// The cart or checkout this order came from; `nil` when the shop does not say.
  package var cartID: String?
  package var details: OrderDetails
  /// When Reprise learned of the order being placed; later than `placedAt` by the lag of the feed.
  package var receivedAt: Instant

  package init(
    id: String, placedAt: Instant?, pendingAt: Instant? = nil, total: Money, lines: [OrderLine] = [],
    cartID: String? = nil, cancelledAt: Instant? = nil, refundedAt: Instant? = nil, refunded: Int64 = 0,
    returned: [ReturnedLine] = [], details: OrderDetails = OrderDetails(), receivedAt: Instant
  ) {
    self.id = id
    self.placedAt = placedAt
    self.pendingAt = pendingAt
    self.total = total
    self.lines = lines
    self.cartID = cartID
    self.cancelledAt = cancelledAt
    self.refundedAt = refundedAt
    self.refunded = refunded
    self.returned = returned
    self.details = details
    self.receivedAt = receivedAt
  }

  /// Whether the order stands: placed, not cancelled, not wholly refunded. Only such orders anchor triggers and count
  /// in totals.
  package var stands: Bool {
    placedAt != nil && cancelledAt == nil && !(refundedAt != nil && refunded >= total.minorUnits)
  }

  /// Whether what it holds is known: not if only a cancellation or a refund of it is.
  package var isTold: Bool { placedAt != nil || pendingAt != nil }

  /// Whether it waits for the customer's payment.
  package var isPending: Bool { placedAt == nil && pendingAt != nil && cancelledAt == nil }

  /// When its products left the cart, paid for or not; `nil` while only a cancellation or refund is known.
  package var tookFromCartAt: Instant? {
    guard let placedAt, let pendingAt else { return placedAt ?? pendingAt }
    return min(placedAt, pendingAt)
  }

  /// Whether it empties this cart: one that does not say where it came from empties all.
  package func empties(cart id: String) -> Bool { cartID.map { $0.hasSameBytes(as: id) } ?? true }

  /// The order in which a customer's orders stand: by time, those not placed yet last, then by the bytes of the id.
  package func precedes(_ other: Order) -> Bool {
    let (mine, others) = (placedAt ?? .distantFuture, other.placedAt ?? .distantFuture)
    return mine == others ? id.utf8.lexicographicallyPrecedes(other.id.utf8) : mine < others
  }
}

extension [Order] {
  /// Puts a customer's orders into their order. Most lie so already, and sorting would copy each of them.
  package mutating func arrange() {
    for index in indices.dropFirst() {
      let (last, next) = (self[index - 1].placedAt ?? .distantFuture, self[index].placedAt ?? .distantFuture)
      if last < next { continue }
      if last == next, !self[index].precedes(self[index - 1]) { continue }
      return sort { $0.precedes($1) }
    }
  }
}
