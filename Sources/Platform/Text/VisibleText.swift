/// Makes untrusted text safe to display: invisible characters, and those that repaint a terminal or reverse a
/// line, are shown as escapes.
package enum VisibleText {
  /// Escapes control characters, such as ESC as `\u{1B}`. Line feeds and tabs are kept, and `Paint` becomes colour.
  ///
  /// - Parameter isColored: whether the text may contain `Paint`; otherwise this is escaped too.
  package static func of(_ text: String, isColored: Bool) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }) { return text }
    var visible = ""
    visible.reserveCapacity(text.utf8.count + 64)
    var rest = Substring(text).unicodeScalars
    var last: Unicode.Scalar?
    while let scalar = rest.popFirst() {
      defer { last = scalar }
      switch scalar {
      case "\n", "\t": visible.unicodeScalars.append(scalar)
      case "\r" where rest.first == "\n": visible.unicodeScalars.append(scalar)
      case "\u{1B}" where isColored:
        if let colour = Paint.take(from: &rest) { visible += colour } else { visible += escaped(scalar) }
      case let scalar where isHidden(scalar, between: last, and: rest.first): visible += escaped(scalar)
      default: visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }

  /// The same for JSON, with `\u001b` for ESC. Line feeds between tokens are kept.
  package static func json(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) { return text }
    var visible = ""
    visible.reserveCapacity(text.utf8.count + 64)
    var rest = Substring(text).unicodeScalars
    var last: Unicode.Scalar?
    while let scalar = rest.popFirst() {
      defer { last = scalar }
      if scalar != "\n", isHidden(scalar, between: last, and: rest.first) {
        for unit in UTF16.encode(scalar)! {
          visible += "\\u" + Hex.text([UInt8(unit >> 8), UInt8(unit & 0xFF)])
        }
      } else {
        visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }

  /// The text on one line: line feeds, returns and tabs are written as `\n`, `\r` and `\t`.
  package static func line(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      default: line.unicodeScalars.append(scalar)
      }
    }
  }

  /// A stranger's text on one line, as in a terminal without colours; also for files and pipes.
  package static func plainLine(_ text: String) -> String { line(of(text, isColored: false)) }

  /// Whether to escape C0 and C1 controls, line and paragraph separators, direction marks and overrides,
  /// tags, and zero-width characters, with which two names could look alike. Joiners are kept where they
  /// shape a letter or an emoji.
  static func isHidden(
    _ scalar: Unicode.Scalar, between last: Unicode.Scalar?, and next: Unicode.Scalar?
  ) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
      0xE0000...0xE007F:
      true
    case 0x200C: !isJoined(last) || !isJoined(next)
    case 0x200D: !(isJoined(last) && isJoined(next)) && !(isEmoji(last) && isEmoji(next))
    default: false
    }
  }

  /// Whether it is a letter or mark of the scripts from Arabic to Myanmar or from Khmer to Mongolian, whose
  /// letters change shape with their neighbours.
  private static func isJoined(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, (0x0600...0x109F).contains(scalar.value) || (0x1780...0x18AF).contains(scalar.value)
    else { return false }
    return switch scalar.properties.generalCategory {
    case .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark: true
    default: false
    }
  }

  /// Whether it is an emoji, or the selector after one.
  private static func isEmoji(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, scalar.value > 0x7F else { return false }
    return scalar.value == 0xFE0F || scalar.properties.isEmoji
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
