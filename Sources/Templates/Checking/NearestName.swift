/// The known name closest to a misspelt one, or `nil` when none is close enough to be meant.
///
/// Close enough: one edit in up to five letters, two in up to eight, else three; swapped neighbours count as one edit.
/// Among equals the alphabetically first wins, so that messages do not depend on the order of `candidates`.
func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().utf8.prefix(64))
  let allowed = wanted.count <= 2 ? 0 : wanted.count <= 5 ? 1 : wanted.count <= 8 ? 2 : 3
  var best: (distance: Int, name: String)?
  for candidate in candidates {
    let other = Array(candidate.lowercased().utf8)
    guard abs(other.count - wanted.count) <= allowed else { continue }
    let distance = editDistance(wanted, other)
    guard distance <= allowed else { continue }
    if let best, (best.distance, best.name) <= (distance, candidate) { continue }
    best = (distance, candidate)
  }
  return best?.name
}

/// `"; did you mean 'x'?"`, or nothing when no name is near.
func suggestion(for name: String, among candidates: some Sequence<String>) -> String {
  nearestName(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
}

private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var current = [i + 1]
    for (j, y) in b.enumerated() {
      var cost = min(current[j] + 1, last[j + 1] + 1, last[j] + (x == y ? 0 : 1))
      if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, beforeLast[j - 1] + 1) }
      current.append(cost)
    }
    (beforeLast, last) = (last, current)
  }
  return last[b.count]
}
