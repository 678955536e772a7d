/// One message for one SMTP transaction.
package struct SMTPMail: Sendable {
  package var sender: EnvelopeAddress
  /// At least one. If the server refuses any, none gets the message: give each mail one recipient.
  package var recipients: [EnvelopeAddress]
  /// The message as in RFC 5322. The relay repairs line ends and stuffs dots.
  package var message: [UInt8]

  package init(sender: EnvelopeAddress, recipients: [EnvelopeAddress], message: [UInt8]) {
    self.sender = sender
    self.recipients = recipients
    self.message = message
  }
}

/// How far a transaction got. Only from `dot_sent` on may the receiver have the message: before that it has not seen
/// the end, and must discard what it has (RFC 5321 section 4.1.1.4).
package enum SMTPStage: String, Sendable, CaseIterable {
  /// Name lookup, connecting, TLS of `smtps`; also a mail still waiting for a connection.
  case connecting
  /// Connected, but no 220 greeting yet.
  case greeting
  /// After the greeting: EHLO, STARTTLS, AUTH.
  case login
  /// The reply to MAIL refused the sender, or the announced mail (its size).
  case sender
  /// RCPT and DATA; also MAIL if the connection ended there.
  case envelope
  /// DATA was accepted (354); the final dot has not been sent.
  case body
  /// The final dot was passed to the kernel.
  case dotSent = "dot_sent"
}

/// How a transaction ended.
package enum SMTPEnd: String, Sendable, CaseIterable {
  /// A 2xx reply to the dot.
  case accepted
  /// A 4xx or 5xx reply: see the reply and the stage.
  case refused
  /// The connection failed or was lost; see the curl code.
  case lost
  case timedOut = "timed_out"
  /// `abort` or `stop`.
  case aborted
  /// The server sent something that is not an SMTP reply, or one out of order.
  case garbled
  /// The server lacks an extension that the mail needs; `detail` names it.
  case unsupported
}

/// The facts of one transaction. The caller decides what they mean for the message.
package struct SMTPResult: Sendable, Equatable {
  package let id: TransferID
  package let end: SMTPEnd
  package let stage: SMTPStage
  /// The reply that ended it, or the last complete one; `nil` if there was none.
  package let reply: SMTPReply?
  /// `ok` unless the transport failed.
  package let code: CurlCode
  /// A sentence for the log, without credentials.
  package let detail: String

  package init(
    id: TransferID, end: SMTPEnd, stage: SMTPStage, reply: SMTPReply? = nil, code: CurlCode = .ok,
    detail: String = ""
  ) {
    self.id = id
    self.end = end
    self.stage = stage
    self.reply = reply
    self.code = code
    self.detail = detail
  }
}

/// Identifies one transfer of an engine. Never reused.
package struct TransferID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: UInt64

  package init(number: UInt64) { self.number = number }

  package static func < (left: TransferID, right: TransferID) -> Bool { left.number < right.number }

  package var description: String { "transfer-\(number)" }
}
