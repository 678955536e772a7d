/// One reason to hold a message back. The order of the cases is the order in which the gates are asked.
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

/// What was decided about one step of one enrollment.
package enum Verdict: Equatable, Sendable {
  /// Kept apart, because verdicts are passed on often and the text of a mail is large.
  indirect case send(channel: ChannelName, content: MessageContent)
  /// Ask again at `until`; nothing is settled.
  case `defer`(until: Instant, Gate)
  /// The step is settled without a message. `endsEnrollment` also drops the steps after it.
  case skip(Gate, endsEnrollment: Bool)
  /// Deliberately not sent, to measure what the message is worth.
  case withhold(Gate)

  package var kind: VerdictKind {
    switch self {
    case .send: .send
    case .defer: .defer
    case .skip: .skip
    case .withhold: .withhold
    }
  }

  /// When to ask again; `nil` for anything but a deferral.
  package var until: Instant? {
    if case .defer(let until, _) = self { until } else { nil }
  }

  /// The gate that held the message back; `nil` when it is sent.
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

/// A verdict with its proof: every gate that was asked, and the values it saw.
package struct Decision: Equatable, Sendable {
  package var verdict: Verdict
  /// In the order asked; the last entry is the gate that held the message back, if one did.
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
  /// The channel the question was about, for gates that are asked per channel; else `nil`.
  package var channel: ChannelName?
  /// What the gate saw, by name; never a message text or a secret.
  package var values: Record

  package init(gate: Gate, passed: Bool, channel: ChannelName? = nil, values: Record = Record()) {
    self.gate = gate
    self.passed = passed
    self.channel = channel
    self.values = values
  }
}

/// A decision as it stands in the record.
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
  /// A decision about a message of the outbox, as it stands in the record.
  package init(_ decision: Decision, of message: ClaimedMessage, at: Instant) {
    self.init(
      enrollment: message.enrollment, trigger: message.trigger, customer: message.customer,
      step: message.step, at: at, verdict: decision.verdict.kind, gate: decision.verdict.gate, channel: nil,
      until: decision.verdict.until, trace: decision.trace)
  }

  /// Whether this deferral says nothing new after one by this gate. Of an opening it is news when it moves; of what is
  /// only looked at now and then, `until` is just the next look.
  package func repeats(_ last: Gate?, until: Instant?) -> Bool {
    gate == last && (gate != .quietHours || self.until == until)
  }
}
