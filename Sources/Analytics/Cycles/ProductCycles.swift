package import Domain

/// Learns how long a product lasts from the intervals at which customers buy it again.
///
/// Feed it one customer's purchases at a time, in order of time; it keeps a number an interval, nothing of the
/// customers.
package struct ProductCycles: Sendable {
  /// Seconds between two purchases of the sku by one customer.
  private var intervals: [ExactText: [Int32]] = [:]
  private var last: [ExactText: Instant] = [:]

  package init() {}

  /// Purchases of one customer, oldest first. Two of one sku less than a day apart are one purchase made in two goes
  /// and give no interval.
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

  /// The median interval of each sku that was bought again at least `minimum` times.
  package func medians(minimum: Int = 3) -> [ExactText: Duration] {
    intervals.compactMapValues { values in
      guard values.count >= max(1, minimum) else { return nil }
      return Self.median(of: values.sorted())
    }
  }

  /// The middle value, or the mean of the two in the middle.
  private static func median(of sorted: [Int32]) -> Duration {
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return .seconds(Int64(sorted[middle])) }
    return .seconds((Int64(sorted[middle - 1]) + Int64(sorted[middle])) / 2)
  }
}
