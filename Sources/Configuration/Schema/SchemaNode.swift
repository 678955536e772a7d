/// The form of a configuration value: the data part of a `Shape`, from which the JSON Schema and messages are
/// generated.
package struct SchemaNode: Sendable {
  package indirect enum Kind: Sendable {
    case text(pattern: String?)
    case words([String])
    case bool
    case integer(ClosedRange<Int64>)
    case list(SchemaNode, minimum: Int)
    case mapping([FieldSchema])
    /// A mapping with keys chosen by the operator.
    case table(SchemaNode, keyPattern: String)
    case any([SchemaNode])
    /// Any value of any depth.
    case json
  }

  package var kind: Kind
  /// A noun phrase: `a duration such as 90s, 1h30m or 3d`. For a mapping its name: `trigger`.
  package var expected: String
  /// A value as written after a colon: `3d`.
  package var example: String
  /// For editors and the reference: a sentence, or `nil`.
  package var summary: String?

  package init(_ kind: Kind, expected: String, example: String, summary: String? = nil) {
    self.kind = kind
    self.expected = expected
    self.example = example
    self.summary = summary
  }

  /// The example inside `[...]` or `{...}`, where plain text with brackets or commas needs quotes.
  var exampleInFlow: String {
    let isSafe = !example.utf8.contains { "{}[],".utf8.contains($0) }
    let isCollection =
      switch kind {
      case .list, .mapping, .table, .any, .json: true
      case .text, .words, .bool, .integer: false
      }
    return isSafe || isCollection || example.hasPrefix("\"") || example.hasPrefix("'")
      ? example : "\"\(example)\""
  }

  /// The keys of a mapping, including those of all its forms; empty for anything else.
  package var keys: [String] {
    switch kind {
    case .mapping(let fields): fields.map(\.name)
    case .any(let forms): forms.flatMap(\.keys)
    default: []
    }
  }
}

/// One key of a mapping.
package struct FieldSchema: Sendable {
  package var name: String
  package var node: SchemaNode
  package var isRequired: Bool
  /// The default of a missing key, as written in a file; `nil` if there is none.
  package var defaultText: String?
  /// A full sentence.
  package var summary: String
}
