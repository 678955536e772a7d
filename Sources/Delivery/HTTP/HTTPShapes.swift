import Configuration
internal import Platform
import Templates

extension Shape where Value == RequestTemplate {
  /// The URL of requests. Literal parts are checked like any other URL; the output of Liquid is checked when
  /// a request is made.
  static func urlTemplate(example: String) -> Shape {
    requestTemplate("url", expected: "a URL, with Liquid if wanted", example: example) {
      (text) throws(ScalarProblem) in
      try LiteralURL(text).check()
    }
  }
}

/// The URL of a request template, with a letter in place of each Liquid tag.
private struct LiteralURL {
  private let scheme: Substring?
  private let authority: Substring
  private let whole: String
  private let hasLiquidInHost: Bool
  private let isLiteral: Bool

  init(_ text: String) throws(ScalarProblem) {
    let bytes = Array(text.utf8)
    var literal: [UInt8] = []
    /// The position of the first Liquid tag in `literal`.
    var first: Int?
    var index = 0
    while index < bytes.count {
      let isOpen = bytes[index] == UInt8(ascii: "{") && index + 1 < bytes.count
      if isOpen, bytes[index + 1] == UInt8(ascii: "{") || bytes[index + 1] == UInt8(ascii: "%") {
        first = first ?? literal.count
        // A placeholder, so that the dots on both sides of it stay apart.
        literal.append(UInt8(ascii: "x"))
        let end = bytes[index + 1] == UInt8(ascii: "%") ? UInt8(ascii: "%") : UInt8(ascii: "}")
        index += 2
        while index < bytes.count, bytes[index - 1] != end || bytes[index] != UInt8(ascii: "}") { index += 1 }
      } else {
        literal.append(bytes[index])
      }
      index += 1
    }
    whole = String(decoding: literal, as: UTF8.self)
    isLiteral = first == nil
    guard first != 0 else {
      (scheme, authority, hasLiquidInHost) = (nil, "", true)
      return
    }
    let start = whole.prefix(8).lowercased()
    guard let length = ["https://", "http://"].first(where: { start.hasPrefix($0) })?.utf8.count,
      first.map({ $0 >= length }) ?? true
    else { throw .objection("must begin with https:// or http://", hint: nil) }
    let host = whole.dropFirst(length).prefix { !"/?#".contains($0) }
    scheme = whole.prefix(length)
    authority = host
    hasLiquidInHost = first.map { $0 <= length + host.utf8.count } ?? false
  }

  func check() throws(ScalarProblem) {
    if let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) {
      let (what, hint) =
        authority[..<at].utf8.contains(UInt8(ascii: ":"))
        ? ("password", "put it below 'authentication' as ${credential:NAME}")
        : ("user name", "put it below 'authentication'")
      throw .objection("holds a \(what)", hint: hint)
    }
    if isLiteral {
      _ = try ServiceURL(whole, rules: .request)
      return
    }
    // Any host will do, to check the rest.
    _ = try ServiceURL(
      "https://" + (hasLiquidInHost ? "host.example/" + rest : String(authority) + rest), rules: .request)
  }

  /// The part after the host.
  private var rest: Substring { whole.dropFirst((scheme?.utf8.count ?? 0) + authority.utf8.count) }
}

extension ServiceURL.Rules {
  /// The rules for a request to a provider, whose URL may contain a whole message.
  static let request = ServiceURL.Rules(
    schemes: ["https", "http"], fragmentAllowed: false, maximum: 64 << 10)
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
