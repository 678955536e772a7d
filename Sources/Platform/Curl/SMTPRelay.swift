/// A server that mail is handed to, with the connections an engine keeps to it.
///
/// libcurl resolves, connects, encrypts, greets and logs in; the transaction itself is spoken by
/// `SMTPConversation`, because libcurl 7.88 waits for the reply to the dot with its whole thread (`smtp_done`
/// runs a blocking loop inside the multi interface): one slow server would hold up every other transfer.
///
/// The gate: when the server has everything but the dot, the relay reports `readyForDot` and waits. The caller
/// makes its durable mark for many mails in one commit and calls `releaseDot` for all of them, or `abort`.
///
/// Thread-safe. The events come on the engine's thread, many at once, in order; the callback must be short.
package final class SMTPRelay: Sendable {
  package enum Security: String, Sendable {
    /// TLS from the first byte (`smtps`, port 465).
    case implicitTLS = "implicit_tls"
    /// STARTTLS or nothing is sent (port 587).
    case startTLS = "start_tls"
    /// STARTTLS if offered. Does not protect against a man in the middle.
    case opportunistic
    /// Plain text: loopback, tests.
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
    /// The name said in EHLO; nil for the machine's host name.
    package var clientName: String?
    /// PEM file of authorities to trust instead of the system's; nil for the system's.
    package var certificateAuthorityFile: String?
    /// Connections at most, at least 1. While dots wait for their commit these connections stand still: a
    /// few dozen are needed for full speed.
    package var maximumConnections: Int
    /// Mails over one connection before it is closed; 0 for no limit.
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

  /// Limits by stage (RFC 5321 section 4.5.3.2).
  package struct Timeouts: Sendable {
    /// From the name to an open connection: longer only where packets are dropped.
    package var reach = Duration.seconds(10)
    /// From the name to the end of the login, all together.
    package var connect = Duration.seconds(30)
    /// For each reply to MAIL, RCPT, DATA, and for each write that makes no progress. The RFC asks for 5 minutes; up to
    /// here nothing is delivered, so that giving up makes no duplicate.
    package var reply = Duration.seconds(60)
    /// For the reply to the dot. Giving up early makes duplicates: the RFC asks for 10 minutes.
    package var dotReply = Duration.seconds(600)
    /// How long a mail may stand at the gate before the relay gives it up (`timed_out`, stage `body`).
    package var gate = Duration.seconds(120)
    /// How long an unused connection is kept.
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

  /// Queues mails; each ends with exactly one `finished` event, also when the engine is stopped.
  ///
  /// The bodies are encoded here, on the caller's thread. The identifiers come in the order of the mails.
  @discardableResult
  package func submit(_ mails: [SMTPMail]) -> [TransferID] {
    let submissions = mails.map { SMTPSubmission(id: inbox.newID(), mail: $0, completion: nil) }
    let identifiers = submissions.map(\.id)
    submit(submissions)
    return identifiers
  }

  /// Queues mails under identifiers taken from the engine before, so that the caller can file them first.
  package func submit(_ mails: [(id: TransferID, mail: SMTPMail)]) {
    submit(mails.map { SMTPSubmission(id: $0.id, mail: $0.mail, completion: nil) })
  }

  /// Sends one mail whose dot needs no release, and waits for its end. Cancellation aborts it.
  package func send(_ mail: SMTPMail) async -> SMTPResult {
    let id = inbox.newID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit([SMTPSubmission(id: id, mail: mail) { continuation.resume(returning: $0) }])
        // A task cancelled before has posted its abort too early.
        if Task.isCancelled { inbox.post(.abort([id])) }
      }
    } onCancel: {
      inbox.post(.abort([id]))
    }
  }

  /// Lets the dots go. An identifier that is not at the gate (any more) is ignored: its result tells.
  package func releaseDot(_ identifiers: [TransferID]) { inbox.post(.releaseDot(identifiers)) }

  /// Ends mails whose dot has not been sent, with `aborted`; later ones run on to their true end.
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

/// A mail on its way to the engine's thread. With a completion its dot needs no release and it makes no events.
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
