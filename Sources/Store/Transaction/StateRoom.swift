/// The bytes that one part of the states of many customers may take. Once they are used up, nobody after the customer in
/// hand is let in.
struct StateRoom {
  private var left: Int
  private let admitsFirst: Bool
  /// Customers before this place are let in.
  private(set) var end: Int

  /// - Parameter admitsFirst: whether the first customer is let in whatever it takes.
  init(bytes: Int, count: Int, admitsFirst: Bool) {
    self.admitsFirst = admitsFirst
    left = bytes
    end = count
  }

  /// Whether what is read of the customer at this place is to be kept. Places do not go down.
  mutating func admits(_ place: Int, _ bytes: Int) -> Bool {
    guard place < end else { return false }
    left -= bytes
    guard left < 0, place > 0 || !admitsFirst else { return true }
    end = place
    return false
  }
}
