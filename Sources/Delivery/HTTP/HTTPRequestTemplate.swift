package import Configuration
import Domain
package import Platform
import Templates

/// A request with templates for URL, headers and body.
package struct HTTPRequestTemplate: Sendable {
  /// Maximum bytes of a header's value: more than a line of mail, since tokens are long, and a little less than common
  /// servers accept.
  static let headerLimit = 8000

  package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
  }

  package enum Body: Sendable {
    case json(JSONTemplate)
    case form([(name: String, value: RequestTemplate)])
    case raw(RequestTemplate, contentType: String?)
  }

  package var method: Method
  package var url: RequestTemplate
  package var headers: [(name: String, value: RequestTemplate)]
  /// At most one; more are refused when the channel is created.
  package var bodies: [Body]
  package var secrets: [(name: String, value: Secret)]

  var templates: [RequestTemplate] {
    [url] + headers.map(\.value)
      + bodies.flatMap { body in
        switch body {
        case .json(let template): template.templates
        case .form(let fields): fields.map(\.value)
        case .raw(let template, _): [template]
        }
      }
  }

  /// The names the templates may use besides the message's data.
  var roots: [ExactText: TemplateSchema.Shape] {
    ["message": MessageJSON.shape, "secret": .object(Dictionary(texts: secrets.map { ($0.name, .scalar) }))]
  }

  /// A request ready to be signed and sent.
  struct Rendered {
    var url: String
    var headers: HTTPHeaders
    var body: [UInt8]
  }

  /// - Parameter showingSecrets: if `false`, they are replaced by `<secret>`.
  func render(
    _ message: ClaimedMessage, environment: RenderEnvironment, showingSecrets: Bool
  ) throws(CompositionError) -> Rendered {
    var roots: [ExactText: Value] = [:]
    for entry in MessageJSON.record(of: message).entries { roots[entry.name] = entry.value }
    var known = Record()
    for (name, secret) in secrets { known[name] = .string(showingSecrets ? secret.reveal() : "<secret>") }
    roots["secret"] = .object(known)
    let context = RenderContext(roots: roots, environment: environment)

    let address = try Self.render(url, "url", context)
    for byte in address.utf8 where byte <= 0x20 || byte >= 0x7F {
      throw .template(
        field: "url", problem: "a character stands in it that no URL can hold; use '| url_encode'")
    }
    // Otherwise a value could choose another host. Skipped when secrets are hidden: `<secret>` cannot be part of a
    // host.
    if showingSecrets {
      do throws(ScalarProblem) {
        _ = try ServiceURL(address, rules: .request)
      } catch {
        throw .template(field: "url", problem: "it \(error.text); use '| url_encode'")
      }
    }
    var fields = HTTPHeaders()
    for (name, value) in headers {
      let text = try Self.render(value, name, context)
      try MailHeaders.check(text, field: name, limit: Self.headerLimit)
      fields.append(name, text)
    }
    let (body, type) = try Self.render(bodies.first, context)
    if let type, fields["Content-Type"] == nil { fields.append("Content-Type", type) }
    return Rendered(url: address, headers: fields, body: body)
  }

  private static func render(
    _ body: Body?, _ context: RenderContext
  ) throws(CompositionError) -> ([UInt8], type: String?) {
    switch body {
    case nil: return ([], nil)
    case .json(let template):
      var bytes: [UInt8] = []
      try template.render(context).write(into: &bytes)
      return (bytes, "application/json")
    case .form(let fields):
      var bytes: [UInt8] = []
      for (name, value) in fields {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        FormEncoding.append(name, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        FormEncoding.append(try render(value, name, context), to: &bytes)
      }
      return (bytes, "application/x-www-form-urlencoded")
    case .raw(let template, let type):
      return (Array(try render(template, "body", context).utf8), type)
    }
  }

  fileprivate static func render(
    _ template: RequestTemplate, _ field: String, _ context: RenderContext
  ) throws(CompositionError) -> String {
    do throws(RenderError) {
      return try template.template.render(context)
    } catch {
      throw .template(field: field, problem: error.description)
    }
  }
}

/// A JSON value whose texts are templates.
package indirect enum JSONTemplate: Sendable {
  case literal(JSON)
  case text(RequestTemplate)
  case array([JSONTemplate])
  case object([(name: String, value: JSONTemplate)])

  var templates: [RequestTemplate] {
    switch self {
    case .literal: []
    case .text(let template): [template]
    case .array(let items): items.flatMap(\.templates)
    case .object(let fields): fields.flatMap(\.value.templates)
    }
  }

  func render(_ context: RenderContext) throws(CompositionError) -> JSON {
    switch self {
    case .literal(let value): return value
    case .text(let template): return .string(try HTTPRequestTemplate.render(template, "json", context))
    case .array(let items):
      var values: [JSON] = []
      for item in items { values.append(try item.render(context)) }
      return .array(values)
    case .object(let fields):
      var members: [JSONObject.Member] = []
      for (name, value) in fields {
        members.append(JSONObject.Member(key: name, value: try value.render(context)))
      }
      return .object(JSONObject(members: members))
    }
  }
}

/// `application/x-www-form-urlencoded` of the WHATWG URL standard.
enum FormEncoding {
  static func append(_ text: String, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        bytes.append(byte)
      case 0x20: bytes.append(UInt8(ascii: "+"))
      default:
        bytes.append(UInt8(ascii: "%"))
        Hex.appendCapitals(byte, to: &bytes)
      }
    }
  }
}
