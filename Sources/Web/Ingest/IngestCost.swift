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
    let values = body.withUnsafeBufferPointer { bytes in
      var count = 1
      // Without a branch, so that many bytes are compared at once: every body of every request passes here.
      for byte in bytes { count &+= (byte == 0x2C) || (byte == 0x5B) || (byte == 0x7B) ? 1 : 0 }
      return count
    }
    return cost(body.count, values: values)
  }

  /// Reading ends with the value that is one too many.
  private static func cost(_ bytes: Int, values: Int) -> Int {
    bytes * ofByte + min(values, JSONLimits().values + 1) * ofValue
  }
}
