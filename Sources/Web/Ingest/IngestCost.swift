internal import Platform

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

  /// Of any body of so many bytes.
  static func most(_ bytes: Int) -> Int { cost(bytes, values: bytes) }

  /// Values are told by what stands before each, which may stand in texts too.
  static func of(_ body: [UInt8]) -> Int {
    cost(body.count, values: 1 + body.withUnsafeBytes { openings(in: $0) })
  }

  /// How many commas and opening brackets and braces there are; 32 bytes at a time, for every body passes here.
  private static func openings(in bytes: UnsafeRawBufferPointer) -> Int {
    func isOpening(_ byte: UInt8) -> Bool { byte == 0x2C || byte | 0x20 == 0x7B }
    var count = 0
    var index = 0
    while bytes.count - index >= 32 {
      var hits = SIMD32<UInt8>()
      // A lane counts to 255.
      for _ in 0..<min(255, (bytes.count - index) / 32) {
        let block = bytes.loadUnaligned(fromByteOffset: index, as: SIMD32<UInt8>.self)
        let isHit = (block .== 0x2C) .| ((block | 0x20) .== 0x7B)
        hits.replace(with: hits &+ 1, where: isHit)
        index += 32
      }
      count += Int(SIMD32<UInt16>(truncatingIfNeeded: hits).wrappedSum())
    }
    for byte in bytes[index...] where isOpening(byte) { count += 1 }
    return count
  }

  /// Reading ends with the value that is one too many.
  private static func cost(_ bytes: Int, values: Int) -> Int {
    bytes * ofByte + min(values, JSONLimits().values + 1) * ofValue
  }
}
