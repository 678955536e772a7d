package import Platform

/// How one kind of value is read from YAML, and what it looks like: one definition for both.
///
/// Shapes are made once, combined from smaller ones, and shared freely between threads.
package struct Shape<Value: Sendable>: Sendable {
  package let schema: SchemaNode
  /// The value of a node, or `nil` after having reported at least one error, or when the node was refused
  /// already. A value beside an error is one that is still worth checking.
  package let read: @Sendable (YAMLNode, inout DecodingContext) -> Value?

  package init(
    _ schema: SchemaNode, read: @escaping @Sendable (YAMLNode, inout DecodingContext) -> Value?
  ) {
    self.schema = schema
    self.read = read
  }

  /// The same text, another Swift value.
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

  /// The value with its place, for checks that need other parts of the configuration.
  package func located() -> Shape<Located<Value>> {
    Shape<Located<Value>>(schema) { node, context in
      self.read(node, &context).map { Located($0, at: node.span, in: context.file) }
    }
  }

  /// `nil` where the value has an error, for lists and tables whose other entries are still worth a look.
  package func attempted() -> Shape<Value?> {
    Shape<Value?>(schema) { node, context in .some(self.read(node, &context)) }
  }

  /// The same shape under other words in messages, editors and the reference.
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

/// A value with the place it was read from. Two are equal when their values are: a comment more in a file
/// changes nothing.
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
