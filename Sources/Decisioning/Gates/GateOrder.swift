import Domain

/// The gates in the order in which they are asked; the first that holds decides.
///
/// `no_address`, `suppressed` and `no_consent` say whether a channel can reach the customer, and are asked
/// for each channel of the step until one passes all three. The rest is asked once. Caps and quiet hours are
/// about the customer's peace and not about a way to get through, so that neither makes a step fall back to
/// another channel: a full SMS cap must not become one more email. The night comes before the caps: they are asked
/// when the message could go, and a cap that is full at night may be free in the morning.
enum GateOrder {
  static let beforeChannel: [GateRule] = [.triggerPaused, .exitCondition, .expired, .audience]
  static let perChannel: [GateRule] = [.noAddress, .suppressed, .noConsent]
  // `offer_exhausted` stands between these two groups once offers exist; `template_failed` is the answer of
  // composing.
  static let afterChannel: [GateRule] = [.holdout, .quietHours, .frequencyCap]

  /// Asked again of a message that was decided, each time before it is handed over: between the decision and the wire
  /// lie rates, outages and retries. Holdout and caps are settled with the decision; the other gates may have changed
  /// their answer.
  static let beforeWire: [WireRule] = [
    .triggerPaused, .exitCondition, .expired, .audience, .noAddress, .suppressed, .noConsent, .quietHours,
  ]
}
