/// A place in a YAML text.
package struct YAMLMark: Hashable, Comparable, Sendable {
  /// From 1. Lines end at LF, CR LF or CR.
  package var line: Int
  /// From 1, counted in Unicode scalars; a tab is one.
  package var column: Int
  /// Bytes from the start of the text that was handed in, a byte order mark included.
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

/// The text between two marks; `end` stands behind the last character.
package struct YAMLSpan: Hashable, Sendable {
  package var start: YAMLMark
  package var end: YAMLMark

  package init(start: YAMLMark, end: YAMLMark) {
    self.start = start
    self.end = end
  }

  /// Characters on the first line, at least 1; `nil` when the span runs over the end of that line.
  package var lengthOnFirstLine: Int? {
    end.line == start.line ? max(1, end.column - start.column) : nil
  }
}

/// A node of a parsed YAML text, with its place.
///
/// No node has a type yet: a plain `no`, `1.20` or `0777` is the text that was written, and the schema
/// decides what it means.
package struct YAMLNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
    /// Stands where something was refused (an alias); the problem is already among the document's problems.
    case refused
  }

  package var content: Content
  package var span: YAMLSpan

  package init(_ content: Content, span: YAMLSpan) {
    self.content = content
    self.span = span
  }

  /// The scalar, or `nil` when the node is something else.
  package var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The entries in the order of the text, or `nil` when the node is no mapping.
  package var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of `key`, or `nil` when the node is no mapping or has no such key.
  package subscript(key: String) -> YAMLNode? {
    entries?.first { $0.key == key }?.value
  }
}

/// A scalar as it was written.
package struct YAMLScalar: Hashable, Sendable {
  package enum Style: String, Hashable, Sendable {
    case plain
    case single_quoted
    case double_quoted
    case literal
    case folded
  }

  /// The text after YAML's own unescaping and folding.
  package var text: String
  package var style: Style

  package init(_ text: String, style: Style) {
    self.text = text
    self.style = style
  }

  /// Whether nothing was written: an empty plain scalar, `~` or `null`.
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
