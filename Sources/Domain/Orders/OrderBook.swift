/// A summary of all orders of a customer who has too many to load.
///
/// Kept next to the orders, in the transaction that changes them, and rebuilt from them whenever it is
/// missing: it holds nothing that they do not.
package struct OrderBook: Equatable, Sendable {
  /// A placed order, and whether it stands.
  package struct Entry: Equatable, Sendable {
    package var id: String
    package var placedAt: Instant
    package var stands: Bool

    package init(id: String, placedAt: Instant, stands: Bool) {
      self.id = id
      self.placedAt = placedAt
      self.stands = stands
    }

    func precedes(_ other: Entry) -> Bool {
      placedAt == other.placedAt
        ? id.utf8.lexicographicallyPrecedes(other.id.utf8) : placedAt < other.placedAt
    }
  }

  /// The number of placed orders.
  package var placed = 0
  /// How many of them stand.
  package var standing = 0
  /// How many of the standing ones are in `currency`.
  package var paid = 0
  /// Their total, less refunds.
  package var value: Money
  /// The oldest orders, in order, without gaps.
  package var first: [Entry] = []
  /// The newest orders, in order, without gaps.
  package var last: [Entry] = []
  /// The oldest standing one; `nil` if there is none, or it is no longer known.
  package var firstStanding: Entry?
  /// The newest standing one; `nil` if there is none, or it is no longer known.
  package var lastStanding: Entry?
  /// Whether the store has it in this state.
  package var isStored = false

  /// A customer with more orders has a book.
  package static let threshold = 32
  package static let firstCount = 4
  package static let lastCount = 16

  package init(currency: Currency) { value = Money(minorUnits: 0, currency: currency) }

  /// Applies a new or changed order.
  ///
  /// - Parameter old: its previous state; `nil` for a new one.
  package mutating func replace(_ old: Order?, with new: Order) {
    isStored = false
    let (before, after) = (old.flatMap { Entry($0) }, Entry(new))
    var (staysFirst, staysLast) = (false, false)
    if let old { count(old, -1) }
    if let before {
      // If it moves towards the near end of a list that has it, nothing can be between.
      let isIn = (Self.remove(before.id, from: &first), Self.remove(before.id, from: &last))
      staysFirst = isIn.0 && after.map { !before.precedes($0) } ?? false
      staysLast = isIn.1 && after.map { !$0.precedes(before) } ?? false
    }
    // A changed order may now be beyond the lists; they become shorter then, and remain without gaps.
    if let after {
      let (hasFirst, hasLast) = (first.count >= placed, last.count >= placed)
      Self.insert(after, into: &first, isWhole: hasFirst || staysFirst, atEnd: false)
      Self.insert(after, into: &last, isWhole: hasLast || staysLast, atEnd: true)
    }
    count(new, 1)
    stand(before, after)
  }

  /// - Returns: whether it was in the list.
  private static func remove(_ id: String, from list: inout [Entry]) -> Bool {
    let count = list.count
    list.removeAll { $0.id.hasSameBytes(as: id) }
    return list.count < count
  }

  /// Whether its lists have shrunk so far that it must be rebuilt: they never grow back.
  package var isShort: Bool {
    first.count < min(Self.firstCount, placed) || last.count < min(Self.lastCount / 2, placed)
      || standing > 0 && (firstStanding == nil || lastStanding == nil)
  }

  /// Updates the first and last standing order, after the rest.
  private mutating func stand(_ before: Entry?, _ after: Entry?) {
    let standing = after.flatMap { $0.stands ? $0 : nil }
    if let before, firstStanding?.id == before.id {
      let isStill = standing.map { !before.precedes($0) } ?? false
      firstStanding = isStill ? standing : first.first(where: \.stands)
    }
    if let before, lastStanding?.id == before.id {
      let isStill = standing.map { !$0.precedes(before) } ?? false
      lastStanding = isStill ? standing : last.last(where: \.stands)
    }
    guard let standing else { return }
    if self.standing == 1 { (firstStanding, lastStanding) = (standing, standing) }
    if let known = firstStanding, standing.precedes(known) { firstStanding = standing }
    if let known = lastStanding, known.precedes(standing) { lastStanding = standing }
  }

  private mutating func count(_ order: Order, _ step: Int) {
    guard order.placedAt != nil else { return }
    placed += step
    guard order.stands else { return }
    standing += step
    guard order.total.currency == value.currency else { return }
    paid += step
    let worth = order.worth
    value.minorUnits =
      step > 0
      ? value.minorUnits.addingReportingOverflow(worth).partialValue
      : value.minorUnits.subtractingReportingOverflow(worth).partialValue
  }

  /// - Parameters:
  ///   - isWhole: whether no order missing in the list can be adjacent.
  ///   - atEnd: whether the list has the newest ones.
  private static func insert(_ entry: Entry, into list: inout [Entry], isWhole: Bool, atEnd: Bool) {
    let place = list.firstIndex { entry.precedes($0) } ?? list.endIndex
    // There may be others between it and the list's far end.
    if !isWhole, place == (atEnd ? list.startIndex : list.endIndex) { return }
    list.insert(entry, at: place)
    if atEnd, list.count > lastCount { list.removeFirst() }
    if !atEnd, list.count > firstCount { list.removeLast() }
  }
}

extension OrderBook.Entry {
  /// `nil` for an order that was not placed yet.
  init?(_ order: Order) {
    guard let placedAt = order.placedAt else { return nil }
    self.init(id: order.id, placedAt: placedAt, stands: order.stands)
  }
}
