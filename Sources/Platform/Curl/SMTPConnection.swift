/// One connection of a relay, driven by libcurl while it connects and logs in, and here afterwards. Engine
/// thread only.
final class SMTPConnection {
  let handle: CurlHandle
  unowned let pool: SMTPPool
  let configuration: SMTPRelay.Configuration

  var wire: SMTPWire
  var login = SMTPLogin()
  var conversation = SMTPConversation(capabilities: .init())
  var parser = SMTPReplyParser()
  var output = SMTPOutput()
  /// Whether the loop should report when the socket becomes writable.
  var wantsWrite = false

  /// The mail in progress.
  private(set) var submission: SMTPSubmission?
  private(set) var mailsTaken = 0
  private(set) var isClosed = false
  /// On the clock of `monotonicNanoseconds`; `.max` for none.
  private(set) var deadline = UInt64.max
  private var endCode = CurlCode.ok
  private var endDetail = ""

  init(pool: SMTPPool) {
    self.pool = pool
    configuration = pool.relay.configuration
    handle = CurlHandle()
    wire = SMTPWire(handle)
  }

  var descriptor: Int32 { wire.descriptor }
  var isIdle: Bool { descriptor >= 0 && submission == nil && !isClosed }
  var currentID: TransferID? { submission?.id }

  /// The server has accepted the login and waits for mail.
  func becomeReady() {
    deadline = .max
    conversation = SMTPConversation(capabilities: login.capabilities)
  }

  /// Starts a mail; the connection must be idle. Returns false if the server cannot take it, with the
  /// connection unused.
  func begin(_ next: SMTPSubmission) -> Bool {
    if let missing = conversation.missingExtension(for: next.envelope) {
      pool.finish(
        next,
        SMTPResult(
          id: next.id, end: .unsupported, stage: .envelope,
          detail: "the server does not offer \(missing), which the address needs"))
      return false
    }
    submission = next
    mailsTaken += 1
    output.beginBody()
    setDeadline(configuration.timeouts.reply)
    perform(conversation.begin(next.envelope))
    return true
  }

  func releaseDot() {
    setDeadline(configuration.timeouts.reply)
    perform(conversation.release())
  }

  /// Ends the mail unless its dot has been sent.
  func abort() {
    guard conversation.stage != .dotSent else { return }
    finish(.aborted)
  }

  /// Ends the mail and the connection at any stage.
  func finish(_ end: SMTPEnd, code: CurlCode = .ok, detail: String = "") {
    endCode = code
    endDetail = detail
    perform(conversation.end(end))
  }

  /// Sends QUIT without waiting for the reply, and closes.
  func quit() {
    let goodbye = Array("QUIT\r\n".utf8)
    if isIdle { _ = wire.write(goodbye, from: 0, to: goodbye.count) }
    close()
  }

  // MARK: - Time

  func deadlinePassed() {
    if submission != nil {
      if conversation.isAtGate {
        finish(.timedOut, detail: "the dot was not released in time")
      } else {
        finish(.timedOut, code: .timedOut, detail: silence(at: conversation.stage))
      }
    } else if descriptor < 0, !isClosed {
      connectDeadlinePassed()
    } else {
      quit()
    }
  }

  /// From here on libcurl's own limit applies, unless the connection has not even been accepted.
  private func connectDeadlinePassed() {
    deadline = .max
    if !isReached { pool.connected(self, .timedOut) }
  }

  func idleUntil(_ limit: Duration) { setDeadline(limit) }

  func setDeadline(_ limit: Duration) {
    deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds
    pool.loop.noteDeadline(deadline)
  }

  // MARK: - Actions of the conversation

  func perform(_ actions: [SMTPConversation.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes):
        output.append(bytes)
        setDeadline(configuration.timeouts.reply)
        pump()
      case .sendBody:
        output.writeBody(to: submission?.body.dotOffset ?? 0)
        setDeadline(configuration.timeouts.reply)
        pump()
      case .readyForDot:
        setDeadline(configuration.timeouts.gate)
        if let submission {
          if submission.completion != nil { releaseDot() } else { pool.readyForDot(submission.id, on: self) }
        }
      case .sendRest:
        output.writeBody(to: submission?.body.wire.count ?? 0)
        pump()
      case .finish(let end, let stage, let reply):
        finished(end, stage, reply)
      case .close: close()
      }
    }
  }

  private func finished(_ end: SMTPEnd, _ stage: SMTPStage, _ reply: SMTPReply?) {
    guard let done = submission else { return }
    submission = nil
    deadline = .max
    let wasUsed = mailsTaken > 1
    let isLost = end == .lost || (end == .refused && reply?.code == 421)
    if wasUsed, isLost, stage == .envelope, conversation.isUntouched, !done.retried {
      // The server had closed an idle connection: it has not seen the mail.
      var again = done
      again.retried = true
      pool.putBack(again)
    } else {
      pool.finish(
        done,
        SMTPResult(id: done.id, end: end, stage: stage, reply: reply, code: endCode, detail: endDetail))
    }
    endCode = .ok
    endDetail = ""
  }

  private func close() {
    guard !isClosed else { return }
    isClosed = true
    deadline = .max
    pool.closed(self)
    wire.close()
  }
}
