/// Base64 with the alphabet that is safe in URLs and without padding (RFC 4648, section 5), for tokens.
package enum Base64URL {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// No bytes give the empty text.
  package static func encode(_ bytes: Span<UInt8>) -> String {
    String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { buffer in
      var count = 0
      var bits: UInt32 = 0
      var pending = 0
      for index in bytes.indices {
        bits = bits << 8 | UInt32(bytes[index])
        pending += 8
        while pending >= 6 {
          pending -= 6
          buffer[count] = alphabet[Int(bits >> UInt32(pending) & 63)]
          count += 1
        }
      }
      if pending > 0 {
        buffer[count] = alphabet[Int(bits << UInt32(6 - pending) & 63)]
        count += 1
      }
      return count
    }
  }

  package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

  /// Strict, so that each token has one spelling: `nil` for padding, white space, `+`, `/`, any other byte, a
  /// length that no encoding has, and bits left over that are not zero.
  package static func decode(_ text: String) -> [UInt8]? {
    let input = text.utf8.span
    guard input.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(input.count * 3 / 4)
    var bits: UInt32 = 0
    var pending = 0
    for index in input.indices {
      guard let value = value(of: input[index]) else { return nil }
      bits = bits << 6 | value
      pending += 6
      if pending >= 8 {
        pending -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
      }
    }
    return bits & (1 << UInt32(pending) - 1) == 0 ? bytes : nil
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
