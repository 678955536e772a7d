/// What one customer's orders say to the models of repeat buying. Times are whole days, as several orders of one day
/// are one purchase.
package struct BuyingRecord: Hashable, Sendable {
  /// Days with an order, without the first.
  package let repeats: Int32
  /// From the first order's day to the last one's; 0 without repeats.
  package let lastRepeat: Int32
  /// From the first order's day to the end of what is known.
  package let age: Int32

  /// - Precondition: `repeats >= 0` and `0 <= lastRepeat <= age`.
  package init(repeats: Int, lastRepeat: Int, age: Int) {
    precondition(repeats >= 0 && lastRepeat >= 0 && lastRepeat <= age)
    self.repeats = Int32(clamping: repeats)
    self.lastRepeat = Int32(clamping: lastRepeat)
    self.age = Int32(clamping: age)
  }

  /// The record of a customer with orders on these days, or `nil` without any up to `end`.
  ///
  /// - Parameters:
  ///   - days: any count of days from a common origin, ascending; a day may stand more than once. Later ones than
  ///     `end` are passed over.
  ///   - end: the last day that is known completely.
  package init?(days: some Sequence<Int>, end: Int) {
    var first: Int?
    var last = 0
    var count = 0
    for day in days where day <= end && (first == nil || day != last) {
      first = first ?? day
      last = day
      count += 1
    }
    guard let first else { return nil }
    self.init(repeats: count - 1, lastRepeat: last - first, age: end - first)
  }
}
