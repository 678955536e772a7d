/// Percent-encoding in URLs and forms.
package enum PercentEncoding {
  /// Encodes everything but letters, digits and `-._~` as the `%XX` of its UTF-8 (RFC 3986 section 2.3).
  ///
  /// - Parameter spaceAsPlus: whether a space becomes `+`, as in a form body
  ///   (application/x-www-form-urlencoded).
  package static func encode(_ text: String, spaceAsPlus: Bool = false) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
      case 0x20 where spaceAsPlus: result.append(UInt8(ascii: "+"))
      default:
        result.append(UInt8(ascii: "%"))
        Hex.appendCapitals(byte, to: &result)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Decodes `%XX` only, not `+`; `nil` if a `%` is not followed by two hexadecimal digits or the result is not UTF-8.
  package static func decode(_ text: some StringProtocol) -> String? {
    let utf8 = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(utf8.count)
    var i = 0
    while i < utf8.count {
      switch utf8[i] {
      case UInt8(ascii: "%"):
        guard i + 2 < utf8.count, let high = Hex.value(of: utf8[i + 1]), let low = Hex.value(of: utf8[i + 2])
        else {
          return nil
        }
        result.append(high << 4 | low)
        i += 2
      case let byte: result.append(byte)
      }
      i += 1
    }
    return String(validating: result, as: UTF8.self)
  }
}
