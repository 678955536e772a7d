/// Text for a single header line.
enum HeaderText {
  /// Replaces every run of white space and control characters with one space, and trims the ends: a line
  /// break in a customer's name must not start another header, nor a second line in a mail program.
  static func oneLine(_ text: String) -> String {
    if isOneLine(text.utf8.span) { return text }
    var result = String.UnicodeScalarView()
    var pending = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0...0x20, 0x7F...0x9F, 0x2028, 0x2029: pending = !result.isEmpty
      default:
        if pending { result.append(" ") }
        pending = false
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// Whether nothing needs to be replaced, as for nearly every text. May be false for some texts that are
  /// fine.
  private static func isOneLine(_ text: Span<UInt8>) -> Bool {
    var previous = UInt8(ascii: " ")
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case 0x20: if previous == 0x20 { return false }
      case 0..<0x20, 0x7F: return false
      // After C2 this is a C1 control character, not a letter; after E2 80 (next case), a line separator, not
      // a dash.
      case 0x80...0x9F: if previous == 0xC2 { return false }
      case 0xA8, 0xA9: if previous == 0x80, index > 1, text[index - 2] == 0xE2 { return false }
      default: break
      }
      previous = byte
    }
    return text.isEmpty || previous != 0x20
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String {
    guard let first = utf8.firstIndex(where: { !Self.isSpace($0) }),
      let last = utf8.lastIndex(where: { !Self.isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
