import Domain
import Platform

/// Classifies the result of an SMTP transaction with one table, read from the top.
///
/// Rule 1: before the dot nothing was delivered. Rule 2: an explicit reply is definite. Rule 3: the dot
/// without a complete reply is ambiguous, whatever the transport reports. Enhanced codes (RFC 3463) take
/// precedence over plain ones; unknown ones are read by their class.
enum SMTPClassification {
  static func outcome(of result: SMTPResult) -> OutcomeClass {
    switch result.end {
    case .accepted: .accepted
    case .refused: refusal(result.reply, at: result.stage)
    case .unsupported: .permanent
    case .aborted: result.stage == .dotSent ? .ambiguous : .released
    case .lost, .timedOut, .garbled: loss(result)
    }
  }

  private static func loss(_ result: SMTPResult) -> OutcomeClass {
    switch (result.stage, result.code) {
    case (.dotSent, _): .ambiguous
    case (.connecting, .loginDenied), (.greeting, .loginDenied), (.login, .loginDenied): .configurationFault
    // The server offers no STARTTLS, which we require.
    case (_, .tlsUnavailable): .configurationFault
    case (_, .badAuthorityFile): .configurationFault
    // It waited too long at our own gate: the store was slow, not the server.
    case (.body, _) where result.end == .timedOut && result.code == .ok: .released
    default: .providerFault
    }
  }

  /// One row of the table; `nil` matches anything.
  struct Rule: Sendable {
    var stages: Set<SMTPStage>?
    var codes: ClosedRange<Int>
    /// Matches this enhanced code, or any that starts with it and a dot.
    var enhanced: String?
    var outcome: OutcomeClass

    init(
      _ outcome: OutcomeClass, _ codes: ClosedRange<Int>, _ enhanced: String? = nil,
      at stages: Set<SMTPStage>? = nil
    ) {
      self.stages = stages
      self.codes = codes
      self.enhanced = enhanced
      self.outcome = outcome
    }
  }

  static let rules: [Rule] = [
    // Before the envelope the server's replies are about us or itself, never about the message.
    Rule(.throttled, 421...421, at: [.connecting, .greeting, .login]),
    Rule(.throttled, 454...454, at: [.connecting, .greeting, .login]),
    Rule(.providerFault, 400...499, at: [.connecting, .greeting, .login]),
    Rule(.configurationFault, 500...599, at: [.login]),
    Rule(.providerFault, 500...599, at: [.connecting, .greeting]),

    // Slow down; SES sends 454 after the message, Google 5.4.5 when the daily limit is reached.
    Rule(.throttled, 421...421), Rule(.throttled, 454...454),
    Rule(.throttled, 400...499, "4.7.28"), Rule(.throttled, 500...599, "5.4.5"),

    // Login and sender are our settings. All mail of a channel has one sender, so only the announced size
    // (RFC 1870) says something about the message.
    Rule(.configurationFault, 530...530), Rule(.configurationFault, 535...535),
    Rule(.configurationFault, 538...538),
    Rule(.configurationFault, 500...599, "5.1.7"), Rule(.configurationFault, 500...599, "5.1.8"),
    Rule(.permanent, 552...552, at: [.sender]), Rule(.permanent, 500...599, "5.3.4", at: [.sender]),
    Rule(.permanent, 500...599, "5.2.3", at: [.sender]),
    Rule(.configurationFault, 500...599, at: [.sender]),

    // Mailbox full: may pass, and the address is good.
    Rule(.temporary, 500...599, "5.2.2"),
    // Too large for the server: a retry does not help.
    Rule(.permanent, 552...552, "5.3.4"), Rule(.permanent, 400...599, "5.3.4"),
    // The old code for "too many recipients" (RFC 5321 4.5.3.1.10).
    Rule(.temporary, 552...552, at: [.envelope]),

    // The address itself: no such mailbox or domain, bad syntax, or moved without a forwarding address.
    Rule(.badAddress, 500...599, "5.1"),
    Rule(.permanent, 500...599, "5.2.1", at: [.envelope]),
    // Policy and spam: never the address's fault.
    Rule(.permanent, 500...599, "5.7"),

    Rule(.temporary, 400...499), Rule(.permanent, 500...599),
  ]

  /// Whether the reply may be about us rather than the recipient: a server that requires a login, or does not relay
  /// for this machine, often says so only in reply to RCPT, with the same code as any other policy (RFC 3463, X.7.1).
  /// Servers without enhanced codes say "relay". Text in angle brackets is an address, and so chosen by a customer.
  static func mayConcernChannel(_ result: SMTPResult) -> Bool {
    guard result.end == .refused, result.stage == .envelope, let reply = result.reply,
      outcome(of: result) == .permanent
    else { return false }
    if let code = reply.enhancedCode { return code.hasPrefix("5.7.") }
    var isAddress = false
    let words = reply.text.lowercased().utf8.filter { byte in
      if byte == UInt8(ascii: "<") { isAddress = true }
      defer { if byte == UInt8(ascii: ">") { isAddress = false } }
      return !isAddress
    }
    return String(decoding: words, as: UTF8.self).contains("relay")
  }

  private static func refusal(_ reply: SMTPReply?, at stage: SMTPStage) -> OutcomeClass {
    guard let reply else { return stage == .dotSent ? .ambiguous : .providerFault }
    for rule in rules {
      if let stages = rule.stages, !stages.contains(stage) { continue }
      guard rule.codes.contains(reply.code) else { continue }
      if let enhanced = rule.enhanced {
        guard let code = reply.enhancedCode, code == enhanced || code.hasPrefix(enhanced + ".") else {
          continue
        }
      }
      return rule.outcome
    }
    // A refusal that is neither 4xx nor 5xx: garbage.
    return stage == .dotSent ? .ambiguous : .providerFault
  }
}
