/// One line of an order or a cart.
package struct OrderLine: Equatable, Sendable {
  package var sku: String
  package var name: String?
  /// At least 1.
  package var quantity: Int
  /// Price of one piece, in minor units; `nil` when the shop did not say it.
  package var price: Int64?
  /// What the price is in; `nil` for the order's currency, and for the shop's own in a cart.
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
}
