/// Channel names as spelled in events and files.
extension ChannelName {
  /// The channels of a shop that `text` names: by name in any spelling, or by the kind of address (`E-Mail`,
  /// `邮件`, `text`), several separated by commas or similar. Empty if it names none.
  package static func named(_ text: String, among channels: [ChannelName: AddressKind]) -> [ChannelName] {
    if channels[ChannelName(text)] != nil { return [ChannelName(text)] }
    guard text.utf8.count <= 200 else { return [] }
    var found: Set<ChannelName> = []
    for part in text.unicodeScalars.split(whereSeparator: separators.contains) {
      found.formUnion(one(String(part), among: channels))
    }
    return found.sorted()
  }

  private static let separators: Set<Unicode.Scalar> = [",", ";", "/", "|", "&", "+", "，", "、", "；"]

  private static func one(_ text: String, among channels: [ChannelName: AddressKind]) -> [ChannelName] {
    let key = Words.key(text)
    if key.isEmpty { return [] }
    let named = channels.keys.filter { Words.key($0.rawValue) == key }
    if !named.isEmpty { return named }
    guard let kind = AddressKind(named: key) else { return [] }
    let reaching = channels.filter { $0.value == kind }.keys
    // Without known channels, use the plain names.
    return reaching.isEmpty && channels.isEmpty ? [kind == .email ? "email" : "sms"] : Array(reaching)
  }

  /// A channel name as in the configuration: a letter, then letters, digits, `_` and `-`. Capitals become
  /// lower case, and surrounding blanks are dropped: a sender's `Email` is a channel's name.
  package init?(spelled text: String) {
    guard text.utf8.count <= 200 else { return nil }
    let bytes = Substring(text).withoutBlanks.utf8.map(ASCII.lowercased)
    guard (1...64).contains(bytes.count) else { return nil }
    guard let first = bytes.first, ASCII.isLetter(first),
      bytes.allSatisfy({
        ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == ASCII.underscore || $0 == ASCII.minus
      })
    else { return nil }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// The channels that a withdrawal for `text` stops. A customer who wants no more messages must not get them
  /// because the shop misspells the channel: a text that names no channel stops all.
  ///
  /// - Returns: the channels, and whether they are all because none was named. Media that the shop has no
  ///   channel for, such as `push`, stop only themselves.
  package static func withdrawn(
    _ text: String?, among channels: [ChannelName: AddressKind]
  ) -> (channels: [ChannelName], isForWantOfName: Bool) {
    let text = text ?? ""
    let found = named(text, among: channels)
    if !found.isEmpty { return (found, false) }
    let name = ChannelName(spelled: text)
    if let name, channels.isEmpty || otherWays.contains(ExactText(Words.key(text))) { return ([name], false) }
    return ((Array(channels.keys) + [name].compactMap(\.self)).sorted(), true)
  }

  private static let otherWays = Set(
    texts: """
      push webpush app apppush inapp mobilepush wechat weixin whatsapp line telegram messenger viber qq
      post postal directmail letter print fax voice call calls telephone phonecall
      """.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map { String(decoding: $0, as: UTF8.self) }
  )

  /// Whether a statement about this channel has no effect in a shop with `channels`: there is no channel of
  /// that name, and it is not another known medium.
  package func isUnheard(among channels: [ChannelName: AddressKind]) -> Bool {
    guard !channels.isEmpty, channels[self] == nil else { return false }
    let key = Words.key(rawValue)
    return AddressKind(named: key) == nil && !Self.otherWays.contains(ExactText(key))
  }

  /// Completes a sentence that starts with the field: how a statement on such a channel was handled.
  package func tellUnheard(_ channels: some Collection<ChannelName>) -> String {
    let names = channels.sorted().map(\.rawValue)
    return "it names no channel of the shop, and neither allows nor holds back anything; the channels are "
      + names.joined(separator: ", ") + NearestName.ending(for: rawValue, among: names)
  }

  /// Completes a sentence that starts with the field: how a withdrawal without a channel was handled.
  package static func tellWithdrawnEverywhere(_ channels: some Collection<ChannelName>) -> String {
    "it names no channel of the shop; consent was withdrawn on all of them: "
      + channels.sorted().map(\.rawValue).joined(separator: ", ")
  }
}

extension AddressKind {
  /// The kind that a word means, normalised by `Words.key`.
  fileprivate init?(named key: String) {
    switch key {
    case "email", "emails", "mail", "mails", "emailaddress", "emailmarketing", "newsletter", "newsletters",
      "correo", "correoelectronico", "courriel", "epost", "メール", "eメール", "邮件", "邮箱", "电邮", "电子邮件", "电子邮箱",
      "電郵", "郵件", "電子郵件", "電子郵箱", "信箱":
      self = .email
    case "sms", "smsmarketing", "text", "texts", "textmessage", "textmessages", "phone", "mobile",
      "cellphone",
      "手机", "手机号", "短信", "短消息", "手機", "簡訊", "簡訊通知", "ショートメール", "ショートメッセージ":
      self = .phone
    default: return nil
    }
  }
}
