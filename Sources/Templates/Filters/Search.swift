/// Substring search in linear time for any input (Knuth, Morris and Pratt).
struct Search {
  let pattern: [UInt8]
  private let failure: [Int]

  init(_ text: String) { self.init(Array(text.utf8)) }

  private init(_ pattern: [UInt8]) {
    self.pattern = pattern
    var failure = [Int](repeating: 0, count: pattern.count)
    var length = 0
    for index in pattern.indices.dropFirst() {
      while length > 0, pattern[index] != pattern[length] { length = failure[length - 1] }
      if pattern[index] == pattern[length] { length += 1 }
      failure[index] = length
    }
    self.failure = failure
  }

  /// The first match at or after `start`; an empty pattern matches at once.
  func first(in bytes: [UInt8], from start: Int = 0) -> Int? {
    guard !pattern.isEmpty else { return start }
    var matched = 0
    var position = start
    while position < bytes.count {
      if bytes[position] == pattern[matched] {
        matched += 1
        position += 1
        if matched == pattern.count { return position - matched }
      } else if matched > 0 {
        matched = failure[matched - 1]
      } else {
        position += 1
      }
    }
    return nil
  }

  /// The last match; an empty pattern matches at the end.
  func last(in bytes: [UInt8]) -> Int? {
    guard !pattern.isEmpty else { return bytes.count }
    return Search(pattern.reversed()).first(in: bytes.reversed()).map { bytes.count - $0 - pattern.count }
  }

  func isFound(in text: String) -> Bool { first(in: Array(text.utf8)) != nil }
}
