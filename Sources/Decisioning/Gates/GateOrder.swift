import Domain

/// The gates in the order they are asked; the first that holds decides.
///
/// `no_address`, `suppressed` and `no_consent` determine whether a channel can reach the customer, and are
/// asked for each channel of the step until one passes all three. The others are asked once. Caps and quiet
/// hours protect the customer's peace and are not a question of reachability, so neither makes a step fall
/// back to another channel: a full SMS cap must not become one more email. Quiet hours come before caps: caps
/// are asked when the message could go, and one that is full at night may be free in the morning.
enum GateOrder {
  static let beforeChannel: [GateRule] = [.triggerPaused, .exitCondition, .expired, .audience]
  static let perChannel: [GateRule] = [.noAddress, .suppressed, .noConsent]
  // `offer_exhausted` goes between these two groups once offers exist; `template_failed` is the result of
  // composing.
  static let afterChannel: [GateRule] = [.holdout, .quietHours, .frequencyCap]

  /// Asked again for a decided message each time before it is handed over: rates, outages and retries may
  /// delay it. Holdout and caps are settled with the decision; the other gates may have changed their answer.
  static let beforeWire: [WireRule] = [
    .triggerPaused, .exitCondition, .expired, .audience, .noAddress, .suppressed, .noConsent, .quietHours,
  ]
}
