/// A prefix code as a table over its next bits.
struct HuffmanTable: Sendable {
  /// One entry for each value of the next `width` bits: symbol << 4 | length, 0 where no code stands.
  private let entries: [UInt16]
  private let mask: UInt64

  /// - Parameters:
  ///   - lengths: bits of the code of each symbol, 0 for one that does not occur.
  ///   - allowsIncomplete: whether a single code of one bit, or none at all, may leave bits without
  ///     meaning, as zlib writes it for blocks with one distance.
  init(_ lengths: ArraySlice<UInt8>, allowsIncomplete: Bool) throws(InflateError) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    let width = counts.lastIndex { $0 > 0 } ?? 1
    // Kraft: the codes must fill all bit patterns exactly.
    var free = 1
    for length in 1...15 {
      free = free * 2 - counts[length]
      guard free >= 0 else { throw .damaged }
    }
    let used = counts.reduce(0, +)
    guard free == 0 || allowsIncomplete && (used == 0 || used == 1 && counts[1] == 1) else { throw .damaged }

    var firstCodes = [Int](repeating: 0, count: 16)
    for length in 1..<15 { firstCodes[length + 1] = (firstCodes[length] + counts[length]) << 1 }
    var entries = [UInt16](repeating: 0, count: 1 << width)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let code = firstCodes[Int(length)]
      firstCodes[Int(length)] += 1
      // Codes come highest bit first, the table is looked up lowest bit first.
      var index = 0
      for bit in 0..<Int(length) where code >> bit & 1 == 1 { index |= 1 << (Int(length) - 1 - bit) }
      let entry = UInt16(symbol << 4) | UInt16(length)
      while index < entries.count {
        entries[index] = entry
        index += 1 << Int(length)
      }
    }
    self.entries = entries
    mask = UInt64(entries.count - 1)
  }

  @inline(__always)
  func lookup(_ bits: UInt64) -> Int {
    entries.withUnsafeBufferPointer { Int($0[Int(truncatingIfNeeded: bits & mask)]) }
  }

  // RFC 1951 section 3.2.6; the lengths fill their codes exactly, so neither can throw.
  static let fixedLiterals = try! HuffmanTable(
    (Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
      + Array(repeating: 8, count: 8))[...], allowsIncomplete: false)
  static let fixedDistances = try! HuffmanTable(Array(repeating: 5, count: 32)[...], allowsIncomplete: false)
}
