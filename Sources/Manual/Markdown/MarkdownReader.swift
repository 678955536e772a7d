/// Parses headings, paragraphs, fenced code, flat lists and tables. Comments are dropped; all other Markdown
/// is paragraph text.
package struct MarkdownReader {
  private var blocks: [MarkdownBlock] = []
  private var rest: ArraySlice<Substring>

  package static func blocks(of text: String) -> [MarkdownBlock] {
    var reader = MarkdownReader(rest: text.split(separator: "\n", omittingEmptySubsequences: false)[...])
    while let line = reader.rest.popFirst() { reader.read(line) }
    return reader.blocks
  }

  private init(rest: ArraySlice<Substring>) { self.rest = rest }

  private mutating func read(_ line: Substring) {
    if line.isEmpty || line.hasPrefix("<!--") { return }
    let hashes = line.prefix { $0 == "#" }.count
    if hashes > 0, line.dropFirst(hashes).first == " " {
      blocks.append(.heading(level: hashes, String(line.dropFirst(hashes + 1))))
    } else if line.hasPrefix("```") {
      blocks.append(.code(take { !$0.hasPrefix("```") }))
      _ = rest.popFirst()
    } else if line.hasPrefix("|") {
      let header = Self.cells(line)
      // The second line is the rule between header and rows.
      let rows = take { $0.hasPrefix("|") }.dropFirst().map { row in
        Array((Self.cells(row[...]) + header.map { _ in "" }).prefix(header.count))
      }
      blocks.append(.table(header: header, rows: rows))
    } else if let item = Self.item(line) {
      blocks.append(.list(items(from: item)))
    } else {
      blocks.append(.paragraph(([String(line)] + take(Self.isProse)).joined(separator: " ")))
    }
  }

  private mutating func items(from first: MarkdownItem) -> [MarkdownItem] {
    var items = [first]
    while let line = rest.first {
      if let item = Self.item(line) {
        items.append(item)
      } else if line.hasPrefix("  ") {
        items[items.count - 1].text += " " + line.drop { $0 == " " }
      } else {
        break
      }
      rest.removeFirst()
    }
    return items
  }

  private mutating func take(_ isWanted: (Substring) -> Bool) -> [String] {
    let taken = rest.prefix(while: isWanted)
    rest = rest.dropFirst(taken.count)
    return taken.map(String.init)
  }

  private static func isProse(_ line: Substring) -> Bool {
    !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix("```") && !line.hasPrefix("|")
      && item(line) == nil
  }

  private static func item(_ line: Substring) -> MarkdownItem? {
    if line.hasPrefix("- ") { return MarkdownItem(marker: "-", text: String(line.dropFirst(2))) }
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
    return MarkdownItem(marker: digits + ".", text: String(line.dropFirst(digits.count + 2)))
  }

  /// The cells between the bars of a row; `\|` is a bar inside one.
  private static func cells(_ row: Substring) -> [String] {
    var cells = [""]
    var isEscaped = false
    for character in row.dropFirst() {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        if character == "|" { cells[cells.count - 1].removeLast() }
        cells[cells.count - 1].append(character)
      }
      isEscaped = character == "\\"
    }
    // Nothing follows the last bar.
    return cells.dropLast().map(trimmed)
  }

  private static func trimmed(_ cell: String) -> String {
    let start = cell.drop { $0 == " " }
    return String(start.prefix(start.count - start.reversed().prefix { $0 == " " }.count))
  }
}
