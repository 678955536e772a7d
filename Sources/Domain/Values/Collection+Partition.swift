extension RandomAccessCollection {
  /// The first place whose element, and with it all that follow, fulfils the condition; the end where none does. The
  /// elements that do not fulfil it stand before all that do. Takes about as many looks as the count has binary digits.
  package func partitionIndex(where isBehind: (Element) -> Bool) -> Index {
    // Most of what is put in its place is the newest.
    if let last = indices.last, !isBehind(self[last]) { return endIndex }
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if isBehind(self[middle]) { high = middle } else { low = index(after: middle) }
    }
    return low
  }
}
