/// One order of a customer, as far as events have reported it.
///
/// Events may arrive in any order, so a cancellation can be known before the order itself; `placedAt` is then
/// `nil` and the order does not count. Nor does it while it is pending payment.
package struct Order: Equatable, Sendable {
  /// The shop's order id, unique in the shop.
  package var id: String
  package var placedAt: Instant?
  /// When it was created without being paid for; `nil` if it was never known unpaid.
  package var pendingAt: Instant?
  package var cancelledAt: Instant?
  /// The time as of which the shop reported the contents and whether the order is cancelled; `nil` if it did
  /// not say, then `placedAt` or `pendingAt` is used.
  package var toldAt: Instant?
  /// The time of the last refund applied.
  package var refundedAt: Instant?
  /// The amount paid, with shipping and tax if the shop includes them.
  package var total: Money
  /// The sum of the single refunds that were reported; at least `total` for a fully refunded order.
  package var refunds: Int64
  /// The largest refunded total that was reported for the order as a whole, as by a shop's file. It includes all single
  /// refunds so far, known or not.
  package var refundTold: Int64
  /// The ordered lines; `keptLines` excludes returns.
  package var lines: [OrderLine]
  /// Products in refunds, in order of arrival.
  package var returned: [ReturnedLine]
  /// The cart or checkout this order came from; `nil` if not given.
  package var cartID: String?
  package var details: OrderDetails
  /// When Reprise learned that the order was placed; later than `placedAt` by the lag of the feed.
  package var receivedAt: Instant

  package init(
    id: String, placedAt: Instant?, pendingAt: Instant? = nil, total: Money, lines: [OrderLine] = [],
    cartID: String? = nil, cancelledAt: Instant? = nil, toldAt: Instant? = nil, refundedAt: Instant? = nil,
    refunded: Int64 = 0, refundTold: Int64 = 0,
    returned: [ReturnedLine] = [], details: OrderDetails = OrderDetails(), receivedAt: Instant
  ) {
    self.id = id
    self.placedAt = placedAt
    self.pendingAt = pendingAt
    self.total = total
    self.lines = lines
    self.cartID = cartID
    self.cancelledAt = cancelledAt
    self.toldAt = toldAt
    self.refundedAt = refundedAt
    refunds = refunded
    self.refundTold = refundTold
    self.returned = returned
    self.details = details
    self.receivedAt = receivedAt
  }

  /// The refunded amount.
  package var refunded: Int64 { max(refunds, refundTold) }

  /// What it comes to less refunds, in minor units.
  package var worth: Int64 { total.minorUnits.subtractingReportingOverflow(refunded).partialValue }

  /// Whether the order stands: placed, not cancelled, not fully refunded. Only such orders count for triggers
  /// and totals.
  package var stands: Bool {
    placedAt != nil && cancelledAt == nil && !(refundedAt != nil && refunded >= total.minorUnits)
  }

  /// Whether its contents are known, and not only a cancellation or a refund.
  package var isTold: Bool { placedAt != nil || pendingAt != nil }

  /// When its products left the cart, paid for or not; `nil` if only a cancellation or refund is known.
  package var tookFromCartAt: Instant? {
    guard let placedAt, let pendingAt else { return placedAt ?? pendingAt }
    return min(placedAt, pendingAt)
  }

  /// Whether it empties this cart: one without a cart empties all.
  package func empties(cart id: String) -> Bool { cartID.map { $0.hasSameBytes(as: id) } ?? true }

  /// The order of a customer's orders: by time, those not placed yet last, then by the bytes of the id.
  package func precedes(_ other: Order) -> Bool {
    let (mine, others) = (placedAt ?? .distantFuture, other.placedAt ?? .distantFuture)
    return mine == others ? id.utf8.lexicographicallyPrecedes(other.id.utf8) : mine < others
  }
}

extension [Order] {
  /// Sorts a customer's orders. Usually they are sorted already, and sorting would copy each of them.
  package mutating func arrange() {
    for index in indices.dropFirst() {
      let (last, next) = (self[index - 1].placedAt ?? .distantFuture, self[index].placedAt ?? .distantFuture)
      if last < next { continue }
      if last == next, !self[index].precedes(self[index - 1]) { continue }
      return sort { $0.precedes($1) }
    }
  }
}
