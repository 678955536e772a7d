/// The client's side of SMTP mail transactions on a connection that has been greeted and logged in (RFC
/// 5321), with PIPELINING (RFC 2920) if the server offers it. Does no I/O: takes events, returns actions.
struct SMTPConversation {
  enum Action: Equatable {
    /// Write these commands.
    case send([UInt8])
    /// Write the body up to its dot, then call `bodyWritten`.
    case sendBody
    /// The server waits for the rest, and nothing of the dot has been sent. `release` sends it.
    case readyForDot
    /// Write the rest of the body and the dot, then call `dotWritten`.
    case sendRest
    /// The transaction has ended. The connection is free for the next one unless `close` follows.
    case finish(SMTPEnd, SMTPStage, SMTPReply?)
    case close
  }

  /// The extensions in the EHLO reply.
  struct Capabilities: Equatable {
    var pipelining = false
    var eightBit = false
    var utf8 = false
    var size = false
  }

  struct Envelope {
    var sender: EnvelopeAddress
    var recipients: [EnvelopeAddress]
    var size: Int
    var hasEightBit: Bool
  }

  private enum Step { case reset, mail, recipient(Int), data }
  private enum State { case idle, envelope, body, gate, releasing, dot, closed }

  /// Bodies up to this size stay unsent at the gate and go out with their dot in one write, which saves a
  /// system call on each side.
  static let heldBodyLimit = 64 * 1024

  private var state = State.idle
  private let capabilities: Capabilities
  private var envelope: Envelope?
  private var unsent: ArraySlice<Step> = []
  private var awaiting: ArraySlice<Step> = []
  private var refusal: SMTPReply?
  private var refusedStage = SMTPStage.envelope
  private var mustClose = false
  private var needsReset = false
  private var lastReply: SMTPReply?

  /// Whether this transaction has received nothing but, at most, the 421 with which a server ends an idle
  /// connection: the mail can then be retried on another connection, since the server has not seen it.
  private(set) var isUntouched = false

  init(capabilities: Capabilities) { self.capabilities = capabilities }

  var isAtGate: Bool { state == .gate }

  var stage: SMTPStage {
    switch state {
    case .idle, .envelope, .closed: .envelope
    case .body, .gate, .releasing: .body
    case .dot: .dotSent
    }
  }

  /// The last complete reply in this transaction.
  var reply: SMTPReply? { refusal ?? lastReply }

  /// An extension that the mail needs and the server does not offer; `nil` if there is none.
  func missingExtension(for envelope: Envelope) -> String? {
    let needsUTF8 = envelope.sender.needsUTF8 || envelope.recipients.contains { $0.needsUTF8 }
    return needsUTF8 && !capabilities.utf8 ? "SMTPUTF8" : nil
  }

  mutating func begin(_ envelope: Envelope) -> [Action] {
    precondition(state == .idle, "one transaction at a time on a connection")
    self.envelope = envelope
    state = .envelope
    unsent = []
    if needsReset { unsent.append(.reset) }
    unsent.append(.mail)
    for index in envelope.recipients.indices { unsent.append(.recipient(index)) }
    unsent.append(.data)
    awaiting = []
    refusal = nil
    lastReply = nil
    mustClose = false
    needsReset = false
    isUntouched = true
    return sendDue()
  }

  mutating func received(_ reply: SMTPReply) -> [Action] {
    switch state {
    case .closed: return []
    case .idle: return close([])
    case .envelope: return envelopeReply(reply)
    case .body, .gate, .releasing:
      lastReply = reply
      return close([.finish(reply.code >= 400 ? .refused : .garbled, .body, reply)])
    case .dot:
      lastReply = reply
      state = .idle
      let end: SMTPEnd = reply.code < 300 ? .accepted : reply.code >= 400 ? .refused : .garbled
      let actions = [Action.finish(end, .dotSent, reply)]
      return reply.code == 421 || end == .garbled ? close(actions) : actions
    }
  }

  mutating func bodyWritten() -> [Action] {
    guard state == .body else { return [] }
    state = .gate
    return [.readyForDot]
  }

  mutating func release() -> [Action] {
    guard state == .gate else { return [] }
    state = .releasing
    return [.sendRest]
  }

  mutating func dotWritten() {
    if state == .releasing { state = .dot }
  }

  /// Ends the transaction for a reason outside the protocol: connection loss, timeout, abort, invalid reply.
  mutating func end(_ end: SMTPEnd) -> [Action] {
    if state == .closed { return [] }
    return state == .idle ? close([]) : close([.finish(end, stage, reply)])
  }

  private mutating func close(_ actions: [Action]) -> [Action] {
    state = .closed
    return actions + [.close]
  }

  private mutating func envelopeReply(_ reply: SMTPReply) -> [Action] {
    guard let step = awaiting.popFirst() else {
      // A 421 may come at any time; any other reply here is out of order.
      lastReply = reply
      return close([.finish(reply.code == 421 ? .refused : .garbled, .envelope, reply)])
    }
    if reply.code != 421 { isUntouched = false }
    lastReply = reply
    var isGood = reply.code < 300
    if case .data = step { isGood = reply.code == 354 }
    if reply.code == 421 {
      if refusal == nil { refusal = reply }
      return close([.finish(.refused, .envelope, refusal)])
    }
    if refusal != nil {
      // The server asks for a message although it refused the recipient. No dot may follow, so close.
      if case .data = step, isGood { mustClose = true }
    } else if !isGood {
      guard reply.code >= 400 else { return close([.finish(.garbled, .envelope, reply)]) }
      refusal = reply
      if case .mail = step { refusedStage = .sender } else { refusedStage = .envelope }
      unsent = []
      if case .reset = step { mustClose = true }
    }
    if !awaiting.isEmpty { return [] }
    if let refusal {
      let actions = [Action.finish(.refused, refusedStage, refusal)]
      needsReset = true
      state = .idle
      return mustClose ? close(actions) : actions
    }
    if case .data = step {
      if (envelope?.size ?? 0) <= Self.heldBodyLimit {
        state = .gate
        return [.readyForDot]
      }
      state = .body
      return [.sendBody]
    }
    return sendDue()
  }

  /// With pipelining, sends everything at once, except DATA after several recipients, which waits for their
  /// replies: a server that accepted only some would ask for the message.
  private mutating func sendDue() -> [Action] {
    guard let envelope else { return [] }
    var out: [UInt8] = []
    let holdsData = envelope.recipients.count > 1
    while let step = unsent.first {
      if !capabilities.pipelining, !awaiting.isEmpty { break }
      if case .data = step, holdsData, !awaiting.isEmpty { break }
      unsent = unsent.dropFirst()
      awaiting.append(step)
      write(step, of: envelope, to: &out)
    }
    return out.isEmpty ? [] : [.send(out)]
  }

  private func write(_ step: Step, of envelope: Envelope, to out: inout [UInt8]) {
    switch step {
    case .reset: out.append(contentsOf: "RSET".utf8)
    case .mail:
      out.append(contentsOf: "MAIL FROM:<".utf8)
      out.append(contentsOf: envelope.sender.path.utf8)
      out.append(UInt8(ascii: ">"))
      if capabilities.size { out.append(contentsOf: " SIZE=\(envelope.size)".utf8) }
      if capabilities.eightBit, envelope.hasEightBit { out.append(contentsOf: " BODY=8BITMIME".utf8) }
      if capabilities.utf8, envelope.sender.needsUTF8 || envelope.recipients.contains(where: { $0.needsUTF8 })
      {
        out.append(contentsOf: " SMTPUTF8".utf8)
      }
    case .recipient(let index):
      out.append(contentsOf: "RCPT TO:<".utf8)
      out.append(contentsOf: envelope.recipients[index].path.utf8)
      out.append(UInt8(ascii: ">"))
    case .data: out.append(contentsOf: "DATA".utf8)
    }
    out.append(0x0D)
    out.append(0x0A)
  }
}

extension SMTPConversation.Capabilities {
  /// Takes one line of a reply to EHLO, as libcurl passes it on during the login. The greeting and the reply
  /// to STARTTLS (both 220) discard the earlier extensions.
  mutating func take(replyLine line: [UInt8]) {
    if line.starts(with: "220".utf8) { self = .init() }
    guard line.starts(with: "250".utf8), line.count > 4 else { return }
    let word = line[4...].prefix { $0 > 0x20 }.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
    switch String(decoding: word, as: UTF8.self) {
    case "PIPELINING": pipelining = true
    case "8BITMIME": eightBit = true
    case "SMTPUTF8": utf8 = true
    case "SIZE": size = true
    default: break
    }
  }
}
