package import Domain

extension ExplainAnswer {
  /// A decision about one step, with the answer of every gate that ran.
  package struct Decision: JSONRecord {
    package var step: StepID
    package var at: OffsetTime
    package var verdict: VerdictKind
    /// The gate that stopped the message; `nil` for `send`.
    package var gate: Gate?
    /// For `send`; `nil` otherwise.
    package var channel: ChannelName?
    /// For `defer`: when the step is decided again.
    package var until: OffsetTime?
    package var trace: [GateAnswer]
    /// For `send`, while the message is in the outbox; `nil` otherwise.
    package var message: Message?

    package init(
      step: StepID, at: OffsetTime, verdict: VerdictKind, gate: Gate? = nil, channel: ChannelName? = nil,
      until: OffsetTime? = nil, trace: [GateAnswer], message: Message? = nil
    ) {
      self.step = step
      self.at = at
      self.verdict = verdict
      self.gate = gate
      self.channel = channel
      self.until = until
      self.trace = trace
      self.message = message
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Decision(
        step: try field("step", \.step), at: try field("at", \.at), verdict: try field("verdict", \.verdict),
        gate: try field.optional("gate", \.gate), channel: try field.optional("channel", \.channel),
        until: try field.optional("until", \.until), trace: try field("trace", \.trace),
        message: try field.optional("message", \.message))
    }
  }

  /// One gate's answer.
  package struct GateAnswer: JSONRecord {
    package var gate: Gate
    package var isPassed: Bool
    /// For gates that run per channel; `nil` otherwise.
    package var channel: ChannelName?
    /// The gate's inputs, by name; times in ISO 8601.
    package var values: JSONObject

    package init(gate: Gate, isPassed: Bool, channel: ChannelName? = nil, values: JSONObject = [:]) {
      self.gate = gate
      self.isPassed = isPassed
      self.channel = channel
      self.values = values
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      GateAnswer(
        gate: try field("gate", \.gate), isPassed: try field("passed", \.isPassed),
        channel: try field.optional("channel", \.channel),
        values: try field.optional("values") { $0.values.isEmpty ? nil : $0.values } ?? [:])
    }
  }

  /// The delivery state of a decision's message.
  package struct Message: JSONRecord {
    package var uid: String
    package var state: MessageState
    /// Whether an attempt may have been delivered although the message does not count as sent.
    package var isMaybeDelivered: Bool
    /// The time of the next attempt, while it waits.
    package var dueAt: OffsetTime?
    /// Whether it counts as sent although the provider never answered.
    package var isAssumed: Bool
    /// Whether it was written to a file instead of being sent.
    package var isCaptured: Bool
    package var subject: String?
    /// The provider's code for the last attempt.
    package var code: String?

    package init(
      uid: String, state: MessageState, isMaybeDelivered: Bool = false, dueAt: OffsetTime? = nil,
      isAssumed: Bool = false, isCaptured: Bool = false, subject: String? = nil, code: String? = nil
    ) {
      self.isCaptured = isCaptured
      self.uid = uid
      self.state = state
      self.isMaybeDelivered = isMaybeDelivered
      self.dueAt = dueAt
      self.isAssumed = isAssumed
      self.subject = subject
      self.code = code
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Message(
        uid: try field("uid", \.uid), state: try field("state", \.state),
        isMaybeDelivered: try field.flag("maybe_delivered", \.isMaybeDelivered),
        dueAt: try field.optional("due_at", \.dueAt), isAssumed: try field.flag("assumed", \.isAssumed),
        isCaptured: try field.flag("captured", \.isCaptured),
        subject: try field.optional("subject", \.subject), code: try field.optional("code", \.code))
    }
  }
}
