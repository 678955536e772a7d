/// Identifies what a tally counts, by a digest of its definition: another definition has another tally.
package struct TallyID: Hashable, Comparable, Sendable {
  package let rawValue: String
  package init(_ rawValue: String) { self.rawValue = rawValue }
  package static func < (a: TallyID, b: TallyID) -> Bool { a.rawValue < b.rawValue }
}

/// When a customer did something, for counting within windows without reading the events again.
package struct Tally: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    package var at: Instant
    /// What is summed up; 0 where only the times count.
    package var amount: Double

    package init(at: Instant, amount: Double = 0) {
      self.at = at
      self.amount = amount
    }
  }

  /// The newest ones, oldest first.
  package private(set) var entries: [Entry]

  /// - Parameter entries: oldest first.
  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// Adds an entry; of more than `limit` the oldest are dropped.
  ///
  /// - Returns: whether it was kept.
  @discardableResult
  package mutating func insert(_ entry: Entry, limit: Int) -> Bool {
    let place = entries.partitionIndex { entry.at < $0.at }
    if entries.count >= limit {
      guard place > 0 else { return false }
      entries.insert(entry, at: place)
      entries.removeFirst(entries.count - limit)
    } else {
      entries.insert(entry, at: place)
    }
    return true
  }

  /// Drops everything up to an instant.
  package mutating func drop(upTo instant: Instant) {
    let count = entries.partitionIndex { $0.at > instant }
    if count > 0 { entries.removeFirst(count) }
  }
}
