package import Platform

/// How to read a value from YAML, and the value's form: one definition for both.
///
/// Shapes are created once, combined from smaller ones, and shared freely between threads.
package struct Shape<Value: Sendable>: Sendable {
  package let schema: SchemaNode
  /// Reads a node's value. Returns `nil` after reporting at least one error, or if the node was already
  /// refused. A value despite an error is still worth checking.
  package let read: @Sendable (YAMLNode, inout DecodingContext) -> Value?

  package init(
    _ schema: SchemaNode, read: @escaping @Sendable (YAMLNode, inout DecodingContext) -> Value?
  ) {
    self.schema = schema
    self.read = read
  }

  /// The same text with another Swift value.
  package func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
    Shape<Other>(schema) { node, context in self.read(node, &context).map(transform) }
  }

  /// Refuses values that `objection` objects to. The objection follows the subject: `must lie after 'from'`.
  package func refusing(_ objection: @escaping @Sendable (Value) -> ScalarProblem?) -> Shape<Value> {
    Shape(schema) { node, context in
      guard let value = self.read(node, &context) else { return nil }
      guard let problem = objection(value) else { return value }
      context.report(problem, expected: self.schema.expected, node: node)
      return nil
    }
  }

  /// The value with its place, for cross-checks.
  package func located() -> Shape<Located<Value>> {
    Shape<Located<Value>>(schema) { node, context in
      self.read(node, &context).map { Located($0, at: node.span, in: context.file) }
    }
  }

  /// `nil` for a value with an error, for lists and tables whose other entries are still worth checking.
  package func attempted() -> Shape<Value?> {
    Shape<Value?>(schema) { node, context in .some(self.read(node, &context)) }
  }

  /// The same shape with other words in messages, editors and the reference.
  package func described(
    expected: String? = nil, example: String? = nil, summary: String? = nil
  ) -> Shape<Value> {
    var schema = schema
    if let expected { schema.expected = expected }
    if let example { schema.example = example }
    if let summary { schema.summary = summary }
    return Shape(schema, read: read)
  }
}

/// A value with its place in a file. Equality ignores the place, so that another comment in the file changes
/// nothing.
package struct Located<Value: Sendable>: Sendable {
  package var value: Value
  package var span: YAMLSpan
  package var file: String

  package init(_ value: Value, at span: YAMLSpan, in file: String) {
    self.value = value
    self.span = span
    self.file = file
  }

  package func diagnostic(
    _ message: String, hint: String? = nil, severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    Diagnostic(file: file, span: span, severity: severity, message: message, hint: hint)
  }
}

extension Located: Equatable where Value: Equatable {
  package static func == (a: Located, b: Located) -> Bool { a.value == b.value }
}
