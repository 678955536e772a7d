/// The outcome of one delivery attempt, in terms common to all protocols.
package enum OutcomeClass: String, Sendable, CaseIterable {
  /// The provider accepted it.
  case accepted
  /// A definite refusal that may pass: try again later.
  case temporary
  /// A definite refusal of this message; the address may be good.
  case permanent
  /// A definite refusal of the address: it is suppressed.
  case badAddress = "bad_address"
  /// The provider asks to slow down; the attempt does not count.
  case throttled
  /// The provider could not be reached or sent garbage before anything was handed over; does not count.
  case providerFault = "provider_fault"
  /// The provider seems to refuse our own settings (login, sender, billing). The result of the next message
  /// decides whether it is these, and the channel stops, or this message, which then ends; does not count
  /// until then.
  case configurationFault = "configuration_fault"
  /// Handed over without an answer: the result is unknown.
  case ambiguous
  /// Released untouched: shutdown, lost claim, full window; does not count.
  case released
}

/// An attempt's changes to the outbox.
package struct AttemptResult: Equatable, Sendable {
  package var key: Int64
  /// The message's; its key may be reused if the person was forgotten meanwhile.
  package var uid: String
  package var token: ClaimToken
  package var channel: ChannelName
  package var attempt: Int
  package var outcome: OutcomeClass
  /// The effect on the message.
  package var end: AttemptEnd
  /// The earliest time of the next attempt.
  package var retryAt: Instant?
  /// Whether the provider may have accepted this or an earlier attempt.
  package var maybeDelivered: Bool
  package var providerReference: String?
  /// For display: an SMTP reply, HTTP status or similar, `550 5.1.1`.
  package var code: String?
  /// At most a few hundred bytes of the provider's message, escaped.
  package var detail: String?
  package var begunAt: Instant
  /// `nil` if nothing was handed over.
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
  /// The message's next state.
  package var state: MessageState { end.state }
  /// Whether the attempt counts against the maximum.
  package var charged: Bool { end.isCharged }

  /// Whether the failure may be the channel's fault: such a message cannot test the channel, and is itself at
  /// fault once others pass.
  package var mayConcernChannel: Bool {
    switch outcome {
    case .configurationFault, .providerFault, .throttled: true
    case .accepted, .temporary, .permanent, .badAddress, .ambiguous, .released: false
    }
  }
}

/// A message that counts against a customer's frequency caps.
package struct CapEntry: Equatable, Sendable {
  package var channel: ChannelName
  /// When it entered the outbox.
  package var at: Instant

  package init(channel: ChannelName, at: Instant) {
    self.channel = channel
    self.at = at
  }
}
