/// Finds the word of a command line that somebody probably meant.
///
/// Names of the shop's world are held against each other by `NearestName` of Domain, which Platform does not see.
package enum Spelling {
  /// The candidate closest to `word`, for "did you mean"; nil when none is close.
  ///
  /// Close is at most one edit for words up to 4 letters, two up to 9 and three above. Case does not count.
  /// Of equally close candidates the first wins.
  package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 800 else { return nil }
    let letters = Array(word.lowercased().unicodeScalars)
    guard letters.count <= 200 else { return nil }
    let limit = letters.count <= 4 ? 1 : letters.count <= 9 ? 2 : 3
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars)
      guard abs(other.count - letters.count) <= limit else { continue }
      let distance = distance(letters, other)
      if distance <= limit, distance < letters.count, distance < best?.distance ?? .max {
        best = (candidate, distance)
      }
    }
    return best?.candidate
  }

  /// Letters to insert, remove, replace or swap with their neighbour to turn one text into the other (optimal
  /// string alignment distance).
  package static func distance(_ a: String, _ b: String) -> Int {
    distance(Array(a.unicodeScalars), Array(b.unicodeScalars))
  }

  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
