internal import Platform

/// Where a message of the outbox stands, in words.
enum MessageText {
  /// - Parameter message: with `state`, `uid` and perhaps `code` and `due_at`.
  static func state(_ message: JSON) -> String {
    let uid = message["uid"]?.stringValue ?? "?"
    let code = message["code"]?.stringValue.map { " (\($0))" } ?? ""
    let doubt = message["maybe_delivered"]?.boolValue == true ? "; an earlier attempt may have arrived" : ""
    switch message["state"]?.stringValue {
    case "queued": return "in the outbox\(doubt)"
    case "waiting":
      let until = message["due_at"]?.stringValue.map { " until \(TimeText.wall($0))" } ?? ""
      return "waiting in the outbox\(until)\(code)\(doubt)"
    case "leased", "handoff": return "on its way\(doubt)"
    case "sent" where message["assumed"]?.boolValue == true:
      return "taken as sent, though the provider's answer never came\(code)"
    case "sent": return "accepted by the provider\(code)"
    case "ambiguous":
      return "handed over without an answer; when you know more: reprise resolve \(uid) sent|dead|retry"
    case "quarantined":
      return
        "set aside, because handing it over ended the program twice; see: reprise quarantine list\(doubt)"
    case "dead": return "given up\(code)\(doubt)"
    case "expired": return "not sent: too late by the time it could be\(doubt)"
    case "cancelled": return "cancelled\(doubt)"
    case "suppressed":
      return "not sent: the customer no longer wanted it, or the address is suppressed\(doubt)"
    case let other: return other ?? "in an unknown state"
    }
  }
}
