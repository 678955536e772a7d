/// Generates the JSON Schema (draft 7, the one editors support) of a configuration file.
package enum JSONSchema {
  /// The schema's text, indented, ending with a line feed. `title` names the kind of file.
  package static func text(of schema: SchemaNode, title: String) -> String {
    var entries: [(String, JSONText)] = [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")), ("title", .string(title)),
    ]
    entries += members(schema)
    return JSONText.object(entries).rendered() + "\n"
  }

  private static func members(_ schema: SchemaNode) -> [(String, JSONText)] {
    var members: [(String, JSONText)] = []
    switch schema.kind {
    case .text(let pattern):
      // A plain scalar such as 1.20 is a number for an editor, but text for the schema.
      members.append(
        ("type", pattern == nil ? .array([.string("string"), .string("number")]) : .string("string")))
      if let pattern { members.append(("pattern", .string(pattern))) }
    case .words(let words): members.append(("enum", .array(words.map(JSONText.string))))
    case .bool: members.append(("type", .string("boolean")))
    case .integer(let range):
      members.append(("type", .string("integer")))
      members.append(("minimum", .literal(String(range.lowerBound))))
      if range.upperBound != .max { members.append(("maximum", .literal(String(range.upperBound)))) }
    case .list(let item, let minimum):
      members.append(("type", .string("array")))
      members.append(("items", .object(Self.members(item))))
      if minimum > 0 { members.append(("minItems", .literal(String(minimum)))) }
    case .table(let item, let keyPattern):
      members.append(("type", .string("object")))
      members.append(("patternProperties", .object([(keyPattern, .object(Self.members(item)))])))
      members.append(("additionalProperties", .literal("false")))
    case .any(let forms): members.append(("anyOf", .array(forms.map { .object(Self.members($0)) })))
    case .mapping(let fields): members += Self.mapping(fields)
    case .json:
      let types = ["object", "array", "string", "number", "boolean", "null"]
      members.append(("type", .array(types.map(JSONText.string))))
    }
    if let summary = schema.summary { members.append(("description", .string(summary))) }
    return members
  }

  private static func mapping(_ fields: [FieldSchema]) -> [(String, JSONText)] {
    let properties = fields.map { field -> (String, JSONText) in
      var members = Self.members(field.node).filter { $0.0 != "description" }
      let ending = field.defaultText.map { " Default: \($0)." } ?? ""
      members.append(("description", .string(field.summary + ending)))
      return (field.name, .object(members))
    }
    var members: [(String, JSONText)] = [("type", .string("object")), ("properties", .object(properties))]
    let required = fields.filter(\.isRequired).map { JSONText.string($0.name) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    members.append(("additionalProperties", .literal("false")))
    return members
  }
}

/// Human-readable JSON: indented, members in the given order.
private indirect enum JSONText {
  case string(String)
  /// A number or `false`, written unchanged.
  case literal(String)
  case array([JSONText])
  case object([(String, JSONText)])

  func rendered(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .literal(let text): return text
    case .string(let text): return Self.quoted(text)
    case .array(let items):
      if items.isEmpty { return "[]" }
      let isFlat = items.allSatisfy { if case .object = $0 { false } else { true } }
      if isFlat { return "[" + items.map { $0.rendered() }.joined(separator: ", ") + "]" }
      return "[\n" + items.map { inner + $0.rendered(indent: inner) }.joined(separator: ",\n")
        + "\n\(indent)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { inner + Self.quoted($0.0) + ": " + $0.1.rendered(indent: inner) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default:
        if scalar.value < 32 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
