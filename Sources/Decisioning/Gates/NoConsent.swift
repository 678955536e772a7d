import Domain

extension GateRule {
  /// Holds marketing messages back without consent: with `opt_in` unless it was granted, with `opt_out` once
  /// it was withdrawn. Who unsubscribed under one id has unsubscribed the address, and gets nothing there under
  /// another id until consent is granted again.
  static let noConsent = GateRule(.noConsent) { question in
    answer(
      question.trigger.purpose, suppression: question.facts.suppressed[question.channel],
      policy: question.policy?.consent ?? .optIn, consent: question.customer.consent[question.channel])
  }

  fileprivate static func answer(
    _ purpose: Purpose, suppression: SuppressionReason?, policy: ConsentPolicy, consent: ConsentState?
  ) -> Answer {
    guard purpose == .marketing else { return .pass(["purpose": .string(purpose.rawValue)]) }
    if suppression == .unsubscribed { return .skip(.noConsent, ["address": .string("unsubscribed")]) }
    let values: Record = [
      "policy": .string(policy.rawValue), "consent": consent.map { .string($0.rawValue) } ?? .null,
    ]
    let isAllowed =
      switch policy {
      case .optIn: consent == .granted
      case .optOut: consent != .withdrawn
      }
    return isAllowed ? .pass(values) : .skip(.noConsent, values)
  }
}

extension WireRule {
  /// The same by the purpose with which the message was decided. When the file gives its trigger another one by now, the
  /// message must not go as it stands: by its purpose consent and caps were asked, and it says whether there is a link
  /// to unsubscribe. That is asked with the facts, so that the step can be decided anew.
  static let noConsent = WireRule(.noConsent) { question in
    let purpose = question.message.content.purpose
    if question.facts != nil, let trigger = question.trigger, trigger.purpose != purpose {
      return .skip(
        .noConsent,
        ["purpose": .string(trigger.purpose.rawValue), "decided_as": .string(purpose.rawValue)])
    }
    return GateRule.answer(
      purpose, suppression: question.due.suppression, policy: question.policy?.consent ?? .optOut,
      consent: question.due.consent)
  }
}
