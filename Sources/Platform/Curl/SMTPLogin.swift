/// What a server has said while libcurl connects and logs in.
struct SMTPLogin {
  private(set) var capabilities = SMTPConversation.Capabilities()
  /// The last whole reply.
  private(set) var reply: SMTPReply?
  private var parser = SMTPReplyParser()
  private var sawGreeting = false
  private var sawHello = false

  /// - Parameter line: one line of a reply, as it came.
  mutating func take(_ line: [UInt8]) {
    capabilities.take(replyLine: line)
    if line.starts(with: "220".utf8) { sawGreeting = true }
    if line.starts(with: "250".utf8) { sawHello = true }
    parser.append(line)
    while case .reply(let reply) = parser.next() { self.reply = reply }
  }

  /// How far a login that has failed came.
  func stage(isConnected: Bool, tlsFailed: Bool) -> SMTPStage {
    if sawHello { return .login }
    return !isConnected || (tlsFailed && !sawGreeting) ? .connecting : .greeting
  }

  /// How a login that libcurl gave up ended.
  func end(_ code: CurlCode) -> SMTPEnd {
    switch code {
    case .timedOut: .timedOut
    case .weirdServerReply where reply == nil: .garbled
    default: if let reply, reply.code >= 400 { .refused } else { .lost }
    }
  }
}
