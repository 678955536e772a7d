import Domain

extension GateRule {
  /// Holds if the customer's address on the channel is suppressed, for service messages too. A mere
  /// unsubscribe is a matter of consent, and is checked there.
  static let suppressed = GateRule(.suppressed) { question in
    answer(question.facts.suppressed[question.channel])
  }

  fileprivate static func answer(_ reason: SuppressionReason?) -> Answer {
    guard let reason, reason != .unsubscribed else { return .pass() }
    return .skip(.suppressed, ["reason": .string(reason.rawValue)])
  }
}

extension WireRule {
  static let suppressed = WireRule(.suppressed) { GateRule.answer($0.due.suppression) }
}
