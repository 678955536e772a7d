/// A block of a page, in the Markdown subset that the handbook uses.
package enum MarkdownBlock: Hashable, Sendable {
  case heading(level: Int, String)
  case paragraph(String)
  case code([String])
  case list([MarkdownItem])
  /// Every row has as many cells as the header.
  case table(header: [String], rows: [[String]])
}

/// An entry of a list.
package struct MarkdownItem: Hashable, Sendable {
  /// `-`, or the number with its full stop.
  package var marker: String
  package var text: String

  package init(marker: String, text: String) {
    self.marker = marker
    self.text = text
  }
}
