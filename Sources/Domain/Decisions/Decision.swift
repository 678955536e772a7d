/// A reason to hold a message back. The cases are in evaluation order.
///
/// The raw value is the same word in the database, the log, metric labels, the API and `explain`.
package enum Gate: String, Sendable, CaseIterable {
  case triggerPaused = "trigger_paused"
  case exitCondition = "exit_condition"
  case expired
  case audience
  case noAddress = "no_address"
  case suppressed
  case noConsent = "no_consent"
  case holdout
  case quietHours = "quiet_hours"
  case frequencyCap = "frequency_cap"
  case offerExhausted = "offer_exhausted"
  case templateFailed = "template_failed"
}

/// The decision about one step of one enrollment.
package enum Verdict: Equatable, Sendable {
  /// Indirect, because verdicts are passed around a lot and the text of a mail is large.
  indirect case send(channel: ChannelName, content: MessageContent)
  /// Decide again at `until`; nothing is settled.
  case `defer`(until: Instant, Gate)
  /// The step is settled without a message. `endsEnrollment` also drops the later steps.
  case skip(Gate, endsEnrollment: Bool)
  /// Deliberately not sent, to measure the message's effect.
  case withhold(Gate)

  package var kind: VerdictKind {
    switch self {
    case .send: .send
    case .defer: .defer
    case .skip: .skip
    case .withhold: .withhold
    }
  }

  /// When to decide again; `nil` for anything but a deferral.
  package var until: Instant? {
    if case .defer(let until, _) = self { until } else { nil }
  }

  /// The gate that held the message; `nil` if it is sent.
  package var gate: Gate? {
    switch self {
    case .send: nil
    case .defer(_, let gate), .skip(let gate, _), .withhold(let gate): gate
    }
  }
}

package enum VerdictKind: String, Sendable, CaseIterable {
  case send
  case `defer`
  case skip
  case withhold
}

/// A verdict with every gate evaluated and its values.
package struct Decision: Equatable, Sendable {
  package var verdict: Verdict
  /// In evaluation order; the last entry is the gate that held the message, if any did.
  package var trace: [TraceEntry]

  package init(verdict: Verdict, trace: [TraceEntry]) {
    self.verdict = verdict
    self.trace = trace
  }
}

/// One gate's answer.
package struct TraceEntry: Equatable, Sendable {
  package var gate: Gate
  package var passed: Bool
  /// The channel, for gates evaluated per channel; `nil` otherwise.
  package var channel: ChannelName?
  /// The gate's inputs by name; never a message text or a secret.
  package var values: Record

  package init(gate: Gate, passed: Bool, channel: ChannelName? = nil, values: Record = Record()) {
    self.gate = gate
    self.passed = passed
    self.channel = channel
    self.values = values
  }
}

/// A recorded decision.
package struct StoredDecision: Equatable, Sendable {
  package var enrollment: Int64
  package var trigger: TriggerID
  package var customer: CustomerKey
  package var step: StepID
  package var at: Instant
  package var verdict: VerdictKind
  package var gate: Gate?
  /// For `send`, and for a message in the outbox that a gate ended; `nil` otherwise.
  package var channel: ChannelName?
  /// For `defer`; `nil` otherwise.
  package var until: Instant?
  package var trace: [TraceEntry]

  package init(
    enrollment: Int64, trigger: TriggerID, customer: CustomerKey, step: StepID, at: Instant,
    verdict: VerdictKind,
    gate: Gate?, channel: ChannelName?, until: Instant?, trace: [TraceEntry]
  ) {
    self.enrollment = enrollment
    self.trigger = trigger
    self.customer = customer
    self.step = step
    self.at = at
    self.verdict = verdict
    self.gate = gate
    self.channel = channel
    self.until = until
    self.trace = trace
  }
}

extension StoredDecision {
  /// The recorded form of a decision about a message of the outbox.
  package init(_ decision: Decision, of message: ClaimedMessage, at: Instant) {
    self.init(
      enrollment: message.enrollment, trigger: message.trigger, customer: message.customer,
      step: message.step, at: at, verdict: decision.verdict.kind, gate: decision.verdict.gate, channel: nil,
      until: decision.verdict.until, trace: decision.trace)
  }

  /// Whether this deferral repeats the last one, by the same gate. A changed opening time is new; for
  /// conditions that are polled, `until` is only the next check.
  package func repeats(_ last: Gate?, until: Instant?) -> Bool {
    gate == last && (gate != .quietHours || self.until == until)
  }
}
