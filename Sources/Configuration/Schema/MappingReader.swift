internal import Domain
internal import Platform

/// The value of a field after reading; `nil` after an error.
struct FieldReading<Value: Sendable>: Sendable {
  var value: Value?
}

/// The parts of reading a mapping that do not depend on its Swift type.
enum MappingReader {
  /// The schema of a mapping with these keys, called `name` in messages.
  static func schema(of name: String, _ keys: [FieldSchema]) -> SchemaNode {
    let example = keys.filter(\.isRequired).map { "\($0.name): \($0.node.exampleInFlow)" }
    return SchemaNode(.mapping(keys), expected: name, example: "{\(example.joined(separator: ", "))}")
  }

  /// Returns whether there is a mapping to read; reports its unknown keys.
  static func begin(
    _ node: YAMLNode, _ schema: SchemaNode, known: [String], mapping: String,
    _ context: inout DecodingContext
  ) -> Bool {
    guard let entries = node.entries else {
      context.reportKind(node, expected: "a mapping such as \(schema.example)")
      return false
    }
    reportUnknown(entries, known: known, mapping: mapping, &context)
    return true
  }

  static func read<Value>(
    _ field: Field<Value>, of node: YAMLNode, known: [String], mapping: String,
    _ context: inout DecodingContext
  ) -> FieldReading<Value> {
    let name = field.schema.name
    if let value = node[name] {
      return FieldReading(value: context.reading("'\(name)'") { field.read(value, &$0) } ?? field.failed)
    }
    if let absent = field.absent { return FieldReading(value: absent) }
    // A misspelt key is reported as such, and not also as missing.
    let isMisspelt = node.entries?.prefix(hinted).contains {
      !known.contains($0.key) && NearestName.nearest(to: $0.key, among: [name]) != nil
    }
    if isMisspelt != true {
      let start = YAMLSpan(start: node.span.start, end: node.span.start)
      context.report(
        start, "missing key '\(name)' in \(mapping)",
        hint: "for example '\(name): \(field.schema.node.example)'")
    }
    return FieldReading(value: field.failed)
  }

  /// - Returns: whether one of them is similar to a known key, which the message then suggests.
  @discardableResult
  static func reportUnknown(
    _ entries: [YAMLEntry], known: [String], mapping: String, _ context: inout DecodingContext
  ) -> Bool {
    let strangers = entries.filter { !known.contains($0.key) }
    guard !strangers.isEmpty else { return false }
    var isSlip = false
    let written = Set(entries.map { ExactText($0.key) })
    let unused = known.filter { !written.contains(ExactText($0)) }
    let listed = known.count <= 12 ? "the keys are \(known.joined(separator: ", "))" : nil
    for (index, entry) in strangers.enumerated() {
      let near = index < hinted ? NearestName.hint(for: entry.key, among: unused) : nil
      isSlip = isSlip || near != nil
      context.report(
        entry.keySpan, "unknown key \(Quoting.quoted(entry.key)) in \(mapping)", hint: near ?? listed)
    }
    return isSlip
  }

  /// The most unknown keys to suggest a name for; nobody has more, and nobody reads more.
  private static let hinted = 200

  /// The schema of one case of a variant: its own keys and the one that identifies the case.
  static func schema(
    _ schema: SchemaNode, addingKey key: String, word: String, _ summary: String, _ fallback: String?
  ) -> SchemaNode {
    guard case .mapping(let fields) = schema.kind else { return schema }
    let node = SchemaNode(.words([word]), expected: word, example: word)
    let field = FieldSchema(
      name: key, node: node, isRequired: fallback != word, defaultText: fallback == word ? word : nil,
      summary: summary)
    let inner = schema.example.dropFirst().dropLast()
    var result = schema
    result.kind = .mapping([field] + fields)
    result.example = "{\(key): \(word)\(inner.isEmpty ? "" : ", ")\(inner)}"
    return result
  }
}
