/// Encodes text of any script as the ASCII words of RFC 2047.
///
/// Uses `B` or `Q`, whichever is shorter for the whole text. A word has at most 75 bytes, a line at most 76,
/// and no word splits a character.
enum EncodedWords {
  /// Appends `text`; `column` is the width already used on the current line.
  ///
  /// Folds lines with CRLF and one space. Returns the column after the last byte.
  static func append(_ text: String, column: Int, to out: inout [UInt8]) -> Int {
    var text = text
    return text.withUTF8 { bytes in
      var quotedLength = 0
      for byte in bytes { quotedLength += quotedWidth(byte) }
      let useBase64 = (bytes.count + 2) / 3 * 4 < quotedLength
      // A word holds at least one character of up to four bytes.
      let leastRoom = useBase64 ? 8 : 12
      var column = column
      var start = 0
      while start < bytes.count {
        if start > 0 || lineLimit - column - overhead < leastRoom { fold(&out, &column) }
        let room = min(wordLimit, lineLimit - column) - overhead
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        let (taken, width) =
          useBase64 ? appendBase64(rest, room: room, to: &out) : appendQuoted(rest, room: room, to: &out)
        column += overhead + width
        start += taken
      }
      return column
    }
  }

  private static let overhead = 12  // =?utf-8?B? and ?=
  private static let lineLimit = 76
  private static let wordLimit = 75

  /// Appends the longest word from the start of `bytes` that fits; returns how many bytes it took and its
  /// encoded width.
  private static func appendBase64(
    _ bytes: UnsafeBufferPointer<UInt8>, room: Int, to out: inout [UInt8]
  ) -> (taken: Int, width: Int) {
    let end = boundary(bytes, from: 0, atMost: room / 4 * 3)
    out.append(literal: "=?utf-8?B?")
    Base64.append(UnsafeBufferPointer(rebasing: bytes[..<end]), to: &out)
    out.append(literal: "?=")
    return (end, (end + 2) / 3 * 4)
  }

  /// Appends the longest quoted word that fits.
  private static func appendQuoted(
    _ bytes: UnsafeBufferPointer<UInt8>, room: Int, to out: inout [UInt8]
  ) -> (taken: Int, width: Int) {
    out.append(literal: "=?utf-8?Q?")
    var taken = 0
    var used = 0
    while taken < bytes.count {
      let end = boundary(bytes, from: taken, atMost: 1)
      var width = 0
      for byte in bytes[taken..<end] { width += quotedWidth(byte) }
      guard used + width <= room else { break }
      for byte in bytes[taken..<end] {
        switch byte {
        case 0x20: out.append(UInt8(ascii: "_"))
        case _ where quotedWidth(byte) == 1: out.append(byte)
        default:
          out.append(UInt8(ascii: "="))
          Hex.appendCapitals(byte, to: &out)
        }
      }
      used += width
      taken = end
    }
    out.append(literal: "?=")
    return (taken, used)
  }

  /// The end of the longest run of whole characters within `limit` bytes, but at least one character.
  private static func boundary(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, atMost limit: Int
  ) -> Int {
    var end = min(start + max(limit, 1), bytes.count)
    while end > start, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    guard end == start else { return end }
    end = start + 1
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  /// Only what RFC 2047 5(3) allows in a phrase stays unencoded, so that the result is valid in every header.
  private static func quotedWidth(_ byte: UInt8) -> Int {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, UInt8(ascii: "!"), UInt8(ascii: "*"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"):
      1
    default: 3
    }
  }

  private static func fold(_ out: inout [UInt8], _ column: inout Int) {
    out.append(literal: "\r\n ")
    column = 1
  }
}

extension [UInt8] {
  /// Appends the bytes of a literal of more than one character.
  @inline(__always)
  mutating func append(literal: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }
}
