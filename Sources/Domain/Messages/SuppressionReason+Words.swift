/// The meaning of a word in another system's list of suppressed addresses.
package enum SuppressionWord: Equatable, Sendable {
  case holds(SuppressionReason)
  /// The address may be written to, so it should not be in the list.
  case holdsNothing

  /// Ignores case, blanks, `_`, `-` and accents. A mail server's reply, `550 5.1.1 ...`, is a bounce; any
  /// other word that refuses consent is an unsubscribe.
  ///
  /// - Returns: `nil` for an unknown word.
  package init?(_ written: String) {
    let key = Words.key(written)
    if let reason = Self.byWord[ExactText(key)] {
      self = .holds(reason)
    } else if Self.isServerReply(written) {
      self = .holds(.badAddress)
    } else {
      switch ConsentAnswer(written) {
      case .withdrawn?, .no?, .notGranted?: self = .holds(.unsubscribed)
      case .granted?, .yes?, .nothing?: self = .holdsNothing
      case nil: return nil
      }
    }
  }

  /// The words for each reason, as in the handbook, starting with the reason's own.
  package static let words: [(reason: SuppressionReason, words: [String])] = [
    (
      .badAddress,
      [
        "bad_address", "bounce", "bounces", "bounced", "hard bounce", "hard bounced", "soft bounce",
        "soft bounced",
        "permanent bounce", "permanent", "cleaned", "clean", "invalid", "invalid email", "invalid emails",
        "invalid address", "undeliverable", "undelivered", "unreachable", "unknown subscriber", "30003",
        "30005",
        "30006", "退信", "无效", "空号",
      ]
    ),
    (
      .complaint,
      [
        "complaint", "complaints", "complained", "spam", "spam complaint", "spam complaints", "spam report",
        "spam reports", "marked as spam", "reported as spam", "abuse", "abuse complaint", "feedback loop",
        "投诉",
      ]
    ),
    (
      .operator,
      [
        "operator", "manual", "manually", "manually suppressed", "suppressed", "user suppressed", "admin",
        "block",
        "blocks", "blocked", "blocklist", "blocklisted", "blacklist", "blacklisted", "do not contact", "dnc",
        "compliance", "global exclusion", "拉黑", "黑名单",
      ]
    ),
    (
      .forgotten,
      ["forgotten", "forget", "erased", "erasure", "redacted", "gdpr", "gdpr delete", "gdpr request"]
    ),
    (
      .unsubscribed,
      [
        "unsubscribed", "unsubscribe", "unsubscribes", "unsub", "unsubs", "global unsubscribe",
        "group unsubscribe",
        "list unsubscribe", "opt out", "opted out", "optout", "stop", "stopall", "stop all", "end", "quit",
        "cancel",
        "revoke", "21610", "退订", "已退订",
      ]
    ),
  ]

  private static let byWord: [ExactText: SuppressionReason] = {
    var table: [ExactText: SuppressionReason] = [:]
    for (reason, words) in words { for word in words { table[ExactText(Words.key(word))] = reason } }
    return table
  }()

  /// Whether a text starts with an SMTP code of a refusal, `550` or `5.1.1`. A temporary one counts as a
  /// bounce too: the other system gave up on the address.
  private static func isServerReply(_ text: String) -> Bool {
    let bytes = Array(text.utf8.drop { $0 == ASCII.space }.prefix(4))
    guard bytes.count >= 3, bytes[0] == 0x34 || bytes[0] == 0x35 else { return false }
    if bytes[1] == 0x2E { return ASCII.isDigit(bytes[2]) }
    guard ASCII.isDigit(bytes[1]), ASCII.isDigit(bytes[2]) else { return false }
    return bytes.count == 3 || bytes[3] == ASCII.space || bytes[3] == ASCII.minus
  }
}

extension SuppressionReason {
  /// The reason implied by the name of a column of times, such as `UNSUB_TIME`; `nil` if there is none.
  package static func told(byTimeColumn header: String) -> SuppressionReason? {
    switch Words.key(header) {
    case "unsubtime", "unsubscribedat", "unsubscribetime", "unsubscribedate", "unsubscribeddate",
      "unsubscribedon", "optoutdate", "optouttime", "optoutat", "optedoutat", "optedouton", "退订时间":
      .unsubscribed
    case "cleantime", "cleanedat", "bouncedat", "bouncetime", "bouncedate", "hardbouncedat": .badAddress
    case "complainedat", "complainttime", "complaintdate", "spamcomplaintat", "markedasspamat": .complaint
    default: nil
    }
  }
}
