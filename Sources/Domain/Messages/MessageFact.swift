/// What can happen to a message in the outbox. `MessageTransition` gives the effect.
package enum MessageFact: Hashable, Sendable {
  /// The time it waited for has come.
  case due
  /// What it waits for may have come early: it is checked now.
  case broughtForward
  /// A dispatcher claims it.
  case claimed
  /// It must not be sent yet: a gate defers it, or the message of an earlier step was late.
  case putOff
  /// Its customer has another address now.
  case readdressed
  /// It is about to reach the provider.
  case handedOver
  /// The attempt under the current claim has ended.
  case attemptEnded(AttemptEnd)
  /// The provider accepted it under a claim that no longer holds.
  case acceptedLate
  /// Something about its customer, its trigger or the configuration has changed: it is checked again.
  case takenBack
  /// The claim outlived its lease, or the process that made it, before the handoff.
  case leaseLapsed
  /// The same after the handoff; the channel's policy decides.
  case handoffLapsed(LapsedHandoff)
  /// It expired before it was claimed.
  case overdue
  /// The reason for it is gone, or its customer is.
  case reasonGone
  /// Its address is suppressed, or its customer has withdrawn consent.
  case suppressed
  /// Another message replaces it: on another channel, or as the configuration asks for now.
  case replaced
  /// Its channel was removed from the configuration.
  case channelRemoved
  /// Its row cannot be read.
  case unreadable
  /// Sending it crashed the program too many times.
  case quarantined
  /// An operator releases it from quarantine.
  case released
  /// An operator drops it from quarantine.
  case dropped
  /// An operator settles its unknown result.
  case resolved(Resolution)
  /// The store was restored from a backup: it may have been sent since.
  case restored
  /// Its customer was forgotten.
  case forgotten
  /// It ended longer ago than the retention.
  case pruned

  /// What to do with a message that was handed over and whose answer is no longer awaited.
  package enum LapsedHandoff: Sendable, CaseIterable {
    /// Sent again.
    case retry
    /// Treated as sent.
    case assumeSent
    /// Left to an operator.
    case park
  }
}

extension MessageFact: CaseIterable {
  package static let allCases: [MessageFact] =
    [.due, .broughtForward, .claimed, .putOff, .readdressed, .handedOver]
    + AttemptEnd.allCases.map { .attemptEnded($0) } + [.acceptedLate, .takenBack, .leaseLapsed]
    + LapsedHandoff.allCases.map { .handoffLapsed($0) }
    + [.overdue, .reasonGone, .suppressed, .replaced, .channelRemoved, .unreadable]
    + [.quarantined, .released, .dropped] + Resolution.allCases.map { .resolved($0) }
    + [.restored, .forgotten, .pruned]
}
