/// The server's replies while libcurl connects and logs in.
struct SMTPLogin {
  private(set) var capabilities = SMTPConversation.Capabilities()
  /// The last complete reply.
  private(set) var reply: SMTPReply?
  private var parser = SMTPReplyParser()
  private var sawGreeting = false
  private var sawHello = false

  /// - Parameter line: one line of a reply, as received.
  mutating func take(_ line: [UInt8]) {
    capabilities.take(replyLine: line)
    if line.starts(with: "220".utf8) { sawGreeting = true }
    if line.starts(with: "250".utf8) { sawHello = true }
    parser.append(line)
    while case .reply(let reply) = parser.next() { self.reply = reply }
  }

  /// The stage that a failed login reached.
  func stage(isConnected: Bool, tlsFailed: Bool) -> SMTPStage {
    if sawHello { return .login }
    return !isConnected || (tlsFailed && !sawGreeting) ? .connecting : .greeting
  }

  /// The end of a login that failed with `code`.
  func end(_ code: CurlCode) -> SMTPEnd {
    switch code {
    case .timedOut: .timedOut
    case .weirdServerReply where reply == nil: .garbled
    default: if let reply, reply.code >= 400 { .refused } else { .lost }
    }
  }
}
