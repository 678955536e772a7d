/// How one attempt to deliver ended, in words that hold for every protocol.
package enum OutcomeClass: String, Sendable, CaseIterable {
  /// The provider took it.
  case accepted
  /// A definite refusal that may pass: try again later.
  case temporary
  /// A definite refusal of this message; the address may be good.
  case permanent
  /// A definite refusal of the address: it is suppressed.
  case badAddress = "bad_address"
  /// The provider asks to slow down; the attempt is not charged.
  case throttled
  /// The provider could not be reached or spoke nonsense before anything was handed over; not charged.
  case providerFault = "provider_fault"
  /// Our own settings seem to be refused (sign-in, sender, billing): the answer to the next message tells whether it is
  /// them, so that the channel stops, or this message, which then ends; not charged until then.
  case configurationFault = "configuration_fault"
  /// Handed over, and no answer: nobody can say.
  case ambiguous
  /// Given back untouched: shutdown, lost claim, full window; not charged.
  case released
}

/// What one attempt changes in the outbox.
package struct AttemptResult: Equatable, Sendable {
  package var key: Int64
  /// Of the message; its key may stand for another by now, when the person was forgotten meanwhile.
  package var uid: String
  package var token: ClaimToken
  package var channel: ChannelName
  package var attempt: Int
  package var outcome: OutcomeClass
  /// What it means for the message.
  package var end: AttemptEnd
  /// When the message is tried again: not before this.
  package var retryAt: Instant?
  /// Set when the provider may have accepted this or an earlier attempt.
  package var maybeDelivered: Bool
  package var providerReference: String?
  /// SMTP reply or HTTP status and the like, for people: `550 5.1.1`.
  package var code: String?
  /// At most a few hundred bytes of the provider's words, escaped.
  package var detail: String?
  package var begunAt: Instant
  /// `nil` when nothing was handed over.
  package var handoffAt: Instant?
  package var endedAt: Instant

  package init(
    key: Int64, uid: String, token: ClaimToken, channel: ChannelName, attempt: Int, outcome: OutcomeClass,
    end: AttemptEnd, retryAt: Instant? = nil, providerReference: String? = nil, code: String? = nil,
    detail: String? = nil, begunAt: Instant, handoffAt: Instant? = nil, endedAt: Instant
  ) {
    self.key = key
    self.uid = uid
    self.token = token
    self.channel = channel
    self.attempt = attempt
    self.outcome = outcome
    self.end = end
    self.retryAt = retryAt
    maybeDelivered = end.mayHaveArrived
    self.providerReference = providerReference
    self.code = code
    self.detail = detail
    self.begunAt = begunAt
    self.handoffAt = handoffAt
    self.endedAt = endedAt
  }
}

extension AttemptResult {
  /// The state the message goes to.
  package var state: MessageState { end.state }
  /// Whether the attempt counts against the limit of attempts.
  package var charged: Bool { end.isCharged }

  /// Whether the failure may be the channel's: the message cannot tell whether the channel works, and the fault is its
  /// own once others pass.
  package var mayConcernChannel: Bool {
    switch outcome {
    case .configurationFault, .providerFault, .throttled: true
    case .accepted, .temporary, .permanent, .badAddress, .ambiguous, .released: false
    }
  }
}

/// A message that counts against the frequency caps of a customer.
package struct CapEntry: Equatable, Sendable {
  package var channel: ChannelName
  /// When it was planned into the outbox.
  package var at: Instant

  package init(channel: ChannelName, at: Instant) {
    self.channel = channel
    self.at = at
  }
}
