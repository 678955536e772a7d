/// The cuts that divide a shop's values into scores 1 to `classes` of equal size, keeping ties together.
///
/// A value's score is `floor(classes · (below + equal / 2) / n) + 1`: equal values share the rank of their
/// middle, so that the order of rows does not matter. The cuts are stored with the scores and also apply to
/// values that they were not made from.
package struct MidRankCuts: Hashable, Sendable {
  package let classes: Int
  /// The lowest value of the scores 2, 3, and so on, ascending. A score without a value of its own repeats
  /// the next one's; scores that no value reaches are missing at the end.
  package let lowest: [Int64]

  /// - Parameter values: in any order.
  /// - Precondition: `classes >= 1`.
  package init(of values: [Int64], classes: Int) {
    precondition(classes >= 1)
    let sorted = values.sorted()
    var lowest: [Int64] = []
    var start = 0
    while start < sorted.count {
      var end = start
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      // Twice the middle rank, in whole numbers, so that no score depends on rounding.
      let score = classes * (start + end) / (2 * sorted.count) + 1
      while lowest.count < score - 1 { lowest.append(sorted[start]) }
      start = end
    }
    self.classes = classes
    self.lowest = lowest
  }

  /// From 1 to `classes`; 1 is the lowest.
  package func score(of value: Int64) -> Int { 1 + lowest.count { $0 <= value } }
}
