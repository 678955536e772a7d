package import Domain
internal import Text

/// A column of a customers' file that says to whom a channel may write, as shop systems and newsletter programs name it.
///
/// A column that is overlooked costs the shop its customers: people who refused would be written to. So what looks like
/// consent is either understood or stops the import until the operator says what it is.
package enum ConsentColumn: Equatable, Sendable {
  /// Consent for these channels; with `isRefusal`, a yes means that the customer wants nothing.
  case known([ChannelName], isRefusal: Bool)
  /// Consent for something that the shop has no channel for.
  case withoutChannel
  /// It looks like consent and does not say for which channel.
  case unclear

  /// - Parameter channels: those of the shop, with what each reaches a customer by.
  /// - Returns: `nil` for what does not look like consent.
  init?(header: String, channels: [ChannelName: AddressKind]) {
    let key = ColumnMapping.key(header)
    func reaching(_ kind: AddressKind) -> [ChannelName] {
      channels.filter { $0.value == kind }.keys.sorted()
    }
    func known(_ found: [ChannelName], isRefusal: Bool = false) -> ConsentColumn {
      found.isEmpty ? .withoutChannel : .known(found, isRefusal: isRefusal)
    }
    func matches(_ names: [String]) -> Bool { names.contains { ColumnMapping.key($0) == key } }
    if matches(Self.email) {
      self = known(reaching(.email))
    } else if matches(Self.sms) {
      self = known(reaching(.phone))
    } else if matches(Self.emailRefusal) {
      self = known(reaching(.email), isRefusal: true)
    } else if matches(Self.smsRefusal) {
      self = known(reaching(.phone), isRefusal: true)
    } else if matches(Self.refusal) {
      self = known(channels.keys.sorted(), isRefusal: true)
    } else if matches(Self.general), channels.count == 1 {
      self = known(Array(channels.keys))
    } else if Self.signs.contains(where: { Self.holds(key, $0) }) || matches(Self.general) {
      self = .unclear
    } else {
      return nil
    }
  }

  private static func holds(_ key: String, _ sign: String) -> Bool {
    let (bytes, sign) = (Array(key.utf8), Array(sign.utf8))
    guard bytes.count >= sign.count else { return false }
    return (0...(bytes.count - sign.count)).contains { bytes[$0..<($0 + sign.count)].elementsEqual(sign) }
  }

  // Shopify, its older exports and its API; Magento's subscribers; 有赞, 微盟 and what shops write by hand.
  private static let email = [
    "accepts email marketing", "accepts marketing", "email marketing", "email marketing consent",
    "email marketing state", "email consent", "email opt in", "email optin", "email subscriber",
    "email subscription", "email subscribed", "email permission", "newsletter", "newsletter subscriber",
    "newsletter subscription", "subscribed to newsletter", "is subscribed", "subscriber status",
    "marketing emails", "receive emails", "接受邮件营销", "邮件营销", "邮件订阅", "订阅邮件", "是否订阅邮件", "邮件授权",
    "接收邮件", "是否接收邮件", "接受邮件",
  ]
  private static let sms = [
    "accepts sms marketing", "sms marketing", "sms marketing consent", "sms marketing state", "sms consent",
    "sms opt in", "sms optin", "sms subscriber", "sms subscription", "sms subscribed", "text message consent",
    "接受短信营销", "短信营销", "短信订阅", "订阅短信", "是否订阅短信", "短信授权", "接收短信", "是否接收短信", "接受短信",
    "是否接收营销短信", "接收营销短信",
  ]
  private static let emailRefusal = [
    "email opt out", "email optout", "email unsubscribed", "do not email", "no email", "邮件退订", "退订邮件", "拒收邮件",
  ]
  private static let smsRefusal = [
    "sms opt out", "sms optout", "sms unsubscribed", "do not text", "no sms", "短信退订", "退订短信", "拒收短信", "短信拒收",
  ]
  /// Who refuses in general refuses on every channel.
  private static let refusal = [
    "opt out", "optout", "opted out", "unsubscribed", "do not contact", "do not market", "退订", "已退订", "是否退订",
    "拒收", "免打扰", "拒绝营销",
  ]
  /// Understood where there is but one channel to mean.
  private static let general = [
    "consent", "marketing consent", "marketing opt in", "opt in", "optin", "opted in", "subscribed",
    "marketing",
    "接受营销", "是否接受营销", "营销授权", "是否订阅", "订阅", "同意营销", "营销同意",
  ]
  /// Parts of a name, as `ColumnMapping.key` leaves them, that make it look like consent.
  private static let signs = [
    "consent", "optin", "optout", "optedin", "optedout", "subscri", "newsletter", "marketing", "gdpr",
    "donotcontact", "donotmail", "donotemail", "donotcall", "donottext", "donotdisturb", "permission",
    "mailinglist", "同意", "订阅", "退订", "营销", "拒收", "授权", "免打扰",
  ]
}
