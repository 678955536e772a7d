/// Where a shop's values are cut into scores 1 to `classes` of equal size, ties kept together.
///
/// A value's score is `floor(classes · (below + equal / 2) / n) + 1`: equal values share the rank of their middle, so that
/// neither the order of rows nor the side on which a crowd of equals begins decides. The cuts are kept with the scores
/// and also serve values that were not among those they were made from.
package struct MidRankCuts: Hashable, Sendable {
  package let classes: Int
  /// The lowest value of the scores 2, 3, and so on, ascending. Two are the same where a score has no value of its own;
  /// one that no value reaches is missing at the end.
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
      // Twice the middle rank, in whole numbers: no score hangs on a rounding.
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
