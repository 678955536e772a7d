/// What an order says of its price beside total and lines, and where it was made.
package struct OrderDetails: Equatable, Sendable {
  /// What was taken off lines and order together, in minor units of the order's currency; 0 for nothing, or when the
  /// shop does not say.
  package var discount: Int64
  /// What the customer paid for sending it, in minor units of the order's currency; `nil` when the shop does not say.
  package var shipping: Int64?
  /// The codes that were redeemed with it, as the shop spells them; at most `maximumCoupons` of `maximumBytes` each.
  package var coupons: [String]
  /// The shop's word for where it was made: a site, a branch, a till; at most `maximumBytes`.
  package var store: String?

  package static let maximumCoupons = 20
  package static let maximumBytes = 100

  package init(discount: Int64 = 0, shipping: Int64? = nil, coupons: [String] = [], store: String? = nil) {
    self.discount = discount
    self.shipping = shipping
    self.coupons = coupons
    self.store = store
  }

  /// Whether the order says nothing of the kind.
  package var isEmpty: Bool { discount == 0 && shipping == nil && coupons.isEmpty && store == nil }
}
