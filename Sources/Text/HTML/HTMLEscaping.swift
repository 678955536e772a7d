/// Makes text safe inside HTML by replacing `& < > " '`. Enough between tags and in quoted attributes, but
/// not in scripts, styles or URLs.
package enum HTMLEscaping {
  package static func escape(_ text: String) -> String {
    guard text.utf8.contains(where: { replacement($0) != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(text, replacing: replacement)
  }

  /// The escape for a byte; `nil` if it needs none.
  @inlinable
  package static func replacement(_ byte: UInt8) -> StaticString? {
    // Nearly all bytes need no escape; the mask has a bit for each that does.
    let special: UInt64 = 1 << 0x22 | 1 << 0x26 | 1 << 0x27 | 1 << 0x3C | 1 << 0x3E
    guard byte < 64, special >> UInt64(byte) & 1 == 1 else { return nil }
    return switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}

extension [UInt8] {
  /// Appends `text` escaped; runs that need no escape are copied whole.
  @inlinable
  package mutating func append(_ text: String, replacing replacement: (UInt8) -> StaticString?) {
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      for index in bytes.indices {
        guard let other = replacement(bytes[index]) else { continue }
        append(contentsOf: bytes[start..<index])
        other.withUTF8Buffer { append(contentsOf: $0) }
        start = index + 1
      }
      append(contentsOf: bytes[start...])
    }
  }
}
