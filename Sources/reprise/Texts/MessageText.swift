internal import Domain
internal import Operations

/// Describes the state of a message in the outbox.
enum MessageText {
  static func state(_ message: ExplainAnswer.Message, call: ProgramCall = ProgramCall()) -> String {
    let code = message.code.map { " (\($0.replacing("_", with: " ")))" } ?? ""
    let doubt = message.isMaybeDelivered ? "; an earlier attempt may have arrived" : ""
    switch message.state {
    case .queued: return "in the outbox\(doubt)"
    case .waiting:
      let until = message.dueAt.map { " until \(TimeText.wall($0))" } ?? ""
      return "waiting in the outbox\(until)\(code)\(doubt)"
    case .leased, .handoff: return "on its way\(doubt)"
    case .sent where message.isCaptured: return "captured: it is a file now, and nobody got it"
    case .sent where message.isAssumed: return "taken as sent, though the provider's answer never came\(code)"
    case .sent: return "accepted by the provider\(code)"
    case .ambiguous:
      return
        "handed over without an answer; when you know more: \(call("resolve \(message.uid) sent|dead|retry"))"
    case .quarantined:
      return
        "set aside, because handing it over ended the program twice; see: \(call("quarantine list"))\(doubt)"
    case .dead: return "given up\(code)\(doubt)"
    case .expired: return "not sent: too late by the time it could be\(doubt)"
    case .cancelled: return "cancelled\(doubt)"
    case .suppressed:
      return "not sent: the customer no longer wanted it, or the address is suppressed\(doubt)"
    }
  }
}
