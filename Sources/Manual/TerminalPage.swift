internal import Platform

/// Formats a Markdown page for a terminal.
package struct TerminalPage {
  private let width: Int
  private let usesBold: Bool
  private var lines: [String] = []

  /// - Parameters:
  ///   - width: the columns available; code is never broken and may exceed them.
  ///   - usesBold: whether headings and code are bold; otherwise code keeps its backticks.
  package static func text(_ markdown: String, width: Int, usesBold: Bool) -> String {
    var page = TerminalPage(width: max(width, 20), usesBold: usesBold)
    for block in MarkdownReader.blocks(of: markdown) { page.add(block) }
    return page.lines.map { $0 + "\n" }.joined()
  }

  private init(width: Int, usesBold: Bool) {
    self.width = width
    self.usesBold = usesBold
  }

  private mutating func add(_ block: MarkdownBlock) {
    if !lines.isEmpty { lines.append("") }
    switch block {
    case .heading(_, let text): lines += wrapped([.strong(MarkdownSpan.unmarked(text))])
    case .paragraph(let text): lines += wrapped(MarkdownSpan.spans(of: text))
    case .code(let code): lines += code.map { $0.isEmpty ? "" : "    " + $0 }
    case .list(let items):
      for item in items { lines += wrapped(MarkdownSpan.spans(of: item.text), first: "  \(item.marker) ") }
    case .table(let header, let rows): table(header, rows)
    }
  }

  /// Puts columns side by side if the last one still has enough space; otherwise each row becomes an entry of its own.
  private mutating func table(_ header: [String], _ rows: [[String]]) {
    let titles: [[MarkdownSpan]] = header.map { [.strong(MarkdownSpan.unmarked($0))] }
    let isHeaded = header.contains { !$0.isEmpty }
    let all = (isHeaded ? [titles] : []) + rows.map { $0.map(MarkdownSpan.spans) }
    let widths = header.indices.dropLast().map { column in all.map { columns(of: $0[column]) }.max() ?? 0 }
    let indent = widths.reduce(2) { $0 + $1 + 2 }
    guard width - indent >= Self.leastColumn else {
      for (index, row) in rows.enumerated() {
        if index > 0 { lines.append("") }
        entry(header, row)
      }
      return
    }
    for row in all {
      let cells = zip(row, widths).map { spans, width in
        spans.map(drawn).joined() + String(repeating: " ", count: width - columns(of: spans) + 2)
      }
      lines += wrapped(row.last ?? [], first: "  " + cells.joined(), indent: indent)
    }
  }

  /// Below this many columns, text breaks too often to be readable.
  private static let leastColumn = 30

  /// The first cell on its own line, the others below it with their headings.
  private mutating func entry(_ header: [String], _ row: [String]) {
    lines += wrapped(MarkdownSpan.spans(of: row.first ?? ""), first: "  ")
    for (heading, cell) in zip(header, row).dropFirst() where !cell.isEmpty {
      let label = header.count > 2 ? [MarkdownSpan.plain(MarkdownSpan.unmarked(heading) + ": ")] : []
      lines += wrapped(label + MarkdownSpan.spans(of: cell), first: "      ")
    }
  }

  private func columns(of spans: [MarkdownSpan]) -> Int {
    spans.reduce(0) { $0 + DisplayWidth.of(undrawn($1)) }
  }

  /// Lines of at most `width` columns, all but the first indented by the width of `first` or by `indent`.
  private func wrapped(_ spans: [MarkdownSpan], first: String = "", indent: Int? = nil) -> [String] {
    let indent = indent ?? DisplayWidth.of(first)
    var lines: [String] = []
    var line = first
    var columns = indent
    var isEmpty = true
    for word in words(spans) {
      if !isEmpty, columns + 1 + word.columns > width {
        lines.append(line)
        (line, columns, isEmpty) = (String(repeating: " ", count: indent), indent, true)
      }
      line += isEmpty ? word.text : " " + word.text
      columns += isEmpty ? word.columns : word.columns + 1
      isEmpty = false
    }
    return lines + [line]
  }

  /// Unbreakable pieces: text without spaces, from one span or several adjacent ones.
  private func words(_ spans: [MarkdownSpan]) -> [(text: String, columns: Int)] {
    var words: [(text: String, columns: Int)] = []
    var touches = false
    for span in spans {
      for (index, piece) in pieces(of: span).enumerated() {
        if index > 0 { touches = false }
        let text = drawn(piece)
        let columns = DisplayWidth.of(undrawn(piece))
        if columns == 0 { continue }
        if touches, let last = words.popLast() {
          words.append((last.text + text, last.columns + columns))
        } else {
          words.append((text, columns))
        }
        touches = true
      }
    }
    return words
  }

  private func pieces(of span: MarkdownSpan) -> [MarkdownSpan] {
    switch span {
    case .plain(let text): Self.split(text).map { .plain($0) }
    case .strong(let text): Self.split(text).map { .strong($0) }
    // Bold can be split between pieces of code; backticks must enclose the whole.
    case .code(let text): usesBold ? Self.split(text).map { .code($0) } : [span]
    }
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
  }

  private func undrawn(_ span: MarkdownSpan) -> String {
    if case .code(let text) = span, !usesBold, !text.isEmpty { return "`\(text)`" }
    return span.text
  }

  private func drawn(_ span: MarkdownSpan) -> String {
    let text = undrawn(span)
    if case .plain = span { return text }
    return usesBold && !text.isEmpty ? Paint.painted(text, "1") : text
  }
}
