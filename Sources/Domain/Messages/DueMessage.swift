/// A message that is about to go, with what its claim knows of its customer.
package struct DueMessage: Sendable {
  package var message: ClaimedMessage
  /// Why its address is suppressed on its channel; `nil` when it is not, or nobody has looked.
  package var suppression: SuppressionReason?
  /// For its channel; `nil` when the customer never said.
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

/// Whether a message that was decided earlier may go at this moment.
package enum WireAnswer: Equatable, Sendable {
  /// It may go, but no longer from `until` on; `nil` when no end is in sight.
  case goes(until: Instant?)
  /// A gate defers it or ends it.
  case holds(Decision)
}

extension MessageFact {
  /// What it means for a message that a gate holds it before the wire.
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
