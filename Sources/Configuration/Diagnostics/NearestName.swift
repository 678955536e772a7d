/// What somebody probably meant.
package enum NearestName {
  /// The candidate that `name` most resembles, or `nil` when none is close: one slip in a short name, one in
  /// three characters of a long one; a swap of neighbours is one slip. Case and the difference of `-` and `_`
  /// count half. `slips` allows no more than so many in a long name either.
  package static func nearest(
    to name: String, among candidates: some Sequence<String>, slips: Int = .max
  ) -> String? {
    let bytes = Array(name.utf8)
    guard (1...80).contains(bytes.count) else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.utf8)
      let limit = 2 * min(slips, max(1, min(bytes.count, other.count) / 3))
      guard abs(other.count - bytes.count) * 2 <= limit else { continue }
      let distance = distance(bytes, other)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// `did you mean 'x'?` for the nearest candidate.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean '\($0)'?" }
  }

  /// Twice the number of slips (optimal string alignment).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
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

  private static func substitution(_ a: UInt8, _ b: UInt8) -> Int {
    if a == b { return 0 }
    let isCase = a ^ b == 0x20 && (65...90).contains(a & 0xDF)
    let isDash = (a == 0x2D && b == 0x5F) || (a == 0x5F && b == 0x2D)
    return isCase || isDash ? 1 : 2
  }
}
