/// Price details of an order besides total and lines, and where it was made.
package struct OrderDetails: Equatable, Sendable {
  /// The discount on lines and order together, in minor units of the order's currency; 0 if none or not
  /// given.
  package var discount: Int64
  /// The shipping fee paid by the customer, in minor units of the order's currency; `nil` if not given.
  package var shipping: Int64?
  /// The redeemed codes, as the shop spells them; at most `maximumCoupons` of `maximumBytes` each.
  package var coupons: [String]
  /// The shop's name for where it was made: a site, a branch, a till; at most `maximumBytes`.
  package var store: String?

  package static let maximumCoupons = 20
  package static let maximumBytes = 100

  package init(discount: Int64 = 0, shipping: Int64? = nil, coupons: [String] = [], store: String? = nil) {
    self.discount = discount
    self.shipping = shipping
    self.coupons = coupons
    self.store = store
  }

  /// Whether no details are given.
  package var isEmpty: Bool { discount == 0 && shipping == nil && coupons.isEmpty && store == nil }
}
