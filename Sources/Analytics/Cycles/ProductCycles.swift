package import Domain

/// Learns how long products last from the intervals between repeat purchases.
///
/// Add one customer's purchases at a time, in time order; it keeps a number per interval, and nothing about
/// the customers.
package struct ProductCycles: Sendable {
  /// Seconds between two purchases of the SKU by one customer.
  private var intervals: [ExactText: [Int32]] = [:]
  private var last: [ExactText: Instant] = [:]

  package init() {}

  /// Adds the purchases of one customer, oldest first. Two of one SKU less than a day apart count as one
  /// purchase and give no interval.
  package mutating func add(purchases: [(sku: String, at: Instant)]) {
    last.removeAll(keepingCapacity: true)
    for purchase in purchases {
      if let before = last[purchase.sku], purchase.at - before >= .days(1) {
        let seconds = (purchase.at - before).milliseconds / 1000
        intervals[purchase.sku, default: []].append(Int32(clamping: seconds))
      }
      last[purchase.sku] = purchase.at
    }
  }

  /// The median interval of each SKU that was bought again at least `minimum` times.
  package func medians(minimum: Int = 3) -> [ExactText: Duration] {
    intervals.compactMapValues { values in
      guard values.count >= max(1, minimum) else { return nil }
      return Self.median(of: values.sorted())
    }
  }

  /// The middle value, or the mean of the middle two.
  private static func median(of sorted: [Int32]) -> Duration {
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return .seconds(Int64(sorted[middle])) }
    return .seconds((Int64(sorted[middle - 1]) + Int64(sorted[middle])) / 2)
  }
}
