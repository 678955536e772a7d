internal import Platform

/// Verifies a platform's signature on the raw body, before any of it is parsed. Comparisons take constant
/// time.
struct HookSignature: Sendable {
  private enum Scheme: Sendable {
    /// Base64 of the body's HMAC-SHA256, in this header.
    case hmac(HMACSHA256, header: String)
    /// Hex of the MD5 of client id, body and secret, in the `Event-Sign` header.
    case digest(prefix: [UInt8], suffix: [UInt8])
  }

  private let scheme: Scheme?
  /// Whether the platform sends an unsigned form, `webhook_id=7`, when a webhook is created.
  private var hasPing = false
  /// Maximum length of an unsigned body.
  private static let maximumPing = 64

  /// https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
  init(_ settings: HookSettings.Shopify) {
    scheme = Self.hmac(settings.secret, header: "X-Shopify-Hmac-Sha256")
  }

  /// https://developer.woocommerce.com/docs/apis/rest-api/v3/webhooks/
  init(_ settings: HookSettings.WooCommerce) {
    scheme = Self.hmac(settings.secret, header: "X-WC-Webhook-Signature")
    hasPing = true
  }

  /// https://doc.youzanyun.com/resource/doc/3032: `Event-Sign` is the MD5 of client_id, the raw body and
  /// client_secret. The older `sign` in the body, over `msg`, is not supported: youzan advises against it,
  /// and reading it would mean parsing unsigned bodies.
  init(_ settings: HookSettings.Youzan) {
    scheme =
      settings.clientSecret.isEmpty
      ? nil
      : .digest(prefix: Array(settings.clientID.utf8), suffix: Array(settings.clientSecret.utf8))
  }

  private static func hmac(_ secret: String, header: String) -> Scheme? {
    secret.isEmpty ? nil : .hmac(HMACSHA256(key: Array(secret.utf8)), header: header)
  }

  /// Maximum body length; `nil` if the head has no signature that could match.
  func mostBytes(_ head: HTTPRequestHead, _ maximum: Int) -> Int? {
    if claim(head.headers) != nil { return maximum }
    guard hasPing, scheme != nil, let length = head.contentLength, (1...Self.maximumPing).contains(length)
    else {
      return nil
    }
    return Self.maximumPing
  }

  /// Whether this is the form that only announces a new webhook.
  func isPing(_ request: HTTPRequest) -> Bool {
    let name = Array("webhook_id=".utf8)
    return hasPing && scheme != nil && claim(request.headers) == nil
      && (1...20).contains(request.body.count - name.count) && request.body.starts(with: name)
      && request.body.dropFirst(name.count).allSatisfy { (0x30...0x39).contains($0) }
  }

  func fits(_ body: [UInt8], _ headers: HTTPHeaders) -> Bool {
    guard let scheme, let claimed = claim(headers) else { return false }
    switch scheme {
    case .hmac(let hmac, _):
      guard let digest = SHA256.Digest(bytes: claimed.span) else { return false }
      return hmac.authenticate(body) == digest
    case .digest(let prefix, let suffix):
      let digest = Digest.md5.hash(prefix + body + suffix)
      return zip(digest, claimed).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
  }

  /// The head's only signature, if its length is right.
  private func claim(_ headers: HTTPHeaders) -> [UInt8]? {
    guard let scheme else { return nil }
    let (header, count): (String, Int) =
      switch scheme {
      case .hmac(_, let header): (header, 32)
      case .digest: ("Event-Sign", 16)
      }
    let fields = headers.values(of: header)
    guard fields.count == 1, fields[0].utf8.count <= 64 else { return nil }
    let bytes: [UInt8]? =
      switch scheme {
      case .hmac: Base64.bytes(fields[0])
      case .digest: Hex.bytes(fields[0])
      }
    return bytes?.count == count ? bytes : nil
  }
}
