package import Domain

extension Decision {
  /// The decision as recorded.
  package func record(
    enrollment: Int64, trigger: TriggerID, customer: CustomerKey, step: StepID, at now: Instant
  ) -> StoredDecision {
    var channel: ChannelName?
    if case .send(let chosen, _) = verdict { channel = chosen }
    return StoredDecision(
      enrollment: enrollment, trigger: trigger, customer: customer, step: step, at: now,
      verdict: verdict.kind, gate: verdict.gate, channel: channel, until: verdict.until, trace: trace)
  }
}
