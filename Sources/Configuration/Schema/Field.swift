internal import Platform

/// One key of a mapping: its name, the shape of its value and its default.
package struct Field<Value: Sendable>: Sendable {
  package let schema: FieldSchema
  /// The value of a missing key; `nil` if the key is required.
  let absent: Value?
  /// The value after an error; `nil` fails the mapping.
  var failed: Value? = nil
  let read: @Sendable (YAMLNode, inout DecodingContext) -> Value?

  /// A required key.
  package static func required(_ name: String, _ shape: Shape<Value>, _ summary: String) -> Field {
    Field(
      schema: FieldSchema(
        name: name, node: shape.schema, isRequired: true, defaultText: nil, summary: summary),
      absent: nil, read: shape.read)
  }

  /// An optional key; `nil` if missing.
  package static func optional<Wrapped>(
    _ name: String, _ shape: Shape<Wrapped>, _ summary: String
  ) -> Field where Value == Wrapped? {
    let schema = FieldSchema(
      name: name, node: shape.schema, isRequired: false, defaultText: nil, summary: summary)
    return Field(schema: schema, absent: .some(nil)) { node, context in
      shape.read(node, &context).map { .some($0) }
    }
  }

  /// An optional key; `absent` if missing.
  package static func optional(
    _ name: String, _ shape: Shape<Value>, absent: Value, _ summary: String
  ) -> Field {
    Field(
      schema: FieldSchema(
        name: name, node: shape.schema, isRequired: false, defaultText: nil, summary: summary),
      absent: absent, read: shape.read)
  }

  /// An optional key; if missing, as if `text` were written. `text` is YAML and must match the shape; a
  /// mismatch is a programming error and traps.
  package static func defaulted(
    _ name: String, _ shape: Shape<Value>, default text: String, _ summary: String
  ) -> Field {
    var context = DecodingContext(file: "default of \(name)")
    let document = YAMLDocument(parsing: Array(text.utf8))
    guard let root = document.root, let value = shape.read(root, &context) else {
      let reason = context.diagnostics.first?.headline ?? "not YAML"
      preconditionFailure("the default '\(text)' of '\(name)' does not fit: \(reason)")
    }
    let schema = FieldSchema(
      name: name, node: shape.schema, isRequired: false, defaultText: text, summary: summary)
    return Field(schema: schema, absent: value, read: shape.read)
  }

  /// The same key with `nil` after an error, so that the rest of the mapping can still be cross-checked.
  package static func attempted<Wrapped>(_ field: Field<Wrapped>) -> Field where Value == Wrapped? {
    Field(schema: field.schema, absent: field.absent.map { .some($0) }, failed: .some(nil)) { node, context in
      field.read(node, &context).map { .some($0) }
    }
  }
}
