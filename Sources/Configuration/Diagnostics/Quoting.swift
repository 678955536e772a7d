/// Formats text from files for messages.
package enum Quoting {
  /// `text` in single quotes, truncated to 60 characters, with control characters made visible.
  package static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let isLong = scalars.count > 60
    var shown = String.UnicodeScalarView()
    shown.append(contentsOf: isLong ? scalars.prefix(57) : scalars.prefix(60))
    return "'" + printable(String(shown)) + (isLong ? "...'" : "'")
  }

  /// `text`, truncated with `...` if it has more than `length` characters.
  static func cut(_ text: String, to length: Int) -> String {
    guard text.utf8.count > length, text.unicodeScalars.count > length else { return text }
    return String(text.unicodeScalars.prefix(length)) + "..."
  }

  /// `a`, `a or b`, `a, b or c`.
  package static func alternatives(_ names: [String]) -> String {
    guard let last = names.last else { return "nothing" }
    let others = names.dropLast()
    return others.isEmpty ? last : others.joined(separator: ", ") + " or " + last
  }

  /// `text` with control characters, line ends and direction overrides escaped, so that it can neither forge
  /// a line nor control a terminal.
  package static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 10: result += "\\n"
      case 13: result += "\\r"
      case 9: result += "\\t"
      default:
        if isUnsafe(scalar) {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Controls, line separators, direction overrides and byte order marks.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<32, 127..<160, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
