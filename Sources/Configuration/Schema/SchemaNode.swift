/// What a value of a configuration file looks like: the part of a `Shape` that is data, from which the JSON Schema and
/// the messages are made.
package struct SchemaNode: Sendable {
  package indirect enum Kind: Sendable {
    case text(pattern: String?)
    case words([String])
    case bool
    case integer(ClosedRange<Int64>)
    case list(SchemaNode, minimum: Int)
    case mapping([FieldSchema])
    /// A mapping whose keys are the operator's own names.
    case table(SchemaNode, keyPattern: String)
    case any([SchemaNode])
    /// Any value, however deep.
    case json
  }

  package var kind: Kind
  /// A noun phrase: `a duration such as 90s, 1h30m or 3d`. For a mapping its name: `trigger`.
  package var expected: String
  /// A value as written after the colon: `3d`.
  package var example: String
  /// For editors and the reference: a sentence, or `nil`.
  package var summary: String?

  package init(_ kind: Kind, expected: String, example: String, summary: String? = nil) {
    self.kind = kind
    self.expected = expected
    self.example = example
    self.summary = summary
  }

  /// The example as written inside `[...]` or `{...}`, where plain text with brackets or commas needs quotes.
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

  /// The names of a mapping's keys, those of all its forms together; empty for anything else.
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
  /// The default for a missing key, as one would write it; `nil` when there is none.
  package var defaultText: String?
  /// A full sentence.
  package var summary: String
}
