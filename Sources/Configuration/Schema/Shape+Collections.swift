internal import Platform

extension Shape {
  /// A list. All items are read, so that all errors are reported; one invalid item invalidates the list.
  ///
  /// - Parameters:
  ///   - minimum: the minimum number of items; likewise `maximum`.
  ///   - hint: the way out for a text in place of a list; by default, a list of that text.
  package static func list<Item: Sendable>(
    of item: Shape<Item>, minimum: Int = 0, maximum: Int = 1000, hint: (@Sendable (String) -> String)? = nil
  ) -> Shape where Value == [Item] {
    let example = "[\(item.schema.exampleInFlow)]"
    let schema = SchemaNode(
      .list(item.schema, minimum: minimum), expected: "a list such as \(example)", example: example)
    return Shape(schema) { node, context in
      guard case .sequence(let nodes) = node.content else {
        let wayOut = node.scalar.map { hint?($0.text) ?? "write [\($0.text)]" }
        context.reportKind(node, expected: schema.expected, hint: wayOut.map(Quoting.printable))
        return nil
      }
      guard nodes.count >= minimum, nodes.count <= maximum else {
        let bound = nodes.count < minimum ? "at least \(minimum)" : "at most \(maximum)"
        context.report(node.span, "\(context.subject) has \(nodes.count) items", hint: "give \(bound)")
        return nil
      }
      return items(nodes, item, &context)
    }
  }

  private static func items<Item: Sendable>(
    _ nodes: [YAMLNode], _ item: Shape<Item>, _ context: inout DecodingContext
  ) -> [Item]? {
    var items: [Item] = []
    var isComplete = true
    let owner = context.subject
    for (index, node) in nodes.enumerated() {
      let value = context.reading("item \(index + 1) of \(owner)") { item.read(node, &$0) }
      if let value { items.append(value) } else { isComplete = false }
    }
    return isComplete ? items : nil
  }

  /// One value, or a non-empty list.
  package static func oneOrMany<Item: Sendable>(_ item: Shape<Item>) -> Shape where Value == [Item] {
    let list = Shape<[Item]>.list(of: item, minimum: 1)
    let expected = "\(item.schema.expected), or a list of these"
    let schema = SchemaNode(
      .any([item.schema, list.schema]), expected: expected, example: item.schema.example)
    return Shape(schema) { node, context in
      if case .sequence = node.content { return list.read(node, &context) }
      return item.read(node, &context).map { [$0] }
    }
  }

  /// A mapping with keys chosen by the operator, in file order.
  package static func table<Item: Sendable>(
    of item: Shape<Item>, name: String, key: Shape<String> = .identifier
  ) -> Shape where Value == [NamedEntry<Item>] {
    var pattern = ".*"
    if case .text(let own?) = key.schema.kind { pattern = own }
    let schema = SchemaNode(
      .table(item.schema, keyPattern: pattern), expected: "a mapping of names",
      example: "{\(key.schema.example): \(item.schema.exampleInFlow)}")
    return Shape(schema) { node, context in
      guard let entries = node.entries else {
        context.reportKind(node, expected: schema.expected)
        return nil
      }
      var result: [NamedEntry<Item>] = []
      for entry in entries {
        let keyNode = YAMLNode(.scalar(YAMLScalar(entry.key, style: .single_quoted)), span: entry.keySpan)
        let entryName = context.reading("the \(name) name") { key.read(keyNode, &$0) }
        let value = context.reading(Quoting.quoted(entry.key)) { item.read(entry.value, &$0) }
        if let entryName, let value {
          result.append(
            NamedEntry(name: Located(entryName, at: entry.keySpan, in: context.file), value: value))
        }
      }
      return result.count == entries.count ? result : nil
    }
  }

  /// The first of several forms that matches. If none does, reports the errors of the form that got furthest
  /// if they are inside the node, else a single error that names all forms.
  package static func either(_ forms: [Shape], expected: String) -> Shape {
    let schema = SchemaNode(
      .any(forms.map(\.schema)), expected: expected, example: forms.first?.schema.example ?? "")
    return Shape(schema) { node, context in
      var deepest: [Diagnostic] = []
      for form in forms {
        let (value, diagnostics) = context.probing { form.read(node, &$0) }
        if let value {
          context.append(diagnostics)
          return value
        }
        let isInside = diagnostics.contains {
          $0.line != node.span.start.line || $0.column != node.span.start.column
        }
        if isInside, deepest.isEmpty { deepest = diagnostics }
      }
      if deepest.isEmpty {
        context.reportKind(node, expected: expected)
      } else {
        context.append(deepest)
      }
      return nil
    }
  }
}

/// An entry of a table.
package struct NamedEntry<Value: Sendable>: Sendable {
  package var name: Located<String>
  package var value: Value
}
