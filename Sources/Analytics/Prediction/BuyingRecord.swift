/// One customer's orders as input for the models of repeat buying. Times are whole days, since several orders
/// on one day count as one purchase.
package struct BuyingRecord: Hashable, Sendable {
  /// Days with an order, except the first.
  package let repeats: Int32
  /// Days from the first order to the last one; 0 without repeats.
  package let lastRepeat: Int32
  /// Days from the first order to the end of the data.
  package let age: Int32

  /// - Precondition: `repeats >= 0` and `0 <= lastRepeat <= age`.
  package init(repeats: Int, lastRepeat: Int, age: Int) {
    precondition(repeats >= 0 && lastRepeat >= 0 && lastRepeat <= age)
    self.repeats = Int32(clamping: repeats)
    self.lastRepeat = Int32(clamping: lastRepeat)
    self.age = Int32(clamping: age)
  }

  /// The record of a customer with orders on these days; `nil` if there are none up to `end`.
  ///
  /// - Parameters:
  ///   - days: day numbers from a common origin, ascending; duplicates are allowed. Days after `end` are
  ///     ignored.
  ///   - end: the last day with complete data.
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
