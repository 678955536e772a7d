/// A message about to be sent, with what its claim knows about the customer.
package struct DueMessage: Sendable {
  package var message: ClaimedMessage
  /// Why its address is suppressed on its channel; `nil` if it is not, or was not checked.
  package var suppression: SuppressionReason?
  /// For its channel; `nil` if never expressed.
  package var consent: ConsentState?
  /// The customer's own; `nil` for the shop's.
  package var timeZone: String?

  package init(
    message: ClaimedMessage, suppression: SuppressionReason? = nil, consent: ConsentState?, timeZone: String?
  ) {
    self.message = message
    self.suppression = suppression
    self.consent = consent
    self.timeZone = timeZone
  }
}

/// Whether a message decided earlier may be sent now.
package enum WireAnswer: Equatable, Sendable {
  /// It may go, but not from `until` on; `nil` if no end is known.
  case goes(until: Instant?)
  /// A gate defers or ends it.
  case holds(Decision)
}

extension MessageFact {
  /// The effect on a message that a gate holds before it is sent.
  package init(heldBy verdict: Verdict) {
    switch verdict {
    case .defer, .send: self = .putOff
    case .withhold: self = .reasonGone
    case .skip(let gate, _):
      switch gate {
      case .expired: self = .overdue
      case .noAddress, .suppressed, .noConsent: self = .suppressed
      case .triggerPaused, .exitCondition, .audience, .holdout, .quietHours, .frequencyCap, .offerExhausted,
        .templateFailed:
        self = .reasonGone
      }
    }
  }
}
