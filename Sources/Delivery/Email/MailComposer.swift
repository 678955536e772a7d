package import Domain

/// Composes internet mail for one channel: headers, text and HTML parts, encodings.
///
/// Stateless, so usable from any number of tasks. The same message and date give the same bytes.
package struct MailComposer: Sendable {
  package let identity: MailIdentity
  /// `From` and `Reply-To`, which are the same in every mail.
  private let senderHeaders: [UInt8]
  private let mimeHeaders: [UInt8]
  private let messageIDDomain: String
  private let listHeader: [UInt8]
  private let feedbackSender: String

  /// Throws if a name of the identity is not valid in a header.
  package init(_ identity: MailIdentity, channel: ChannelName) throws(CompositionError) {
    self.identity = identity
    var sender = MailHeaders()
    try sender.append("From", mailbox: identity.from)
    if let replyTo = identity.replyTo { try sender.append("Reply-To", mailbox: replyTo) }
    senderHeaders = sender.bytes
    messageIDDomain = identity.from.address.domain

    var mime = MailHeaders()
    // RFC 3834 5: mail from a scheduler, marketing or not, is made "by an automatic (often periodic) process"
    // and is not a reply. The header prevents vacation notices to the shop's address.
    mime.append("Auto-Submitted", token: "auto-generated")
    mime.append("MIME-Version", token: "1.0")
    mimeHeaders = mime.bytes

    let list =
      identity.listID ?? "\(channel.rawValue.omitting { $0 == UInt8(ascii: "_") }).\(messageIDDomain)"
    for byte in list.utf8 where !(EmailAddress.isAtomText(byte) || byte == UInt8(ascii: ".")) {
      throw .forbiddenCharacter(field: "List-ID", byte: byte)
    }
    var listWriter = MailHeaders()
    listWriter.append("List-ID", token: "<\(list)>")
    listHeader = listWriter.bytes
    feedbackSender = identity.feedbackSender ?? Self.feedbackSender(of: messageIDDomain)
  }

  /// The mail as sent after DATA, without dot stuffing and without the final dot.
  ///
  /// - Parameter date: the `Date` header; the time of the attempt.
  package func compose(_ message: ClaimedMessage, date: Instant) throws(CompositionError) -> [UInt8] {
    let content = message.content
    let recipient: EmailAddress
    do {
      recipient = try EmailAddress(content.to)
    } catch {
      throw .badAddress(error)
    }
    return try compose(message, to: recipient, date: date)
  }

  func compose(
    _ message: ClaimedMessage, to recipient: EmailAddress, date: Instant
  ) throws(CompositionError) -> [UInt8] {
    let content = message.content
    let html = content.html.flatMap { $0.isEmpty ? nil : $0 }
    let text = content.text.isEmpty ? html.map(HTMLText.convert) ?? "" : content.text
    guard html != nil || !text.isEmpty else { throw .empty }

    var headers = MailHeaders(
      reserving: 2048 + (content.text.utf8.count + (content.html?.utf8.count ?? 0)) * 3 / 2)
    headers.append("Date", token: MailDate.string(date))
    headers.append(raw: senderHeaders)
    try headers.append("To", mailbox: Mailbox(name: content.toName, address: recipient))
    try headers.append("Subject", text: content.subject ?? "")
    headers.append("Message-ID", token: "<\(message.uid)@\(messageIDDomain)>")
    if content.purpose == .marketing {
      headers.append(raw: listHeader)
      if let url = content.unsubscribeURL {
        try appendUnsubscribe(url, message: message, to: &headers)
      }
    }
    headers.append(
      "Feedback-ID",
      token: "\(Self.feedbackPart(message.trigger.rawValue)):\(Self.feedbackPart(message.step.rawValue)):"
        + "\(content.purpose.rawValue):\(feedbackSender)")
    headers.append(raw: mimeHeaders)

    var out = headers.bytes
    guard var html else {
      var text = text
      text.withUTF8 { Self.appendPart($0, type: "text/plain", to: &out) }
      return out
    }
    if let preheader = content.preheader, !preheader.isEmpty {
      html = Preheader.insert(preheader, into: html)
    }
    // "=_" never occurs in quoted-printable or Base64 text (RFC 2045 6.7), and the uid cannot be guessed.
    let boundary = "=_\(message.uid)"
    out.append(literal: "Content-Type: multipart/alternative;\r\n boundary=\"")
    out.append(contentsOf: boundary.utf8)
    out.append(literal: "\"\r\n\r\n--")
    out.append(contentsOf: boundary.utf8)
    out.append(literal: "\r\n")
    var half = text
    half.withUTF8 { Self.appendPart($0, type: "text/plain", to: &out) }
    out.append(literal: "\r\n--")
    out.append(contentsOf: boundary.utf8)
    out.append(literal: "\r\n")
    html.withUTF8 { Self.appendPart($0, type: "text/html", to: &out) }
    out.append(literal: "\r\n--")
    out.append(contentsOf: boundary.utf8)
    out.append(literal: "--\r\n")
    return out
  }

  /// RFC 8058: the HTTPS link first, then the mail address, and the header that promises one-click unsubscribing.
  ///
  /// A link without HTTPS (a shop being tried out on a laptop) comes without that promise.
  private func appendUnsubscribe(
    _ url: String, message: ClaimedMessage, to headers: inout MailHeaders
  ) throws(CompositionError) {
    var uris = [url]
    if let mailbox = identity.unsubscribeMailbox { uris.append("mailto:\(mailbox)?subject=\(message.uid)") }
    try headers.append("List-Unsubscribe", uris: uris)
    if url.utf8.starts(with: "https://".utf8) {
      headers.append("List-Unsubscribe-Post", token: "List-Unsubscribe=One-Click")
    }
  }

  private static func appendPart(
    _ bytes: UnsafeBufferPointer<UInt8>, type: StaticString, to out: inout [UInt8]
  ) {
    let encoding = BodyEncoding.choose(bytes)
    out.append(literal: "Content-Type: ")
    out.append(literal: type)
    out.append(literal: "; charset=utf-8\r\nContent-Transfer-Encoding: ")
    out.append(contentsOf: encoding.rawValue.utf8)
    out.append(literal: "\r\n\r\n")
    encoding.append(bytes, to: &out)
  }

  /// Gmail's Feedback-ID has four parts separated by colons, so no part may contain one.
  private static func feedbackPart(_ text: String) -> String {
    String(decoding: text.utf8.filter { EmailAddress.isAtomText($0) }.prefix(60), as: UTF8.self)
  }

  /// Gmail requires a constant of 5 to 15 characters: `tea.example` becomes `teaexample`.
  private static func feedbackSender(of domain: String) -> String {
    let letters = domain.utf8.filter { EmailAddress.isAtomText($0) && $0 != UInt8(ascii: "-") }
    let name = String(decoding: letters.prefix(15), as: UTF8.self)
    return name.utf8.count < 5 ? name + "mail" : name
  }
}

/// The sender of a channel's mail.
package struct MailIdentity: Equatable, Sendable {
  package var from: Mailbox
  package var replyTo: Mailbox?
  /// The envelope sender, which receives bounces; `nil` for the address of `from`.
  package var returnPath: EmailAddress?
  /// A mailbox that unsubscribes anyone who writes to it; if `nil`, `List-Unsubscribe` has only the link.
  package var unsubscribeMailbox: EmailAddress?
  /// RFC 2919, without the angle brackets; `nil` for `<channel>.<domain of from>`.
  package var listID: String?
  /// The last part of Feedback-ID; `nil` derives it from the domain.
  package var feedbackSender: String?

  package init(
    from: Mailbox, replyTo: Mailbox? = nil, returnPath: EmailAddress? = nil,
    unsubscribeMailbox: EmailAddress? = nil, listID: String? = nil, feedbackSender: String? = nil
  ) {
    self.from = from
    self.replyTo = replyTo
    self.returnPath = returnPath
    self.unsubscribeMailbox = unsubscribeMailbox
    self.listID = listID
    self.feedbackSender = feedbackSender
  }
}
