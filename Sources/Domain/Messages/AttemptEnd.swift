/// What the end of one attempt means for the message. The policy of the channel chooses it by the outcome.
package enum AttemptEnd: Sendable, CaseIterable {
  /// The provider has it.
  case accepted
  /// Refused for good, or too many times.
  case refused
  /// The address is refused for good: it is suppressed.
  case addressBad
  /// To be tried again after a pause.
  case retryLater
  /// The same, and the attempt does not count: the fault may be the channel's.
  case retryUncharged
  /// To be tried again, but only after its expiry.
  case tooLate
  /// The same of an attempt that does not count.
  case tooLateUncharged
  /// Not tried at all.
  case givenBack
  /// Handed over, and no answer: nobody can say.
  case unanswered
  /// The same, and it is sent again.
  case unansweredRetry
  /// The same, and it is taken as sent.
  case unansweredAssumed

  /// That of an attempt which is to be repeated at `retryAt`, or that came too late for it.
  package static func retry(at retryAt: Instant, expiresAt: Instant, isCharged: Bool = true) -> AttemptEnd {
    switch (retryAt >= expiresAt, isCharged) {
    case (true, true): .tooLate
    case (true, false): .tooLateUncharged
    case (false, true): .retryLater
    case (false, false): .retryUncharged
    }
  }

  /// The state the message goes to.
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

  /// Whether the attempt counts against the limit of attempts.
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
