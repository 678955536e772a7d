/// Suggests a name for one that does not exist.
package enum NearestName {
  /// The candidate most similar to `name`, or `nil` if none is close.
  ///
  /// A candidate is close if it is at most one slip away per three characters of the shorter name (at least one slip,
  /// at most `slips`), and fewer slips than `name` has characters. A slip is an extra, missing or wrong character, or
  /// two swapped neighbours; one of `-`, `_` and space in place of another counts as half a slip, and case is ignored.
  /// Ties go to the alphabetically first, so the order of `candidates` does not matter. Names over 80 characters match
  /// nothing.
  package static func nearest(
    to name: String, among candidates: some Sequence<String>, slips: Int = 3
  ) -> String? {
    guard name.utf8.count <= longest else { return nil }
    let wanted = letters(of: name)
    guard (1...80).contains(wanted.count) else { return nil }
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate.utf8.count <= longest {
      let other = letters(of: candidate)
      let limit = 2 * min(slips, max(1, min(wanted.count, other.count) / 3))
      guard abs(other.count - wanted.count) * 2 <= limit else { continue }
      let distance = distance(wanted, other)
      guard distance <= limit, distance < 2 * wanted.count else { continue }
      if let best, (best.distance, best.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// In bytes; a cheap check before counting characters, above what 80 of them can take.
  private static let longest = 400

  /// Completes a partial name: a candidate that begins with `name`, else one with a later word that does,
  /// else one that contains it. Returns `nil` if there is none, or if `name` has fewer than three characters.
  /// Ignores case; ties go to the alphabetically first.
  package static func completion(of name: String, among candidates: some Sequence<String>) -> String? {
    guard name.utf8.count <= longest else { return nil }
    let wanted = letters(of: name)
    guard wanted.count >= 3 else { return nil }
    var best: (rank: Int, name: String)?
    for candidate in candidates where candidate.utf8.count <= longest {
      guard let rank = rank(of: wanted, in: letters(of: candidate)) else { continue }
      if let best, (best.rank, best.name) <= (rank, candidate) { continue }
      best = (rank, candidate)
    }
    return best?.name
  }

  /// 0 at the start of the name, 1 at the start of a later word, 2 elsewhere.
  private static func rank(of part: [Unicode.Scalar], in whole: [Unicode.Scalar]) -> Int? {
    guard part.count <= whole.count else { return nil }
    let places = (0...(whole.count - part.count)).filter { whole[$0...].starts(with: part) }
    guard let first = places.first else { return nil }
    if first == 0 { return 0 }
    return places.contains { joints.contains(whole[$0 - 1]) } ? 1 : 2
  }

  private static let joints: [Unicode.Scalar] = ["-", "_", " "]

  /// `did you mean 'x'?` for the nearest candidate.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
  }

  /// `; did you mean 'x'?`, to append to a sentence; empty if no candidate is close.
  package static func ending(for name: String, among candidates: some Sequence<String>) -> String {
    hint(for: name, among: candidates).map { "; \($0)" } ?? ""
  }

  private static func letters(of name: String) -> [Unicode.Scalar] { Array(name.lowercased().unicodeScalars) }

  /// Twice the number of slips (optimal string alignment).
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(stride(from: 0, through: 2 * b.count, by: 2))
    for i in a.indices {
      var row = [2 * (i + 1)]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(last[j + 1], row[j]) + 2
        cost = min(cost, last[j] + substitution(a[i], b[j]))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 2) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }

  private static func substitution(_ a: Unicode.Scalar, _ b: Unicode.Scalar) -> Int {
    if a == b { return 0 }
    return joints.contains(a) && joints.contains(b) ? 1 : 2
  }
}
