/// Converts a Markdown page to a manual page, in the macros of man(7).
package struct ManualPage {
  private var lines: [String] = []

  /// - Parameters:
  ///   - name: the page's name for `man`, such as `reprise`.
  ///   - section: `8` for system commands, `5` for files, `7` for everything else.
  ///   - summary: one line without a full stop.
  ///   - synopsis: calls in Markdown, one per line; an empty list omits the section.
  ///   - date: the date of the text, `2026-11-30`.
  ///   - source: the program and its version.
  package static func text(
    _ markdown: String, name: String, section: Int, summary: String, synopsis: [String] = [], date: String,
    source: String
  ) -> String {
    var page = ManualPage()
    page.lines = [
      ".TH \"\(name.uppercased())\" \"\(section)\" \"\(date)\" \"\(source)\" \"Reprise\"", ".SH NAME",
      "\(escaped(name)) \\- \(inline(summary))",
    ]
    if !synopsis.isEmpty { page.lines += [".SH SYNOPSIS"] + stacked(synopsis.map(inline)) }
    page.lines.append(".SH DESCRIPTION")
    // The page's title is replaced by the manual page's name.
    for block in MarkdownReader.blocks(of: markdown).dropFirst() { page.add(block) }
    return page.lines.map { $0 + "\n" }.joined()
  }

  private mutating func add(_ block: MarkdownBlock) {
    switch block {
    case .heading(let level, let text):
      lines += [level <= 2 ? ".SH \(Self.heading(text).uppercased())" : ".SS \(Self.heading(text))"]
    case .paragraph(let text):
      startParagraph()
      lines += Self.filled(Self.inline(text))
    case .code(let code):
      startParagraph()
      lines += [".in +4n", ".nf"] + code.map(Self.literal) + [".fi", ".in"]
    case .list(let items):
      for item in items {
        lines += [".IP \(item.marker == "-" ? "\\(bu" : item.marker) 4"] + Self.filled(Self.inline(item.text))
      }
    case .table(let header, let rows): rows.forEach { add($0, under: header) }
    }
  }

  /// A table row becomes an entry under its first cell. If there are several others, they keep their
  /// headings.
  private mutating func add(_ row: [String], under header: [String]) {
    let cells = zip(header, row).dropFirst().filter { !$0.1.isEmpty }
    let texts = cells.map { heading, cell in
      header.count > 2 ? "\(Self.inline(heading)): \(Self.inline(cell))" : Self.inline(cell)
    }
    lines +=
      [".TP", Self.protected(Self.inline(row.first ?? ""))] + (texts.isEmpty ? ["\\&"] : Self.stacked(texts))
  }

  /// Adds the paragraph macro, which must not directly follow a heading.
  private mutating func startParagraph() {
    if lines.last?.hasPrefix(".S") != true { lines.append(".PP") }
  }

  /// Texts on separate lines.
  private static func stacked(_ texts: [String]) -> [String] {
    Array(texts.map(filled).joined(separator: [".br"]))
  }

  /// Input lines of at most 80 bytes if there are spaces to break at; the page is refilled when it is shown.
  private static func filled(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    var bytes = 0
    for word in text.split(separator: " ") {
      // Non-ASCII characters are written as numeric escapes before formatting.
      let added = word.unicodeScalars.reduce(1) { $0 + ($1.isASCII ? 1 : 8) }
      if !line.isEmpty, bytes + added > 78 {
        lines.append(protected(line))
        (line, bytes) = ("", 0)
      }
      line += line.isEmpty ? word : " " + word
      bytes += added
    }
    return lines + [protected(line)]
  }

  /// Quoted, because macros split words.
  private static func heading(_ text: String) -> String {
    "\"\(escaped(MarkdownSpan.unmarked(text)).replacing("\"", with: "\\(dq"))\""
  }

  private static func inline(_ text: String) -> String {
    let drawn = MarkdownSpan.spans(of: text).map { span in
      switch span {
      case .plain(let text): escaped(text)
      case .strong(let text): "\\fB\(escaped(text))\\fR"
      case .code(let text): "\\fB\(escaped(text).replacing("-", with: "\\-"))\\fR"
      }
    }
    return drawn.joined()
  }

  private static func literal(_ line: String) -> String {
    line.isEmpty ? "\\&" : protected(escaped(line).replacing("-", with: "\\-"))
  }

  /// A line starting with a full stop or an apostrophe would be a request.
  private static func protected(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("~", with: "\\(ti").replacing("^", with: "\\(ha")
  }
}
