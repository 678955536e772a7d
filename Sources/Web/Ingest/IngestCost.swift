/// The estimated memory cost of a body, from unpacking until its contents are stored: far more than its text,
/// above all for short text with many values.
enum IngestCost {
  /// For all bodies in progress together.
  static let room = 36 << 20
  /// After a body above this cost, the freed memory is returned to the system at once.
  static let peak = 4 << 20

  /// The text, its decoded form, and its encoded form.
  private static let ofByte = 3
  /// As JSON, as a decoded value, and as rows.
  private static let ofValue = 96

  /// The maximum cost of any body of `bytes` bytes.
  static func most(_ bytes: Int) -> Int { cost(bytes, values: bytes * ofList) }

  /// An object or a list costs as much as this many values, not counting its contents.
  private static let ofList = 3

  /// Counts values by the separators before them. Separators inside strings count too, so this is an upper
  /// bound.
  static func of(_ body: [UInt8]) -> Int {
    cost(body.count, values: 1 + body.withUnsafeBytes { openings(in: $0) })
  }

  /// The number of commas, plus opening brackets and braces, which count `ofList` times. Works on eight bytes
  /// at a time, since every body passes here.
  private static func openings(in bytes: UnsafeRawBufferPointer) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    /// Sets the highest bit of each byte that is zero, and clears all others.
    func zeroes(_ word: UInt64) -> UInt64 { ~(((word & low) &+ low) | word | low) }

    var count = 0
    var index = 0
    while bytes.count - index >= 8 {
      // Eight counters of a byte each, up to 255.
      var counts: UInt64 = 0
      for _ in 0..<min(255 / ofList, (bytes.count - index) / 8) {
        let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let commas = zeroes(word ^ (ones &* 0x2C))
        // Opening bracket and brace differ in one bit.
        let brackets = zeroes((word | (ones &* 0x20)) ^ (ones &* 0x7B))
        counts &+= (commas >> 7) &+ (brackets >> 7) &* UInt64(ofList)
        index += 8
      }
      for place in 0..<8 { count += Int(counts >> UInt64(8 * place) & 0xFF) }
    }
    for byte in bytes[index...] { count += byte == 0x2C ? 1 : byte | 0x20 == 0x7B ? ofList : 0 }
    return count
  }

  /// Decoding stops at the first value over the limit.
  private static func cost(_ bytes: Int, values: Int) -> Int {
    bytes * ofByte + min(values, JSONLimits().values + 1) * ofValue
  }
}
