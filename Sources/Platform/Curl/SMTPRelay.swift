/// A mail server, with the connections an engine keeps to it.
///
/// libcurl connects, encrypts, greets and logs in. `SMTPConversation` handles the transaction, because libcurl 7.88
/// blocks its thread while it waits for the reply to the dot (`smtp_done` runs a blocking loop inside the multi
/// interface): one slow server would block every other transfer.
///
/// The gate: once the server has everything but the dot, the relay reports `readyForDot` and waits. The
/// caller records many mails durably in one commit and then calls `releaseDot` for all of them, or `abort`.
///
/// Thread-safe. Events arrive in batches and in order on the engine's thread; the callback must be short.
package final class SMTPRelay: Sendable {
  package enum Security: String, Sendable {
    /// TLS from the first byte (`smtps`, port 465).
    case implicitTLS = "implicit_tls"
    /// STARTTLS, or nothing is sent (port 587).
    case startTLS = "start_tls"
    /// STARTTLS if offered. No protection against a man in the middle.
    case opportunistic
    /// Plain text, for loopback and tests.
    case none
  }

  package struct Configuration: Sendable, CustomStringConvertible {
    /// Name or address; an IPv6 address without brackets.
    package var host: String
    package var port: UInt16
    package var security: Security
    /// Both or neither.
    package var username: String?
    package var password: Secret?
    /// The name sent in EHLO; `nil` for the machine's host name.
    package var clientName: String?
    /// PEM file of authorities to trust instead of the system's; nil for the system's.
    package var certificateAuthorityFile: String?
    /// Maximum connections, at least 1. Connections are idle while their mails wait for the commit that precedes the
    /// dot, so full throughput takes a few dozen.
    package var maximumConnections: Int
    /// Maximum mails over one connection; 0 for no limit.
    package var mailsPerConnection: Int
    package var timeouts: Timeouts

    package init(
      host: String, port: UInt16, security: Security, username: String? = nil, password: Secret? = nil,
      clientName: String? = nil, certificateAuthorityFile: String? = nil, maximumConnections: Int = 10,
      mailsPerConnection: Int = 0, timeouts: Timeouts = Timeouts()
    ) {
      self.host = host
      self.port = port
      self.security = security
      self.username = username
      self.password = password
      self.clientName = clientName
      self.certificateAuthorityFile = certificateAuthorityFile
      self.maximumConnections = max(1, maximumConnections)
      self.mailsPerConnection = max(0, mailsPerConnection)
      self.timeouts = timeouts
    }

    package var description: String {
      "\(security == .implicitTLS ? "smtps" : "smtp")://\(username == nil ? "" : "<login>@")\(host):\(port) (\(security.rawValue))"
    }
  }

  /// Timeouts by stage (RFC 5321 section 4.5.3.2).
  package struct Timeouts: Sendable {
    /// From the name lookup to an open connection; takes longer only where packets are dropped.
    package var reach = Duration.seconds(10)
    /// From the name lookup to the end of the login, in total.
    package var connect = Duration.seconds(30)
    /// For each reply to MAIL, RCPT and DATA, and for each write without progress. The RFC asks for 5 minutes, but
    /// giving up earlier cannot cause duplicates here, since nothing has been delivered yet.
    package var reply = Duration.seconds(60)
    /// For the reply to the dot. Giving up early causes duplicates; the RFC asks for 10 minutes.
    package var dotReply = Duration.seconds(600)
    /// How long a mail may wait at the gate before the relay gives up (`timed_out`, stage `body`).
    package var gate = Duration.seconds(120)
    /// How long an idle connection is kept.
    package var idle = Duration.seconds(30)

    package init() {}
  }

  package enum Event: Sendable {
    case readyForDot(TransferID)
    case finished(SMTPResult)
  }

  package let configuration: Configuration
  let events: @Sendable ([Event]) -> Void
  let number: UInt64
  private let inbox: TransferInbox

  init(
    configuration: Configuration, number: UInt64, inbox: TransferInbox,
    events: @escaping @Sendable ([Event]) -> Void
  ) {
    self.configuration = configuration
    self.number = number
    self.inbox = inbox
    self.events = events
  }

  /// Queues mails; each ends with exactly one `finished` event, also when the engine stops.
  ///
  /// Bodies are encoded here, on the caller's thread. Returns the identifiers in the order of the mails.
  @discardableResult
  package func submit(_ mails: [SMTPMail]) -> [TransferID] {
    let submissions = mails.map { SMTPSubmission(id: inbox.newID(), mail: $0, completion: nil) }
    let identifiers = submissions.map(\.id)
    submit(submissions)
    return identifiers
  }

  /// Queues mails under identifiers that the engine issued, so that the caller can register them first.
  package func submit(_ mails: [(id: TransferID, mail: SMTPMail)]) {
    submit(mails.map { SMTPSubmission(id: $0.id, mail: $0.mail, completion: nil) })
  }

  /// Sends one mail whose dot needs no release, and waits for the result. Cancellation aborts it.
  package func send(_ mail: SMTPMail) async -> SMTPResult {
    let id = inbox.newID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit([SMTPSubmission(id: id, mail: mail) { continuation.resume(returning: $0) }])
        // If the task was already cancelled, the abort was posted ahead of the mail and had no effect.
        if Task.isCancelled { inbox.post(.abort([id])) }
      }
    } onCancel: {
      inbox.post(.abort([id]))
    }
  }

  /// Releases the dots. Identifiers that are not, or no longer, at the gate are ignored: their result reports what
  /// happened.
  package func releaseDot(_ identifiers: [TransferID]) { inbox.post(.releaseDot(identifiers)) }

  /// Ends mails whose dot has not been sent, with `aborted`; the others run to completion.
  package func abort(_ identifiers: [TransferID]) { inbox.post(.abort(identifiers)) }

  private func submit(_ submissions: [SMTPSubmission]) {
    guard !inbox.post(.mail(self, submissions)) else { return }
    let results = submissions.map {
      SMTPResult(id: $0.id, end: .aborted, stage: .connecting, detail: "the transfer engine is stopped")
    }
    for (submission, result) in zip(submissions, results) { submission.completion?(result) }
    let unclaimed = zip(submissions, results).filter { $0.0.completion == nil }.map { Event.finished($0.1) }
    if !unclaimed.isEmpty { events(unclaimed) }
  }
}

/// A mail on its way to the engine's thread. One with a completion needs no release of its dot and sends no
/// events.
struct SMTPSubmission: Sendable {
  let id: TransferID
  let sender: EnvelopeAddress
  let recipients: [EnvelopeAddress]
  let body: SMTPBody
  let completion: (@Sendable (SMTPResult) -> Void)?
  var retried = false

  init(id: TransferID, mail: SMTPMail, completion: (@Sendable (SMTPResult) -> Void)?) {
    self.id = id
    sender = mail.sender
    recipients = mail.recipients
    body = SMTPBody(mail.message)
    self.completion = completion
  }

  var envelope: SMTPConversation.Envelope {
    .init(sender: sender, recipients: recipients, size: body.dotOffset, hasEightBit: body.hasEightBit)
  }
}
