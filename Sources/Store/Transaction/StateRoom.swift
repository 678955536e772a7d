/// A budget of bytes for one part of many customers' states. Once it is used up, no customer after the
/// current one is admitted.
struct StateRoom {
  private var left: Int
  private let admitsFirst: Bool
  /// Customers before this position are admitted.
  private(set) var end: Int

  /// - Parameter admitsFirst: whether the first customer is admitted at any size.
  init(bytes: Int, count: Int, admitsFirst: Bool) {
    self.admitsFirst = admitsFirst
    left = bytes
    end = count
  }

  /// Whether to keep a row of the customer at this position. Positions must not decrease.
  mutating func admits(_ place: Int, _ bytes: Int) -> Bool {
    guard place < end else { return false }
    left -= bytes
    guard left < 0, place > 0 || !admitsFirst else { return true }
    end = place
    return false
  }
}
