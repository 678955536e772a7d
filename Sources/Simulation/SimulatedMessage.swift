package import Domain

/// A message between its decision and its end.
package struct SimulatedMessage: Equatable, Sendable {
  /// The message as decided, with its current times and address, and the ledger key it counts under.
  package var message: NewMessage
  package var decidedAt: Instant
  /// How often it was handed over.
  package var attempts = 0

  init(_ message: NewMessage, decidedAt: Instant) {
    self.message = message
    self.decidedAt = decidedAt
  }
}

extension SimulatedMessage {
  /// The message as a claim shows it to the gates before the wire, which do not use its key or token.
  var claimed: ClaimedMessage {
    ClaimedMessage(
      key: 0, uid: "", enrollment: message.enrollment, decidedAt: decidedAt, token: ClaimToken(bytes: []),
      attempt: attempts + 1, trigger: message.trigger, customer: message.customer, channel: message.channel,
      step: message.step, dueAt: message.dueAt, expiresAt: message.expiresAt, content: message.content)
  }
}

/// What remains of a message: everything that later decisions need.
package struct PastMessage: Equatable, Sendable {
  package enum Fate: Equatable, Sendable {
    case underWay
    /// The provider has it, or may have it.
    case handedOver(at: Instant)
    /// Its address was permanently bad, so another message may replace it.
    case reachedNobody
    /// Given up for another reason.
    case givenUp
  }

  package var enrollment: Int64
  package var trigger: TriggerID
  package var occurrence: String
  package var step: StepID
  package var channel: ChannelName
  package var purpose: Purpose
  package var decidedAt: Instant
  package var fate: Fate
  /// Whether another system sent it.
  package var isElsewhere = false

  package init(
    enrollment: Int64, trigger: TriggerID, occurrence: String, step: StepID, channel: ChannelName,
    purpose: Purpose, decidedAt: Instant, fate: Fate
  ) {
    self.enrollment = enrollment
    self.trigger = trigger
    self.occurrence = occurrence
    self.step = step
    self.channel = channel
    self.purpose = purpose
    self.decidedAt = decidedAt
    self.fate = fate
  }

  init(_ message: NewMessage, decidedAt: Instant) {
    self.init(
      enrollment: message.enrollment, trigger: message.trigger, occurrence: message.occurrence,
      step: message.step, channel: message.channel, purpose: message.content.purpose, decidedAt: decidedAt,
      fate: .underWay)
  }

  /// Whether it counts against caps.
  var counts: Bool {
    switch fate {
    case .underWay, .handedOver: purpose == .marketing
    case .reachedNobody, .givenUp: false
    }
  }
}
