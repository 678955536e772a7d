internal import Domain
internal import Platform

extension Shape {
  /// A mapping with exactly these keys.
  ///
  /// Messages call it `name`: `unknown key 'lapsd' in trigger`. All keys are read and all errors reported;
  /// `build` runs if every field has a value.
  package static func mapping<each F: Sendable>(
    _ name: String, _ fields: repeat Field<each F>, build: @escaping @Sendable (repeat each F) -> Value
  ) -> Shape {
    var schemas: [FieldSchema] = []
    for field in repeat each fields { schemas.append(field.schema) }
    let schema = MappingReader.schema(of: name, schemas)
    let declared = (repeat each fields)
    let names = schemas.map(\.name)
    return Shape(schema) { node, context in
      guard MappingReader.begin(node, schema, known: names, mapping: name, &context) else { return nil }
      let values = (repeat MappingReader.read(each declared, of: node, known: names, mapping: name, &context))
      for value in repeat each values {
        if value.value == nil { return nil }
      }
      return build(repeat (each values).value!)
    }
  }

  /// The same with fields of one type, whose values are in field order.
  package static func mapping<Member: Sendable>(
    _ name: String, _ fields: [Field<Member>]
  ) -> Shape where Value == [Member] {
    let schema = MappingReader.schema(of: name, fields.map(\.schema))
    let names = fields.map(\.schema.name)
    return Shape(schema) { node, context in
      guard MappingReader.begin(node, schema, known: names, mapping: name, &context) else { return nil }
      let values = fields.map {
        MappingReader.read($0, of: node, known: names, mapping: name, &context).value
      }
      let known = values.compactMap(\.self)
      return known.count == values.count ? known : nil
    }
  }

  /// A mapping whose form is identified by the presence of a key: `{lapsed: 90d}` or `{cart_idle: 1h}`.
  ///
  /// Each case is that key with the mapping, whose fields include the key.
  package static func choice(_ name: String, _ cases: [(key: String, shape: Shape)]) -> Shape {
    let telling = cases.map(\.key)
    let schema = SchemaNode(
      .any(cases.map(\.shape.schema)), expected: name, example: cases.first?.shape.schema.example ?? "{}")
    return Shape(schema) { node, context in
      guard let entries = node.entries else {
        context.reportKind(node, expected: "a mapping such as \(schema.example)")
        return nil
      }
      let found = entries.filter { telling.contains($0.key) }
      if let first = found.first, found.count == 1, let form = cases.first(where: { $0.key == first.key }) {
        return form.shape.read(node, &context)
      }
      if found.count > 1 {
        let names = found.map { "'\($0.key)'" }.joined(separator: " and ")
        context.report(found[1].keySpan, "\(names) cannot stand together in \(name)", hint: "keep one")
        return nil
      }
      let known = telling + schema.keys.filter { !telling.contains($0) }
      let isExplained = MappingReader.reportUnknown(entries, known: known, mapping: name, &context)
      if !isExplained {
        context.report(
          node.span, "\(name) needs one of \(Quoting.alternatives(telling.map { "'\($0)'" }))",
          hint: "for example \(schema.example)")
      }
      return nil
    }
  }

  /// A mapping whose form is identified by the value of `key`: `adapter: smtp`.
  ///
  /// The cases must not include that key. `fallback` is the value for a mapping without it; `nil` requires
  /// it.
  package static func variant(
    _ name: String, on key: String, fallback: String? = nil, summary: String,
    _ cases: [(word: String, shape: Shape)]
  ) -> Shape {
    let words = cases.map(\.word)
    let word = Shape<String>.text(
      expected: Quoting.alternatives(words), example: words.first ?? ""
    ) { (text) throws(ScalarProblem) in
      guard words.contains(text) else { throw .mismatch(hint: NearestName.hint(for: text, among: words)) }
      return text
    }
    let forms = cases.map {
      MappingReader.schema($0.shape.schema, addingKey: key, word: $0.word, summary, fallback)
    }
    let schema = SchemaNode(.any(forms), expected: name, example: forms.first?.example ?? "{}")
    return Shape(schema) { node, context in
      guard let entries = node.entries else {
        context.reportKind(node, expected: "a mapping such as \(schema.example)")
        return nil
      }
      var chosen = fallback
      if let written = node[key] {
        chosen = context.reading("'\(key)'") { word.read(written, &$0) }
        guard chosen != nil else { return nil }
      }
      guard let chosen, let form = cases.first(where: { $0.word == chosen }) else {
        let near = entries.first { NearestName.nearest(to: $0.key, among: [key]) != nil }
        if let near {
          context.report(
            near.keySpan, "unknown key \(Quoting.quoted(near.key)) in \(name)", hint: "did you mean '\(key)'?"
          )
        } else {
          context.report(
            node.span, "missing key '\(key)' in \(name)", hint: "it is \(Quoting.alternatives(words))")
        }
        return nil
      }
      let rest = YAMLNode(.mapping(entries.filter { $0.key != key }), span: node.span)
      return form.shape.read(rest, &context)
    }
  }
}
