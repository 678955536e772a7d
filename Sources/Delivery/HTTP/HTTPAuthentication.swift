package import Configuration
import Domain
package import Platform
import Templates

/// How requests authenticate.
package enum HTTPAuthentication: Sendable {
  case basic(username: String, password: Secret)
  case bearer(Secret)
  case hmac(HTTPSignature)
  /// webhook-id, webhook-timestamp and webhook-signature (standardwebhooks.com).
  case standardWebhooks(Secret)

  package static let shape = Shape<HTTPAuthentication>.variant(
    "authentication", on: "type", summary: "The kind of proof.",
    [
      (
        "basic",
        .mapping(
          "authentication", .required("username", .text(example: "reprise"), "The user."),
          .required("password", .secret(named: "provider_password"), "The password.")
        ) { .basic(username: $0, password: $1) }
      ),
      (
        "bearer",
        .mapping("authentication", .required("token", bearerToken, "Sent as 'Authorization: Bearer'.")) {
          .bearer($0)
        }
      ),
      (
        "hmac",
        .mapping(
          "authentication", .required("secret", .secret(named: "signing_key"), "The key."),
          .required("header", .headerName(example: "X-Signature"), "The header that carries the signature."),
          .defaulted(
            "content", .requestTemplate("content", example: "{{ body }}"), default: "'{{ body }}'",
            "What is signed; a template that sees 'body', 'timestamp' (seconds) and 'message_id'."),
          .defaulted("encoding", .word(), default: "hex", "How the signature is written."),
          .defaulted(
            "prefix", .text(maximum: 40, emptyAllowed: true, example: "sha256="), default: "''",
            "What stands before the signature."),
          .optional(
            "timestamp_header", .headerName(example: "X-Timestamp"), "A header that carries 'timestamp'.")
        ) { secret, header, content, encoding, prefix, timestampHeader in
          .hmac(
            HTTPSignature(
              secret: secret, header: header, content: content, encoding: encoding, prefix: prefix,
              timestampHeader: timestampHeader))
        }
      ),
      (
        "standard_webhooks",
        .mapping(
          "authentication", .required("secret", webhookSecret, "whsec_ and the Base64 of 24 to 64 bytes.")
        ) {
          .standardWebhooks($0)
        }
      ),
    ])

  /// An unresolved secret is empty and accepted.
  private static let bearerToken = Shape<Secret>.secret(named: "sms_token").refusing { token in
    guard !HTTPHeaders.Field(name: "Authorization", value: token.reveal()).isSendable else { return nil }
    return .objection("holds a line end, which no header can carry", hint: "save it as one line")
  }

  private static let webhookSecret = Shape<Secret>.secret(named: "webhook_secret").refusing { secret in
    guard !secret.reveal().isEmpty, webhookKey(secret) == nil else { return nil }
    return .objection("must be whsec_ and the Base64 of 24 to 64 bytes", hint: nil)
  }

  var secrets: [String] {
    switch self {
    case .basic(let username, let password):
      [password.reveal(), Base64.text(Array("\(username):\(password.reveal())".utf8))]
    case .bearer(let token): [token.reveal()]
    case .hmac(let signature): [signature.secret.reveal()]
    case .standardWebhooks(let secret): [secret.reveal()]
    }
  }

  /// Adds the authentication headers.
  func sign(
    _ request: inout HTTPRequestTemplate.Rendered, messageID: String, now: Instant,
    environment: RenderEnvironment
  ) throws(CompositionError) {
    let timestamp = now.milliseconds / 1000
    switch self {
    case .basic(let username, let password):
      request.headers.append(
        "Authorization", "Basic " + Base64.text(Array("\(username):\(password.reveal())".utf8)))
    case .bearer(let token): request.headers.append("Authorization", "Bearer \(token.reveal())")
    case .hmac(let signature):
      let context = RenderContext(
        roots: [
          "body": .string(String(decoding: request.body, as: UTF8.self)), "timestamp": .integer(timestamp),
          "message_id": .string(messageID),
        ], environment: environment)
      let content: String
      do throws(RenderError) {
        content = try signature.content.template.render(context)
      } catch {
        throw .template(field: "authentication", problem: error.description)
      }
      let mac = HMACSHA256(key: Array(signature.secret.reveal().utf8)).authenticate(Array(content.utf8)).bytes
      let text = signature.encoding == .hex ? Hex.text(mac) : Base64.text(mac)
      request.headers.append(signature.header, signature.prefix + text)
      if let header = signature.timestampHeader { request.headers.append(header, "\(timestamp)") }
    case .standardWebhooks(let secret):
      let key = Self.webhookKey(secret) ?? []
      let content = Array("\(messageID).\(timestamp).".utf8) + request.body
      let mac = HMACSHA256(key: key).authenticate(content).bytes
      request.headers.append("webhook-id", messageID)
      request.headers.append("webhook-timestamp", "\(timestamp)")
      request.headers.append("webhook-signature", "v1," + Base64.text(mac))
    }
  }

  /// The 24 to 64 bytes after `whsec_`; `nil` for anything else.
  static func webhookKey(_ secret: Secret) -> [UInt8]? {
    guard secret.reveal().hasPrefix("whsec_") else { return nil }
    let text = String(
      decoding: secret.reveal().utf8.dropFirst(6).filter { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    guard let key = Base64.bytes(text) ?? Base64.bytes(text, .urlSafe), (24...64).contains(key.count) else {
      return nil
    }
    return key
  }
}

/// An HMAC-SHA256 in a header.
package struct HTTPSignature: Sendable {
  package enum Encoding: String, Sendable, CaseIterable {
    case hex
    case base64
  }

  package var secret: Secret
  package var header: String
  package var content: RequestTemplate
  package var encoding: Encoding
  package var prefix: String
  package var timestampHeader: String?

  /// The names that `content` may use.
  static let roots: [ExactText: TemplateSchema.Shape] = [
    "body": .scalar, "timestamp": .scalar, "message_id": .scalar,
  ]
}
