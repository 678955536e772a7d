import Configuration
internal import Platform
import Templates

extension Shape where Value == RequestTemplate {
  /// The URL of requests. Literal parts are checked like any other URL; the output of Liquid is checked when
  /// a request is made.
  static func urlTemplate(example: String) -> Shape {
    requestTemplate("url", expected: "a URL, with Liquid if wanted", example: example) {
      (text) throws(ScalarProblem) in
      guard let url = withoutLiquid(text) else { return }
      if let (what, hint) = login(in: url) { throw .objection("holds a \(what)", hint: hint) }
      _ = try ServiceURL(url, rules: .request)
    }
  }

  /// A user name or a password in the URL, and where it belongs.
  private static func login(in url: String) -> (what: String, hint: String)? {
    let bytes = Array(url.utf8)
    guard let start = bytes.firstRange(of: Array("://".utf8))?.upperBound else { return nil }
    let authority = bytes[start...].prefix { !"/?#".utf8.contains($0) }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    return authority[..<at].contains(UInt8(ascii: ":"))
      ? ("password", "put it below 'authentication' as ${credential:NAME}")
      : ("user name", "put it below 'authentication'")
  }

  /// The text with an `x` for each Liquid output and nothing for its tags; `nil` if the scheme comes from
  /// Liquid too, or if a tag is not closed.
  private static func withoutLiquid(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    var plain: [UInt8] = []
    if bytes.first == UInt8(ascii: "{") { return nil }
    while let first = rest.first {
      let isOutput = rest.starts(with: "{{".utf8)
      guard isOutput || rest.starts(with: "{%".utf8) else {
        plain.append(first)
        rest.removeFirst()
        continue
      }
      guard let end = rest.firstRange(of: Array((isOutput ? "}}" : "%}").utf8)) else { return nil }
      if isOutput { plain.append(UInt8(ascii: "x")) }
      rest = rest[end.upperBound...]
    }
    return String(decoding: plain, as: UTF8.self)
  }
}

extension ServiceURL.Rules {
  /// Of a request to a provider.
  static let request = ServiceURL.Rules(schemes: ["https", "http"], fragmentAllowed: false)
}

extension Shape where Value == JSONTemplate {
  /// Any YAML value. Quoted texts are templates, and so are plain ones other than numbers, `true`, `false`
  /// and `null`.
  static var jsonTemplate: Shape {
    let schema = SchemaNode(.json, expected: "a JSON value", example: "{to: \"{{ message.to }}\"}")
    return Shape(schema) { node, context in JSONTemplate(node, &context) }
  }
}

extension JSONTemplate {
  /// Returns `nil` after reporting a problem.
  fileprivate init?(_ node: YAMLNode, _ context: inout DecodingContext) {
    switch node.content {
    case .refused: return nil
    case .sequence(let nodes):
      let items = nodes.map { JSONTemplate($0, &context) }
      guard !items.contains(where: { $0 == nil }) else { return nil }
      self = .array(items.compactMap { $0 })
    case .mapping(let entries):
      var fields: [(String, JSONTemplate)] = []
      var isComplete = true
      for entry in entries {
        if let value = JSONTemplate(entry.value, &context) {
          fields.append((entry.key, value))
        } else {
          isComplete = false
        }
      }
      guard isComplete else { return nil }
      self = .object(fields)
    case .scalar(let scalar):
      if scalar.style == .plain, let literal = Self.literal(scalar) {
        self = .literal(literal)
        return
      }
      guard let template = Shape<RequestTemplate>.requestTemplate("json", example: "").read(node, &context)
      else {
        return nil
      }
      self = .text(template)
    }
  }

  private static func literal(_ scalar: YAMLScalar) -> JSON? {
    if scalar.isNull { return .null }
    switch scalar.text {
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      guard let first = scalar.text.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: "-")
      else {
        return nil
      }
      return try? JSON.parse(scalar.text)
    }
  }
}

extension Shape where Value == String {
  /// The name of an HTTP header.
  static func headerName(example: String) -> Shape {
    .text(expected: "the name of a header", example: example, pattern: "^[A-Za-z0-9-]+$") {
      (text) throws(ScalarProblem) in
      guard (1...100).contains(text.utf8.count), HTTPHeaders.Field(name: text, value: "").isSendable else {
        throw .mismatch
      }
      return text
    }
  }

  /// The name of a form field.
  static var formName: Shape { .text(maximum: 200, example: "To") }
}

/// A path into a JSON value: `Response.SendStatusSet.0.Code`, member names and indices.
package struct JSONPath: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  private let steps: [String]

  package init(_ text: String) {
    description = text
    steps = text.split(separator: ".").map(String.init)
  }

  /// `nil` if a component does not exist.
  package func value(in json: JSON) -> JSON? {
    var value = json
    for step in steps {
      let next = value[step] ?? Int(step).flatMap { value[$0] }
      guard let next else { return nil }
      value = next
    }
    return value
  }

  /// The text of the string, number or boolean there.
  package func text(in json: JSON) -> String? {
    switch value(in: json) {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .bool(let value): "\(value)"
    default: nil
    }
  }
}

extension Shape where Value == JSONPath {
  static var jsonPath: Shape {
    .text(expected: "a path such as data.id", example: "data.id") { (text) throws(ScalarProblem) in
      let isPath =
        !text.isEmpty && text.utf8.count <= 200
        && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
      guard isPath else { throw .mismatch }
      return JSONPath(text)
    }
  }
}
