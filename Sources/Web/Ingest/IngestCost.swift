/// What a body takes of the memory from when it is unpacked until what is in it is stored: far more than its text, and a
/// small text of many values most of all.
enum IngestCost {
  /// For all bodies that are worked on at once.
  static let room = 36 << 20
  /// The memory that a body of so much has left behind is given back at once.
  static let peak = 4 << 20

  /// The text, what is read from it, what is written of it.
  private static let ofByte = 3
  /// As JSON, as a value, as rows.
  private static let ofValue = 96

  /// The highest cost of any body of `bytes` bytes.
  static func most(_ bytes: Int) -> Int { cost(bytes, values: bytes * ofList) }

  /// An object or a list costs as much as this many values, not counting its contents.
  private static let ofList = 3

  /// Values are told by what stands before each, which may stand in texts too.
  static func of(_ body: [UInt8]) -> Int {
    cost(body.count, values: 1 + body.withUnsafeBytes { openings(in: $0) })
  }

  /// How many commas there are, and opening brackets and braces, which count `ofList` times: eight bytes at a time, for
  /// every body passes here.
  private static func openings(in bytes: UnsafeRawBufferPointer) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    /// The highest bit of each byte that is zero; the others are clear.
    func zeroes(_ word: UInt64) -> UInt64 { ~(((word & low) &+ low) | word | low) }

    var count = 0
    var index = 0
    while bytes.count - index >= 8 {
      // A count for each of eight places, each up to 255.
      var counts: UInt64 = 0
      for _ in 0..<min(255 / ofList, (bytes.count - index) / 8) {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let commas = zeroes(word ^ (ones &* 0x2C))
        // A bracket and a brace differ in one bit.
        let brackets = zeroes((word | (ones &* 0x20)) ^ (ones &* 0x7B))
        counts &+= (commas >> 7) &+ (brackets >> 7) &* UInt64(ofList)
        index += 8
      }
      for place in 0..<8 { count += Int(counts >> UInt64(8 * place) & 0xFF) }
    }
    for byte in bytes[index...] { count += byte == 0x2C ? 1 : byte | 0x20 == 0x7B ? ofList : 0 }
    return count
  }

  /// Reading ends with the value that is one too many.
  private static func cost(_ bytes: Int, values: Int) -> Int {
    bytes * ofByte + min(values, JSONLimits().values + 1) * ofValue
  }
}
