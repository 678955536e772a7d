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
    while let scalar = rest.popFirst() {
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
      case let scalar where isHidden(scalar): visible += escaped(scalar)
      default: visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }

  /// C0 and C1 controls, line and paragraph separators, direction marks and overrides, the byte order mark.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// Those the program uses, none of which hides a text.
  private static let colours = ["0", "1", "2", "31", "32", "33", "36", "31;1", "33;1"].map { "[\($0)m" }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }
}
