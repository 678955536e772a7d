/// One line of an order or a cart.
package struct OrderLine: Equatable, Sendable {
  package var sku: String
  package var name: String?
  /// At least 1.
  package var quantity: Int
  /// The price of one piece in minor units; `nil` if not given.
  package var price: Int64?
  /// The price's currency; `nil` for the order's currency, and for the shop's own in a cart.
  package var currency: Currency?

  package init(
    sku: String, name: String? = nil, quantity: Int, price: Int64?, currency: Currency? = nil
  ) {
    self.sku = sku
    self.name = name
    self.quantity = quantity
    self.price = price
    self.currency = currency
  }

  /// The price of one unit from the total for `quantity` units, rounded half up.
  ///
  /// - Precondition: `total >= 0`, `quantity >= 1`.
  package static func price(ofTotal total: Int64, quantity: Int64) -> Int64 {
    let (price, rest) = total.quotientAndRemainder(dividingBy: quantity)
    return rest >= quantity - rest ? price + 1 : price
  }
}
