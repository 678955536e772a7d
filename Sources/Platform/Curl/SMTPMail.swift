/// One message for one SMTP transaction.
package struct SMTPMail: Sendable {
  package var sender: EnvelopeAddress
  /// At least one. If any is refused nothing is sent to the others: give one recipient a mail.
  package var recipients: [EnvelopeAddress]
  /// The message as in RFC 5322. Line ends are repaired and dots stuffed by the relay.
  package var message: [UInt8]

  package init(sender: EnvelopeAddress, recipients: [EnvelopeAddress], message: [UInt8]) {
    self.sender = sender
    self.recipients = recipients
    self.message = message
  }
}

/// How far a transaction came. Only `dot_sent` can mean that the receiver has the message: before it the
/// server never saw the end of the message and has to forget it (RFC 5321 section 4.1.1.4).
package enum SMTPStage: String, Sendable, CaseIterable {
  /// Resolving, connecting, TLS of `smtps`; also a mail that waited and never had a connection.
  case connecting
  /// Connected; no 220 greeting yet.
  case greeting
  /// Greeted: EHLO, STARTTLS, AUTH.
  case login
  /// The answer to MAIL refused the sender, or the mail as it was announced (its size).
  case sender
  /// RCPT, DATA; also MAIL when the connection ended there.
  case envelope
  /// DATA was accepted (354); the closing dot has not been sent.
  case body
  /// The closing dot was handed to the kernel.
  case dotSent = "dot_sent"
}

/// What ended a transaction.
package enum SMTPEnd: String, Sendable, CaseIterable {
  /// 2xx after the dot.
  case accepted
  /// An explicit 4xx or 5xx: see the reply and the stage.
  case refused
  /// The connection ended or could not be made; see the curl code.
  case lost
  /// A time limit ran out.
  case timedOut = "timed_out"
  /// `abort` or `stop`.
  case aborted
  /// The server sent something that is not an SMTP reply, or not one that may stand here.
  case garbled
  /// The server lacks an extension that the mail needs; the text of the detail names it.
  case unsupported
}

/// The facts of one transaction. What they mean for the message is decided above.
package struct SMTPResult: Sendable, Equatable {
  package let id: TransferID
  package let end: SMTPEnd
  package let stage: SMTPStage
  /// The reply that ended it, else the last complete one; nil if there was none.
  package let reply: SMTPReply?
  /// `ok` unless the transport ended it.
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

/// Names one transfer for as long as its engine lives. Never used twice.
package struct TransferID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: UInt64

  package init(number: UInt64) { self.number = number }

  package static func < (left: TransferID, right: TransferID) -> Bool { left.number < right.number }

  package var description: String { "transfer-\(number)" }
}
