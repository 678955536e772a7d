/// The encoding of a part of a mail, chosen so that every server passes it on unchanged.
enum BodyEncoding: String, Sendable {
  case sevenBit = "7bit"
  case quotedPrintable = "quoted-printable"
  case base64

  /// The smallest encoding with short lines and 7-bit bytes: `sevenBit` for ASCII with lines of at most 78
  /// bytes (RFC 5322 2.1.1), else the smaller of the other two.
  static func choose(_ bytes: UnsafeBufferPointer<UInt8>) -> BodyEncoding {
    var escaped = 0
    var plain = true
    var line = 0
    var longest = 0
    for byte in bytes {
      switch byte {
      case 0x0A, 0x0D:
        if line > longest { longest = line }
        line = 0
      case 0x20...0x7E:
        line += 1
        if byte == UInt8(ascii: "=") { escaped += 1 }
      case 0x09: line += 1
      default:
        line += 1
        escaped += 1
        plain = false
      }
    }
    longest = max(longest, line)
    if plain, longest <= 78 { return .sevenBit }
    // Quoted-printable adds two bytes per escape; Base64 adds a third of the size and its line ends.
    return escaped * 2 > bytes.count * 37 / 100 ? .base64 : .quotedPrintable
  }

  /// Appends `bytes` in this encoding, with every line end (`\n`, `\r`, `\r\n`) as CRLF, and a CRLF at the
  /// end.
  func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    switch self {
    case .sevenBit: Self.appendLines(bytes, to: &out)
    case .quotedPrintable: QuotedPrintable.append(bytes, to: &out)
    case .base64:
      if Self.hasOnlyCRLF(bytes) {
        Base64.append(bytes, lineLength: 76, to: &out)
      } else {
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count + bytes.count / 16)
        Self.appendLines(bytes, to: &lines)
        lines.withUnsafeBufferPointer { Base64.append($0, lineLength: 76, to: &out) }
      }
    }
  }

  private static func hasOnlyCRLF(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == 0x0A) != (previous == 0x0D) { return false }
      previous = byte
    }
    return previous == 0x0A
  }

  private static func appendLines(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    var start = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x0A || byte == 0x0D else {
        position += 1
        continue
      }
      out.append(contentsOf: bytes[start..<position])
      out.append(literal: "\r\n")
      if byte == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
      position += 1
      start = position
    }
    if start < bytes.count {
      out.append(contentsOf: bytes[start...])
      out.append(literal: "\r\n")
    }
  }
}

/// Quoted-printable for text (RFC 2045 6.7): lines of at most 76 bytes, CRLF at every line end.
///
/// A dot at the start of a line is escaped too, so that no server takes it for the end of the mail.
enum QuotedPrintable {
  static func append(_ bytes: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    out.reserveCapacity(out.count + bytes.count + bytes.count / 8)
    var column = 0
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x0A || byte == 0x0D {
        out.append(literal: "\r\n")
        column = 0
        if byte == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
        position += 1
        continue
      }
      let next = position + 1 < bytes.count ? bytes[position + 1] : 0x0A
      let endsLine = next == 0x0A || next == 0x0D
      let literal: Bool
      switch byte {
      case UInt8(ascii: "="): literal = false
      case UInt8(ascii: "."): literal = column != 0
      case 0x21...0x7E: literal = true
      case 0x20, 0x09: literal = !endsLine
      default: literal = false
      }
      let width = literal ? 1 : 3
      // The last byte of a line may fill column 76; others leave room for the soft break.
      if column + width > (endsLine ? 76 : 75) {
        out.append(literal: "=\r\n")
        column = 0
        continue
      }
      if literal {
        out.append(byte)
      } else {
        out.append(UInt8(ascii: "="))
        Hex.appendCapitals(byte, to: &out)
      }
      column += width
      position += 1
    }
    if column > 0 { out.append(literal: "\r\n") }
  }
}
