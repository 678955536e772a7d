/// The bytes that one part of the states of many customers may take. Once they are used up, nobody after the customer in
/// hand is let in; the first customer always is.
struct StateRoom {
  private var left: Int
  /// Customers before this place are let in.
  private(set) var end: Int

  init(bytes: Int, count: Int) {
    left = bytes
    end = count
  }

  /// Whether what is read of the customer at this place is to be kept. Places do not go down.
  mutating func admits(_ place: Int, _ bytes: Int) -> Bool {
    guard place < end else { return false }
    left -= bytes
    guard left < 0, place > 0 else { return true }
    end = place
    return false
  }
}
