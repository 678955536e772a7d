import Domain
import Platform

/// What the facts of an HTTP request mean for the message.
///
/// Before the request was wholly sent nothing was delivered; a status is definite unless it speaks for a gateway; sent
/// and no status is ambiguous, as is a success whose message broke off.
struct HTTPClassification {
  var rule: HTTPSuccessRule
  /// The provider recognises a repetition by its key.
  var isIdempotent: Bool
  /// Each message costs money and reaches a phone: an internal error may come after it went out.
  var isMetered: Bool

  func outcome(of result: HTTPTransferResult, answer: JSON?) -> OutcomeClass {
    if result.code == .badAuthorityFile { return .configurationFault }
    guard result.requestWasSent || result.status >= 200 else { return .providerFault }
    guard result.status >= 200 else { return .ambiguous }
    // HTTP/0.9 and other nonsense.
    if result.code == .unsupportedProtocol || result.code == .weirdServerReply { return .ambiguous }
    let code = rule.code.flatMap { path in answer.flatMap { path.text(in: $0) } }
    if let code, let known = rule.outcomes[code] { return known }
    guard (200...299).contains(result.status) else { return refusal(result.status) }
    guard rule.statuses.contains(result.status) else { return .ambiguous }
    guard rule.needsBody else { return isBrokenOff(result) ? .ambiguous : .accepted }
    // A cut or foreign body does not say whether the message was taken.
    guard let code else { return .ambiguous }
    return rule.accepted.contains(code) ? .accepted : .permanent
  }

  /// Whether the answer promised more than came (RFC 9112 section 8): whoever broke it off may not have done what it
  /// began to say. One that ends with its connection is complete whenever that ends.
  private func isBrokenOff(_ result: HTTPTransferResult) -> Bool {
    // What was enough for us we broke off ourselves.
    if result.code == .ok || result.bodyWasCut { return false }
    return result.code == .partialFile || result.headers["Content-Length"] != nil
      || result.headers["Transfer-Encoding"] != nil
  }

  /// The table of statuses that are no success.
  func refusal(_ status: Int) -> OutcomeClass {
    switch status {
    // Never followed: the URL in the configuration is wrong.
    case 300...399: .configurationFault
    case 401, 402, 403, 407, 410: .configurationFault
    case 408, 425: .temporary
    case 409: isIdempotent ? .temporary : .permanent
    case 429, 503: .throttled
    case 400...499: .permanent
    case 500: isMetered && !isIdempotent ? .ambiguous : .temporary
    case 501, 505: .permanent
    // A gateway speaks, and nobody knows what happened behind it.
    default: isIdempotent ? .throttled : .ambiguous
    }
  }
}
