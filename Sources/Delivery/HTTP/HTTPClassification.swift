import Domain
import Platform

/// Classifies the result of an HTTP request.
///
/// Before the whole request was sent, nothing was delivered. A status is definite unless it comes from a
/// gateway. A request without a status is ambiguous, and so is a success with a truncated response.
struct HTTPClassification {
  var rule: HTTPSuccessRule
  /// Whether the provider recognises repetitions by a key.
  var isIdempotent: Bool
  /// Whether each message costs money and reaches a phone: an internal error may be reported after it was sent.
  var isMetered: Bool

  func outcome(of result: HTTPTransferResult, answer: JSON?) -> OutcomeClass {
    if result.code == .badAuthorityFile { return .configurationFault }
    guard result.requestWasSent || result.status >= 200 else { return .providerFault }
    guard result.status >= 200 else { return .ambiguous }
    // HTTP/0.9 and other garbage.
    if result.code == .unsupportedProtocol || result.code == .weirdServerReply { return .ambiguous }
    let code = rule.code.flatMap { path in answer.flatMap { path.text(in: $0) } }
    if let code, let known = rule.outcomes[code] { return known }
    guard (200...299).contains(result.status) else { return refusal(result.status) }
    guard rule.statuses.contains(result.status) else { return .ambiguous }
    guard rule.needsBody else { return isBrokenOff(result) ? .ambiguous : .accepted }
    // A truncated or unexpected body does not say whether the message was accepted.
    guard let code else { return .ambiguous }
    return rule.accepted.contains(code) ? .accepted : .permanent
  }

  /// Whether the response is shorter than announced (RFC 9112 section 8): the server may not have done what it began
  /// to report. A response that ends with the connection counts as complete.
  private func isBrokenOff(_ result: HTTPTransferResult) -> Bool {
    // We cut it ourselves.
    if result.code == .ok || result.bodyWasCut { return false }
    return result.code == .partialFile || result.headers["Content-Length"] != nil
      || result.headers["Transfer-Encoding"] != nil
  }

  /// Classifies statuses other than success.
  func refusal(_ status: Int) -> OutcomeClass {
    switch status {
    // Redirects are not followed: the configured URL is wrong.
    case 300...399: .configurationFault
    case 401, 402, 403, 407, 410: .configurationFault
    case 408, 425: .temporary
    case 409: isIdempotent ? .temporary : .permanent
    case 429, 503: .throttled
    case 400...499: .permanent
    case 500: isMetered && !isIdempotent ? .ambiguous : .temporary
    case 501, 505: .permanent
    // From a gateway: the result behind it is unknown.
    default: isIdempotent ? .throttled : .ambiguous
    }
  }
}
