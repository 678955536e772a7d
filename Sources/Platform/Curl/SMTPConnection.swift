internal import CCurl
internal import Glibc

/// One connection of a relay: libcurl's while it connects and logs in, then driven here. Engine thread only.
final class SMTPConnection {
  let handle = CurlHandle()
  unowned let pool: SMTPPool
  let configuration: SMTPRelay.Configuration

  private(set) var descriptor: Int32 = -1
  private var isPlain = false
  private var conversation = SMTPConversation(capabilities: .init())
  private var parser = SMTPReplyParser()
  private var submission: SMTPSubmission?

  private var commands: [UInt8] = []
  private var commandsWritten = 0
  private var bodyWritten = 0
  private var bodyTarget = 0
  private(set) var wantsWrite = false

  private var capabilities = SMTPConversation.Capabilities()
  private var loginParser = SMTPReplyParser()
  private var loginReply: SMTPReply?
  private var sawGreeting = false
  private var sawHello = false

  private(set) var mailsTaken = 0
  private(set) var isClosed = false
  /// On the clock of `monotonicNanoseconds`; `.max` for none.
  private(set) var deadline = UInt64.max

  init(pool: SMTPPool) {
    self.pool = pool
    configuration = pool.relay.configuration
  }

  var isIdle: Bool { descriptor >= 0 && submission == nil && !isClosed }
  var currentID: TransferID? { submission?.id }

  /// Prepares the handle for libcurl to connect, greet and log in.
  func prepare() {
    let scheme = configuration.security == .implicitTLS ? "smtps" : "smtp"
    let host =
      configuration.host.utf8.contains(UInt8(ascii: ":")) ? "[\(configuration.host)]" : configuration.host
    handle.set(.url, "\(scheme)://\(host):\(configuration.port)/\(configuration.clientName ?? "")")
    handle.set(.protocols, "smtp,smtps")
    handle.set(.connectOnly, 1)
    switch configuration.security {
    case .implicitTLS, .startTLS: handle.set(.useTLS, Int(CURLUSESSL_ALL.rawValue))
    case .opportunistic: handle.set(.useTLS, Int(CURLUSESSL_TRY.rawValue))
    case .none: handle.set(.useTLS, Int(CURLUSESSL_NONE.rawValue))
    }
    if let username = configuration.username { handle.set(.username, username) }
    if let password = configuration.password { handle.set(.password, password.reveal()) }
    if let file = configuration.certificateAuthorityFile { handle.set(.authorityFile, file) }
    handle.set(.connectTimeoutMilliseconds, Int(max(1, configuration.timeouts.connect.wholeMilliseconds)))
    handle.set(.serverResponseTimeout, Int(configuration.timeouts.connect.wholeMilliseconds / 1000 + 1))
    setDeadline(configuration.timeouts.reach)
    handle.set(.headerContext, Unmanaged.passUnretained(self).toOpaque())
    _ = ccurl_set_data_callback(handle.raw, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      // The connection outlives its handle: it owns it.
      guard let data, let context else { return 0 }
      let connection = Unmanaged<SMTPConnection>.fromOpaque(context).takeUnretainedValue()
      connection.takeLoginLine(UnsafeRawBufferPointer(start: data, count: size * count))
      return size * count
    }
  }

  private func takeLoginLine(_ bytes: UnsafeRawBufferPointer) {
    let line = [UInt8](bytes)
    capabilities.take(replyLine: line)
    if line.starts(with: "220".utf8) { sawGreeting = true }
    if line.starts(with: "250".utf8) { sawHello = true }
    loginParser.append(line)
    while case .reply(let reply) = loginParser.next() { loginReply = reply }
  }

  /// libcurl is done. True when the connection is ready for mail.
  func connected(_ code: CurlCode) -> Bool {
    guard code == .ok else { return false }
    var socket: curl_socket_t = -1
    guard ccurl_get_socket(handle.raw, &socket) == CURLE_OK, socket >= 0 else { return false }
    descriptor = socket
    deadline = .max
    isPlain = configuration.security == .none
    conversation = SMTPConversation(capabilities: capabilities)
    // The first call binds the connection to this handle; an unbound one may be closed by libcurl as idle.
    var byte: UInt8 = 0
    var count = 0
    _ = curl_easy_recv(handle.raw, &byte, 1, &count)
    return count == 0
  }

  /// How far a failed connection came, with what the server said.
  func connectFailure(_ code: CurlCode, id: TransferID) -> SMTPResult {
    let isConnected = handle.offset(CURLINFO_CONNECT_TIME_T) > 0
    let tlsFailed = [35, 53, 58, 59, 60, 77, 83, 90, 91].contains(code.rawValue)
    let stage: SMTPStage =
      sawHello ? .login : !isConnected || (tlsFailed && !sawGreeting) ? .connecting : .greeting
    let reply = loginReply
    let end: SMTPEnd =
      switch code {
      case .timedOut: .timedOut
      case .weirdServerReply where reply == nil: .garbled
      default: if let reply, reply.code >= 400 { .refused } else { .lost }
      }
    return SMTPResult(
      id: id, end: end, stage: stage, reply: reply, code: code,
      detail: code == .timedOut ? silence(at: stage) : handle.explanation(of: code))
  }

  /// What did not come in time, and from where.
  private func silence(at stage: SMTPStage) -> String {
    let (what, limit) =
      switch stage {
      case .connecting: ("no connection to", configuration.timeouts.reach)
      case .greeting: ("no greeting from", configuration.timeouts.connect)
      case .login: ("no answer to the login from", configuration.timeouts.connect)
      case .sender, .envelope, .body: ("no reply from", configuration.timeouts.reply)
      case .dotSent: ("no reply to the mail from", configuration.timeouts.dotReply)
      }
    return "\(what) \(configuration.host):\(configuration.port) within \(DurationText.text(limit))"
  }

  // MARK: - A transaction

  /// Begins a mail. The connection must be idle. False: the server cannot take it, and the connection is unused.
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
    bodyWritten = 0
    bodyTarget = 0
    setDeadline(configuration.timeouts.reply)
    perform(conversation.begin(next.envelope))
    return true
  }

  func releaseDot() {
    setDeadline(configuration.timeouts.reply)
    perform(conversation.release())
  }

  /// Ends the mail unless its dot is out.
  func abort() {
    guard conversation.stage != .dotSent else { return }
    finish(.aborted)
  }

  /// Ends the mail and the connection, whatever its stage.
  func finish(_ end: SMTPEnd, code: CurlCode = .ok, detail: String = "") {
    endCode = code
    endDetail = detail
    perform(conversation.end(end))
  }

  private var endCode = CurlCode.ok
  private var endDetail = ""

  /// Says goodbye without waiting for the answer, and closes.
  func quit() {
    if isIdle { _ = put("QUIT\r\n".utf8.map { $0 }, from: 0, to: 6) }
    close()
  }

  func deadlinePassed() {
    guard submission != nil else {
      if descriptor < 0, !isClosed { return connectDeadlinePassed() }
      return quit()
    }
    let detail =
      conversation.isAtGate ? "the dot was not released in time" : silence(at: conversation.stage)
    finish(.timedOut, code: conversation.isAtGate ? .ok : .timedOut, detail: detail)
  }

  /// From here on libcurl's own limit holds, unless nobody has even taken the connection.
  private func connectDeadlinePassed() {
    deadline = .max
    if handle.offset(CURLINFO_CONNECT_TIME_T) == 0 { pool.connected(self, .timedOut) }
  }

  func idleUntil(_ limit: Duration) { setDeadline(limit) }

  private func setDeadline(_ limit: Duration) {
    deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds
    pool.loop.noteDeadline(deadline)
  }

  private func perform(_ actions: [SMTPConversation.Action]) {
    for action in actions {
      switch action {
      case .send(let bytes):
        if commandsWritten == commands.count {
          commands = bytes
          commandsWritten = 0
        } else {
          commands.append(contentsOf: bytes)
        }
        setDeadline(configuration.timeouts.reply)
        pump()
      case .sendBody:
        bodyTarget = submission?.body.dotOffset ?? 0
        setDeadline(configuration.timeouts.reply)
        pump()
      case .readyForDot:
        setDeadline(configuration.timeouts.gate)
        if let submission {
          if submission.completion != nil { releaseDot() } else { pool.readyForDot(submission.id, on: self) }
        }
      case .sendRest:
        bodyTarget = submission?.body.wire.count ?? 0
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
      // An idle connection that the server had given up: nobody has seen the mail.
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
    descriptor = -1
  }

  // MARK: - Bytes

  func readable() {
    while !isClosed {
      let count = withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 8) { buffer -> Int in
        let count = get(buffer)
        if count > 0 { parser.append(buffer.prefix(count)) }
        return count
      }
      if count == 0 { break }
      if count < 0 {
        let detail =
          parser.hasPartial ? "connection lost in the middle of a reply" : "connection closed by the server"
        return finish(.lost, code: .receiveError, detail: detail)
      }
      consume()
      if isPlain, count < 16 * 1024 { break }
    }
  }

  private func consume() {
    while !isClosed {
      switch parser.next() {
      case .needMore: return
      case .garbage: return finish(.garbled, code: .weirdServerReply, detail: "not an SMTP reply")
      case .reply(let reply): perform(conversation.received(reply))
      }
    }
  }

  func writable() { pump() }

  /// Writes what is due until the socket is full.
  private func pump() {
    while !isClosed {
      if commandsWritten < commands.count {
        let count = put(commands, from: commandsWritten, to: commands.count)
        guard count > 0 else { return blocked(count) }
        commandsWritten += count
      } else if let body = submission?.body, bodyWritten < bodyTarget {
        let count = put(body.wire, from: bodyWritten, to: bodyTarget)
        guard count > 0 else { return blocked(count) }
        bodyWritten += count
        if bodyWritten == bodyTarget {
          if bodyTarget == body.wire.count {
            conversation.dotWritten()
            setDeadline(configuration.timeouts.dotReply)
          } else {
            perform(conversation.bodyWritten())
          }
        } else {
          setDeadline(configuration.timeouts.reply)
        }
      } else {
        if wantsWrite {
          wantsWrite = false
          pool.loop.watch(self)
        }
        return
      }
    }
  }

  private func blocked(_ count: Int) {
    guard count == 0 else {
      return finish(.lost, code: .sendError, detail: "the connection broke while writing")
    }
    if !wantsWrite {
      wantsWrite = true
      pool.loop.watch(self)
    }
  }

  /// Bytes written, 0 when the socket is full, -1 when it is broken.
  private func put(_ bytes: [UInt8], from start: Int, to end: Int) -> Int {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      if isPlain {
        let count = send(descriptor, base + start, end - start, Int32(MSG_NOSIGNAL))
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : -1
      }
      var count = 0
      switch curl_easy_send(handle.raw, base + start, end - start, &count) {
      case CURLE_OK: return count
      case CURLE_AGAIN: return 0
      default: return -1
      }
    }
  }

  /// Bytes read, 0 when there are none now, -1 at the end or on an error.
  private func get(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    if isPlain {
      let count = recv(descriptor, base, buffer.count, 0)
      if count > 0 { return count }
      return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1
    }
    var count = 0
    switch curl_easy_recv(handle.raw, base, buffer.count, &count) {
    case CURLE_OK: return count > 0 ? count : -1
    case CURLE_AGAIN: return 0
    default: return -1
    }
  }
}
