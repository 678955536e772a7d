/// How much a customer waits for discounts.
package struct PriceSensitivity: Hashable, Sendable {
  /// The customer's share of orders with a discount, shrunk towards the shop's as if the customer had five
  /// more orders with that share. From 0 to 1.
  package let share: Double
  package let label: Label?

  package enum Label: String, CaseIterable, Sendable {
    case sensitive
    case insensitive
  }

  /// - Parameters:
  ///   - discounted: how many of the customer's standing orders had a discount.
  ///   - orders: at least 1.
  ///   - shopShare: the share of the shop's orders with a discount.
  /// - Returns: `nil` without orders: unknown is not 0.
  package init?(discounted: Int, orders: Int, shopShare: Double) {
    guard orders > 0 else { return nil }
    share = (Double(discounted) + 5 * shopShare) / (Double(orders) + 5)
    label =
      switch share {
      case _ where orders < 3: nil
      case 0.5...: .sensitive
      case ...0.15: .insensitive
      default: nil
      }
  }
}
