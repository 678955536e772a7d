internal import Glibc

/// Distinct texts, numbered from 0 in order of appearance.
///
/// All are in one buffer: a million short texts take only a few bytes more than their length.
struct InternedTexts: Sendable {
  private var bytes: [UInt8] = []
  /// The end of each text.
  private var ends: [UInt32] = []
  private var slots = HashSlots()

  var count: Int { ends.count }

  /// The number of `text`, which is added if it is new.
  mutating func number(of text: UnsafeRawBufferPointer) -> Int {
    let (bytes, ends) = (bytes, ends)
    let found = slots.number(of: HashSlots.hash(text), orInsert: ends.count) { number in
      Self.withBytes(number, bytes, ends) { Self.equal($0, text) }
    }
    if found.isNew { append(text) }
    return found.number
  }

  private mutating func append(_ text: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: text)
    ends.append(UInt32(bytes.count))
  }

  static func equal(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count, let start = a.baseAddress, let other = b.baseAddress else {
      return a.count == b.count
    }
    return memcmp(start, other, a.count) == 0
  }

  func withBytes<R>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try Self.withBytes(number, bytes, ends, body)
  }

  private static func withBytes<R>(
    _ number: Int, _ bytes: [UInt8], _ ends: [UInt32], _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    let start = number == 0 ? 0 : Int(ends[number - 1])
    return try bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[start..<Int(ends[number])]))
    }
  }

  subscript(number: Int) -> String { withBytes(number) { String(decoding: $0, as: UTF8.self) } }

  /// Renumbers the texts so that neighbours in an index are consecutive; none may be added afterwards. -
  /// Returns: the new number of each.
  ///
  /// Sorts by the first eight bytes after the common prefix: enough to walk an index from end to end, and
  /// much cheaper than comparing whole texts.
  mutating func seal() -> [UInt32] {
    slots = HashSlots()
    let shared = sharedPrefix()
    var order = (0..<count).map { number in
      withBytes(number) { text in
        var key: UInt64 = 0
        for place in shared..<shared + 8 { key = key << 8 | UInt64(place < text.count ? text[place] : 0) }
        return (key: key, number: UInt32(number))
      }
    }
    order.sort { $0.key < $1.key }
    var newNumbers = [UInt32](repeating: 0, count: count)
    var sorted = InternedTexts()
    sorted.bytes.reserveCapacity(bytes.count)
    sorted.ends.reserveCapacity(count)
    for (place, entry) in order.enumerated() {
      newNumbers[Int(entry.number)] = UInt32(place)
      withBytes(Int(entry.number)) { sorted.append($0) }
    }
    self = sorted
    return newNumbers
  }

  /// The length of the prefix shared by all texts.
  private func sharedPrefix() -> Int {
    guard count > 0 else { return 0 }
    return withBytes(0) { first in
      var length = first.count
      for number in 1..<max(count, 1) where length > 0 {
        withBytes(number) { text in
          var same = 0
          while same < min(length, text.count), text[same] == first[same] { same += 1 }
          length = same
        }
      }
      return length
    }
  }
}
