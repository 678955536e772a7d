/// A position in a YAML text.
package struct YAMLMark: Hashable, Comparable, Sendable {
  /// From 1. Lines end at LF, CR LF or CR.
  package var line: Int
  /// From 1, counted in Unicode scalars; a tab is one.
  package var column: Int
  /// In bytes from the start of the text, including a byte order mark.
  package var offset: Int

  package init(line: Int, column: Int, offset: Int) {
    self.line = line
    self.column = column
    self.offset = offset
  }

  /// The first character of a text.
  package static let start = YAMLMark(line: 1, column: 1, offset: 0)

  package static func < (a: YAMLMark, b: YAMLMark) -> Bool { a.offset < b.offset }
}

/// The text between two marks; `end` is after the last character.
package struct YAMLSpan: Hashable, Sendable {
  package var start: YAMLMark
  package var end: YAMLMark

  package init(start: YAMLMark, end: YAMLMark) {
    self.start = start
    self.end = end
  }

  /// Characters on the first line, at least 1; `nil` if the span is longer than one line.
  package var lengthOnFirstLine: Int? {
    end.line == start.line ? max(1, end.column - start.column) : nil
  }
}

/// A node of a parsed YAML text, with its position.
///
/// Nodes have no type yet: a plain `no`, `1.20` or `0777` is the text as written, and the schema decides its
/// meaning.
package struct YAMLNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
    /// In place of something that was refused (an alias); the problem is already reported.
    case refused
  }

  package var content: Content
  package var span: YAMLSpan

  package init(_ content: Content, span: YAMLSpan) {
    self.content = content
    self.span = span
  }

  /// The scalar; `nil` for any other node.
  package var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The entries in text order; `nil` for a node that is not a mapping.
  package var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of `key`; `nil` if the node is not a mapping or has no such key.
  package subscript(key: String) -> YAMLNode? {
    entries?.first { $0.key == key }?.value
  }
}

/// A scalar as written.
package struct YAMLScalar: Hashable, Sendable {
  package enum Style: String, Hashable, Sendable {
    case plain
    case single_quoted
    case double_quoted
    case literal
    case folded
  }

  /// The text after YAML's unescaping and folding.
  package var text: String
  package var style: Style

  package init(_ text: String, style: Style) {
    self.text = text
    self.style = style
  }

  /// Whether the value is absent: an empty plain scalar, `~` or `null`.
  package var isNull: Bool {
    guard style == .plain else { return false }
    return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
  }
}

/// One `key: value` of a mapping.
package struct YAMLEntry: Hashable, Sendable {
  package var key: String
  package var keySpan: YAMLSpan
  package var value: YAMLNode

  package init(key: String, keySpan: YAMLSpan, value: YAMLNode) {
    self.key = key
    self.keySpan = keySpan
    self.value = value
  }
}
