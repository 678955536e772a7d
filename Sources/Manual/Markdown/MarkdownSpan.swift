/// A run of text inside a paragraph.
package enum MarkdownSpan: Hashable, Sendable {
  case plain(String)
  case strong(String)
  case code(String)

  package var text: String {
    switch self {
    case .plain(let text), .strong(let text), .code(let text): text
    }
  }

  /// The text without its markup.
  package static func unmarked(_ text: String) -> String { spans(of: text).map(\.text).joined() }

  /// Parses backticks and `**`; a link becomes its text, and a backslash escapes markup.
  package static func spans(of text: String) -> [MarkdownSpan] {
    var spans: [MarkdownSpan] = []
    var plain = ""
    var rest = text[...]
    func flush() {
      if !plain.isEmpty { spans.append(.plain(plain)) }
      plain = ""
    }
    while let character = rest.first {
      if rest.hasPrefix("`"), let (code, behind) = enclosed(rest.dropFirst(), by: "`") {
        flush()
        spans.append(.code(code))
        rest = behind
      } else if rest.hasPrefix("**"), let (strong, behind) = enclosed(rest.dropFirst(2), by: "**") {
        flush()
        spans.append(.strong(strong.filter { $0 != "`" }))
        rest = behind
      } else if character == "[", let (link, behind) = link(rest) {
        plain += link
        rest = behind
      } else if character == "\\", let next = rest.dropFirst().first, marks.contains(next) {
        plain.append(next)
        rest = rest.dropFirst(2)
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    flush()
    return spans
  }

  private static let marks: [Character] = ["\\", "`", "*", "_", "[", "]", "<", ">", "|", "#"]

  private static func enclosed(_ text: Substring, by mark: String) -> (String, Substring)? {
    guard let end = text.firstRange(of: mark) else { return nil }
    return (String(text[..<end.lowerBound]), text[end.upperBound...])
  }

  /// The text of `[text](address)`; addresses are useless on a terminal.
  private static func link(_ text: Substring) -> (String, Substring)? {
    guard let (label, behind) = enclosed(text.dropFirst(), by: "]"), behind.hasPrefix("("),
      let (_, rest) = enclosed(behind.dropFirst(), by: ")")
    else { return nil }
    return (label, rest)
  }
}
