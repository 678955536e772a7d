/// Texts of strangers where a person reads them: what does not show, but repaints a terminal or turns a line around, is
/// made visible.
package enum VisibleText {
  /// The text with `\u{1B}` in place of an escape, and so on. Line feeds, tabs and the program's own colours pass.
  ///
  /// - Parameter isColored: whether the program has coloured it; else no colour passes.
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
        if let colour = colours.first(where: { rest.starts(with: $0.unicodeScalars) }) {
          visible += "\u{1B}" + colour
          rest = rest.dropFirst(colour.unicodeScalars.count)
        } else {
          visible += escaped(scalar)
        }
      case let scalar where isHidden(scalar, between: last, and: rest.first): visible += escaped(scalar)
      default: visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }

  /// C0 and C1 controls, line and paragraph separators, direction marks and overrides, tags, and what has no width, so
  /// that two names could look alike; but joiners pass where they shape a letter or an emoji.
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

  /// Whether it is a letter, or a sign on one, of the scripts from Arabic to Myanmar or from Khmer to Mongolian, whose
  /// letters change their form with what they are joined to.
  private static func isJoined(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, (0x0600...0x109F).contains(scalar.value) || (0x1780...0x18AF).contains(scalar.value)
    else { return false }
    return switch scalar.properties.generalCategory {
    case .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark: true
    default: false
    }
  }

  /// One that is drawn, or the sign behind one that says so.
  private static func isEmoji(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, scalar.value > 0x7F else { return false }
    return scalar.value == 0xFE0F || scalar.properties.isEmoji
  }

  /// Those the program uses, none of which hides a text.
  private static let colours = ["0", "1", "2", "31", "32", "33", "36", "31;1", "33;1"].map { "[\($0)m" }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
