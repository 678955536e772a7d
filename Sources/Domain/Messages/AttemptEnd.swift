/// The effect of an attempt's end on the message, chosen by the channel's policy from the outcome.
package enum AttemptEnd: Sendable, CaseIterable {
  /// The provider has it.
  case accepted
  /// Refused permanently, or too many times.
  case refused
  /// The address is refused permanently, and suppressed.
  case addressBad
  /// Retried after a pause.
  case retryLater
  /// Retried, and the attempt does not count: the fault may be the channel's.
  case retryUncharged
  /// The retry would be after its expiry.
  case tooLate
  /// Likewise, for an attempt that does not count.
  case tooLateUncharged
  /// Not attempted at all.
  case givenBack
  /// Handed over without an answer: the result is unknown.
  case unanswered
  /// Unknown, and sent again.
  case unansweredRetry
  /// Unknown, and treated as sent.
  case unansweredAssumed

  /// The end of an attempt that is to be repeated at `retryAt`, if that is not too late.
  package static func retry(at retryAt: Instant, expiresAt: Instant, isCharged: Bool = true) -> AttemptEnd {
    switch (retryAt >= expiresAt, isCharged) {
    case (true, true): .tooLate
    case (true, false): .tooLateUncharged
    case (false, true): .retryLater
    case (false, false): .retryUncharged
    }
  }

  /// The message's next state.
  package var state: MessageState {
    switch self {
    case .accepted, .unansweredAssumed: .sent
    case .refused, .addressBad: .dead
    case .retryLater, .retryUncharged, .unansweredRetry: .waiting
    case .tooLate, .tooLateUncharged: .expired
    case .givenBack: .queued
    case .unanswered: .ambiguous
    }
  }

  /// Whether the attempt counts against the maximum.
  package var isCharged: Bool {
    switch self {
    case .retryUncharged, .tooLateUncharged, .givenBack: false
    case .accepted, .refused, .addressBad, .retryLater, .tooLate, .unanswered, .unansweredRetry,
      .unansweredAssumed:
      true
    }
  }

  /// Whether the provider may have accepted this attempt without saying so.
  package var mayHaveArrived: Bool {
    switch self {
    case .unanswered, .unansweredRetry, .unansweredAssumed: true
    case .accepted, .refused, .addressBad, .retryLater, .retryUncharged, .tooLate, .tooLateUncharged,
      .givenBack:
      false
    }
  }
}
