import Domain

/// Estimates the time between a customer's orders from the customer's own orders.
package enum BuyingRhythm {
  /// The customer's median gap, shrunk towards the shop's as if the customer had three more gaps of that
  /// length: `(n · own + 3 · shop) / (n + 3)` for n gaps.
  ///
  /// - Parameters:
  ///   - days: the days of the customer's standing orders, ascending, without duplicates.
  ///   - shop: the shop's median gap, or the category's.
  package static func cycle(days: [Int], shop: Duration) -> Duration {
    let gaps = zip(days.dropFirst(), days).map { ($0 - $1) * 2 }.sorted()
    guard !gaps.isEmpty else { return shop }
    let middle = gaps.count / 2
    let twice = gaps.count % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2
    let own = Duration.days(1).milliseconds * Int64(twice) / 2
    let count = Int64(gaps.count)
    return .milliseconds((count * own + 3 * shop.milliseconds) / (count + 3))
  }
}
