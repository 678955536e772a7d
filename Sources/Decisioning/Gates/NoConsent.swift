import Domain

extension GateRule {
  /// Holds marketing messages back without consent: with `opt_in` unless it was granted, with `opt_out` once
  /// it was withdrawn. Who unsubscribed under one id has unsubscribed the address, and gets nothing there under
  /// another id until consent is granted anew.
  static let noConsent = GateRule(.noConsent) { question in
    guard question.trigger.purpose == .marketing else {
      return .pass(["purpose": .string(question.trigger.purpose.rawValue)])
    }
    if question.facts.suppressed[question.channel] == .unsubscribed {
      return .skip(.noConsent, ["address": .string("unsubscribed")])
    }
    let policy = question.policy?.consent ?? .optIn
    let consent = question.customer.consent[question.channel]
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
