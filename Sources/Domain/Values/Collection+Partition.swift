extension RandomAccessCollection {
  /// The first index whose element satisfies the condition, or the end if none does; the collection must be
  /// partitioned so that all elements after it do too. Binary search.
  package func partitionIndex(where isBehind: (Element) -> Bool) -> Index {
    // Most insertions are at the end.
    if let last = indices.last, !isBehind(self[last]) { return endIndex }
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if isBehind(self[middle]) { high = middle } else { low = index(after: middle) }
    }
    return low
  }
}
