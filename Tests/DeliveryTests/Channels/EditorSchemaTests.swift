import Configuration
import Platform
import Testing

@testable import Delivery

/// The JSON Schema of `reprise.yaml`, held against files as an editor does it.
struct EditorSchemaTests {
  private let schema: JSON

  init() throws {
    schema = try JSON.parse(
      ConfigurationSchemas.settings(AdapterRegistry.channel, sources: Shape<String>.text()))
  }

  private func problems(_ yaml: String) throws -> [String] {
    let document = YAMLDocument(parsing: Array(yaml.utf8))
    return try SchemaCheck.problems(EditorValue.json(#require(document.root)), schema)
  }

  private static func settings(_ channel: String) -> String {
    """
    brand: {name: Tea, url: "https://tea.example", time_zone: Asia/Shanghai, currency: CNY, locale: en}
    store: sqlite:///var/lib/reprise/reprise.db
    http: {public_url: "https://hello.tea.example"}
    channels:
      sms: \(channel)
    """
  }

  @Test func `the example shop is valid`() throws {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    parts.removeLast(4)
    let file = (parts + ["config", "reprise.yaml"]).joined(separator: "/")
    #expect(try problems(try Files.readText(file)) == [])
  }

  @Test(arguments: [
    "{to: \"{{ message.to }}\"}",
    "{message: {to: [\"{{ message.to }}\"], parts: [{text: a, count: 1}, {text: b, urgent: true, at: null}]}}",
    "[{a: [[1, 2.5], []]}, null, text]", "{a: {b: {c: {d: {e: [f]}}}}}", "\"{{ message.text }}\"",
  ])
  func `a body of any depth is valid`(body: String) throws {
    #expect(try problems(Self.settings("{adapter: http, url: \"https://sms.example\", json: \(body)}")) == [])
  }

  @Test(arguments: [
    ("{adapter: http, url: \"https://sms.example\", jsn: {a: b}}", "channels.sms: fits none of its forms"),
    ("{adapter: htp, url: \"https://sms.example\"}", "channels.sms: fits none of its forms"),
    ("{adapter: http, url: \"https://sms.example\", headers: [a]}", "channels.sms: fits none of its forms"),
    ("{adapter: exec, command: /bin/deliver}", "channels.sms: fits none of its forms"),
    ("{adapter: http, url: \"https://sms.example\", json: {a: b}}\nstoer: x", ": has no 'stoer'"),
  ])
  func `what the program refuses an editor marks`(channel: String, problem: String) throws {
    #expect(try problems(Self.settings(channel)) == [problem])
  }
}

/// YAML as an editor's JSON Schema support sees it: the core schema of YAML 1.2.
private enum EditorValue {
  static func json(_ node: YAMLNode) -> JSON {
    switch node.content {
    case .mapping(let entries):
      return .object(JSONObject(members: entries.map { .init(key: $0.key, value: json($0.value)) }))
    case .sequence(let items): return .array(items.map(json))
    case .refused: return .null
    case .scalar(let scalar):
      guard scalar.style == .plain else { return .string(scalar.text) }
      switch scalar.text {
      case "", "~", "null": return .null
      case "true": return .bool(true)
      case "false": return .bool(false)
      default:
        if let integer = Int64(scalar.text) { return .integer(integer) }
        return Double(scalar.text).map { .number($0) } ?? .string(scalar.text)
      }
    }
  }
}

/// The part of JSON Schema, draft 7, that the program writes.
private enum SchemaCheck {
  static func problems(_ value: JSON, _ schema: JSON, at path: String = "") throws -> [String] {
    var found: [String] = []
    if let types = schema["type"].map({ $0.arrayValue ?? [$0] }), !types.contains(where: { fits(value, $0) })
    {
      return ["\(path): is no \(types.compactMap(\.stringValue).joined(separator: " or "))"]
    }
    if let words = schema["enum"]?.arrayValue, !words.contains(value) { found.append("\(path): is no word") }
    if let forms = schema["anyOf"]?.arrayValue, try forms.allSatisfy({ try !problems(value, $0).isEmpty }) {
      found.append("\(path): fits none of its forms")
    }
    if let pattern = schema["pattern"]?.stringValue, let text = value.stringValue, try !matches(text, pattern)
    {
      found.append("\(path): does not look right")
    }
    if let bound = number(schema["minimum"]), let number = number(value), number < bound {
      found.append("\(path): is too small")
    }
    if let bound = number(schema["maximum"]), let number = number(value), number > bound {
      found.append("\(path): is too large")
    }
    if let items = value.arrayValue {
      if let minimum = schema["minItems"]?.integerValue, items.count < minimum {
        found.append("\(path): has too few items")
      }
      if let item = schema["items"] {
        for (index, value) in items.enumerated() {
          found += try problems(value, item, at: "\(path)[\(index)]")
        }
      }
    }
    if let members = value.objectValue { found += try problems(members, schema, at: path) }
    return found
  }

  private static func problems(_ members: JSONObject, _ schema: JSON, at path: String) throws -> [String] {
    var found = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue).filter { members[$0] == nil }
      .map { "\(path): needs '\($0)'" }
    for member in members {
      let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
      if let own = schema["properties"]?[member.key] {
        found += try problems(member.value, own, at: inner)
        continue
      }
      let patterns = schema["patternProperties"]?.objectValue ?? JSONObject()
      if let own = try patterns.first(where: { try matches(member.key, $0.key) }) {
        found += try problems(member.value, own.value, at: inner)
      } else if schema["additionalProperties"] == .bool(false) {
        found.append("\(path): has no '\(member.key)'")
      }
    }
    return found
  }

  private static func fits(_ value: JSON, _ type: JSON) -> Bool {
    switch (value, type.stringValue) {
    case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"):
      true
    case (.integer, "integer"), (.integer, "number"), (.number, "number"): true
    default: false
    }
  }

  private static func number(_ value: JSON?) -> Double? {
    switch value {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  private static func matches(_ text: String, _ pattern: String) throws -> Bool {
    try text.firstMatch(of: Regex(pattern)) != nil
  }
}
