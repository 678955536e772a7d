import Domain

/// The gates in evaluation order; the first that holds decides.
///
/// `no_address`, `suppressed` and `no_consent` determine whether a channel can reach the customer, and are
/// evaluated for each channel of the step until one passes all three. The others are evaluated once. Caps and
/// quiet hours limit disturbance, not reachability, so neither makes a step fall back to another channel: a
/// full SMS cap must not become one more email. Quiet hours come before caps: a cap that is full at night may
/// be free in the morning, when the message could go.
enum GateOrder {
  static let beforeChannel: [GateRule] = [.triggerPaused, .exitCondition, .expired, .audience]
  static let perChannel: [GateRule] = [.noAddress, .suppressed, .noConsent]
  // `offer_exhausted` will go between these two groups once offers exist; `template_failed` results from composing.
  static let afterChannel: [GateRule] = [.holdout, .quietHours, .frequencyCap]

  /// Evaluated again each time before a decided message is handed over, since rates, outages and retries may delay it.
  /// Holdout and caps were settled by the decision; the answers of the other gates may have changed.
  static let beforeWire: [WireRule] = [
    .triggerPaused, .exitCondition, .expired, .audience, .noAddress, .suppressed, .noConsent, .quietHours,
  ]
}
