import Domain
import Platform

extension Logger {
  /// Logs a message's result: `message_sent`, `message_failed`, `message_ambiguous`, `message_expired` or
  /// `message_retried`. The customer is identified by the shop's id, the address is shortened.
  func log(_ result: AttemptResult, of message: ClaimedMessage) {
    let (level, name): (LogLevel, StaticString) =
      switch result.state {
      case .sent: (.info, "message_sent")
      case .ambiguous: (.warning, "message_ambiguous")
      case .dead: (.warning, "message_failed")
      case .expired: (.warning, "message_expired")
      default: result.outcome == .released ? (.debug, "message_released") : (.notice, "message_retried")
      }
    log(
      level, name,
      [
        "trigger": message.trigger.rawValue, "step": message.step.rawValue,
        "customer": Self.customer(of: message), "channel": message.channel.rawValue,
        "to": Redaction.address(message.content.to), "message": message.uid, "attempt": message.attempt,
        "outcome": result.outcome.rawValue, "code": result.code,
        "detail": result.detail.map { Self.withoutAddress($0, message.content.to) },
      ])
  }

  /// `customer.id` from the message's data, else the store's number.
  private static func customer(of message: ClaimedMessage) -> String {
    if case .object(let customer)? = message.content.data["customer"], case .string(let id)? = customer["id"]
    {
      return id
    }
    return "#\(message.customer.rawValue)"
  }

  /// Providers often repeat the address they refuse.
  static func withoutAddress(_ text: String, _ address: String) -> String {
    guard !text.isEmpty, address.utf8.count >= 3 else { return text }
    let short = Redaction.address(address)
    var rest = Substring(text)
    var out = ""
    while let range = rest.firstRange(of: address) {
      out += rest[..<range.lowerBound] + short
      rest = rest[range.upperBound...]
    }
    return out + rest
  }
}
