package import Domain

/// Creates and verifies the links in messages; a token contains customer, channel and purpose, and is signed.
///
/// Tokens do not expire: an unsubscribe link in a three-year-old mail still works. Therefore former keys are kept:
/// they sign nothing, but still verify the tokens that name them.
package struct LinkSigner: Sendable {
  /// Without a trailing slash.
  package let publicURL: String
  package let key: SigningKey
  private let formerKeys: [SigningKey]
  /// Whether to create links for test messages: they name no customer and do nothing.
  package var isForTests = false

  package struct SigningKey: Sendable {
    /// One letter or digit, included in the signature.
    package let id: String
    /// At least 32 bytes.
    package let secret: [UInt8]
    /// Prepared once: padding the key is half the work of a short HMAC.
    fileprivate let hmac: HMACSHA256

    package init(id: String, secret: [UInt8]) {
      self.id = id
      self.secret = secret
      hmac = HMACSHA256(key: secret)
    }

    fileprivate var idByte: UInt8 { id.utf8.first ?? 0 }
  }

  package init(publicURL: String, key: SigningKey, formerKeys: [SigningKey] = []) {
    self.publicURL = publicURL
    self.key = key
    self.formerKeys = formerKeys
  }

  /// The one-click link of this customer and channel, `https://hello.shop.example/u/TOKEN`; `nil` for an id
  /// of more than a thousand bytes.
  package func unsubscribeURL(customerID: String, channel: ChannelName) -> String? {
    let claim =
      isForTests
      ? LinkClaim(purpose: .test, channel: channel, customerID: "")
      : LinkClaim(purpose: .unsubscribe, channel: channel, customerID: customerID)
    return token(for: claim)
      .map { "\(publicURL)/u/\($0)" }
  }

  /// The same claim gives the same token as long as the key is unchanged; `nil` like `unsubscribeURL`.
  package func token(for claim: LinkClaim) -> String? {
    guard var bytes = LinkToken.body(claim, keyID: key.idByte) else { return nil }
    bytes += key.hmac.authenticate(bytes).bytes.prefix(LinkToken.tagLength)
    return Base64.text(bytes, .urlSafe)
  }

  /// The claim of a token that was made here for this purpose and is unchanged; otherwise `nil`, without
  /// revealing why.
  package func verify(_ token: String, for purpose: LinkPurpose) -> LinkClaim? {
    guard token.utf8.count <= LinkToken.longestText, let bytes = Base64.bytes(token, .urlSafe),
      bytes.count > LinkToken.tagLength + 3, bytes[0] == LinkToken.version,
      let signing = ([key] + formerKeys).first(where: { $0.idByte == bytes[1] })
    else { return nil }
    let body = bytes.dropLast(LinkToken.tagLength)
    let tag = signing.hmac.authenticate(Array(body)).bytes.prefix(LinkToken.tagLength)
    guard LinkToken.agree(bytes.suffix(LinkToken.tagLength), tag), let claim = LinkToken.claim(body),
      claim.purpose == purpose
    else { return nil }
    return claim
  }
}
