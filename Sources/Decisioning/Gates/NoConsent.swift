import Domain

extension GateRule {
  /// Holds marketing messages without consent: with `opt_in` unless consent was granted, with `soft_opt_in` unless it
  /// was granted or there is a standing order, with any policy once it was withdrawn. An unsubscribe under one id
  /// applies to the address, and thus under any other id, until consent is granted again.
  static let noConsent = GateRule(.noConsent) { question in
    answer(
      question.trigger.purpose, suppression: question.facts.suppressed[question.channel],
      policy: question.policy?.consent ?? .optIn, consent: question.customer.consent[question.channel],
      hasOrdered: question.facts.state.hasStandingOrder)
  }

  fileprivate static func answer(
    _ purpose: Purpose, suppression: SuppressionReason?, policy: ConsentPolicy, consent: ConsentState?,
    hasOrdered: @autoclosure () -> Bool
  ) -> Answer {
    guard purpose == .marketing else { return .pass(["purpose": .string(purpose.rawValue)]) }
    if suppression == .unsubscribed { return .skip(.noConsent, ["address": .string("unsubscribed")]) }
    var values: Record = [
      "policy": .string(policy.rawValue), "consent": consent.map { .string($0.rawValue) } ?? .null,
    ]
    let isAllowed: Bool
    switch policy {
    case .optIn: isAllowed = consent == .granted
    case .optOut: isAllowed = consent != .withdrawn
    case .softOptIn where consent == nil:
      isAllowed = hasOrdered()
      values = values.adding("has_ordered", .bool(isAllowed))
    case .softOptIn: isAllowed = consent == .granted
    }
    return isAllowed ? .pass(values) : .skip(.noConsent, values)
  }
}

extension WireRule {
  /// The same, for the purpose that the message was decided with. If its trigger has another purpose now, the message
  /// must not go as it is: the purpose determined which consent and caps were checked, and whether there is an
  /// unsubscribe link. This is checked when facts are available, so that the step can be decided again.
  static let noConsent = WireRule(.noConsent) { question in
    let purpose = question.message.content.purpose
    if question.facts != nil, let trigger = question.trigger, trigger.purpose != purpose {
      return .skip(
        .noConsent,
        ["purpose": .string(trigger.purpose.rawValue), "decided_as": .string(purpose.rawValue)])
    }
    return GateRule.answer(
      purpose, suppression: question.due.suppression, policy: question.policy?.consent ?? .optOut,
      consent: question.due.consent, hasOrdered: question.facts?.state.hasStandingOrder ?? true)
  }
}
