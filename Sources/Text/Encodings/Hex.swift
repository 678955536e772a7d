/// Bytes as hexadecimal digits (RFC 4648 section 8): written in lower case unless the format wants capitals,
/// read in either case.
package enum Hex {
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    var result: [UInt8] = []
    for byte in bytes { append(byte, to: &result) }
    return String(decoding: result, as: UTF8.self)
  }

  package static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(digit(byte >> 4))
    bytes.append(digit(byte & 15))
  }

  /// Appends two capital digits, as URLs and mail write escapes (RFC 3986 section 2.1, RFC 2045 section 6.7).
  package static func appendCapitals(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(capital(byte >> 4))
    bytes.append(capital(byte & 15))
  }

  /// Returns `nil` if the length is odd or a character is not a hexadecimal digit.
  package static func bytes(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for byte in text.utf8 {
      guard let value = value(of: byte) else { return nil }
      if let first = high {
        result.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil ? result : nil
  }

  /// The value of one hexadecimal digit; `nil` for any other byte.
  package static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  // `value` must be below 16.
  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
  private static func capital(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
}
