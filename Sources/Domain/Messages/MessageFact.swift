/// What can happen to a message in the outbox. `MessageTransition` says what follows.
package enum MessageFact: Hashable, Sendable {
  /// The time it waited for has come.
  case due
  /// What it waits for may have come early: it is looked at now.
  case broughtForward
  /// A dispatcher takes it.
  case claimed
  /// It must not go yet: a gate defers it, or the message of an earlier step was late.
  case putOff
  /// Its customer is reached elsewhere now.
  case readdressed
  /// It is about to reach the provider.
  case handedOver
  /// The attempt under the current claim has ended.
  case attemptEnded(AttemptEnd)
  /// The provider accepted it under a claim that no longer holds.
  case acceptedLate
  /// Something about its customer, its trigger or the configuration has changed: it is looked at again.
  case takenBack
  /// The claim outlived its lease, or the process that made it, before the handoff.
  case leaseLapsed
  /// The same behind the handoff; the policy of the channel says what follows.
  case handoffLapsed(LapsedHandoff)
  /// Its expiry has passed before it was claimed.
  case overdue
  /// The reason for it is gone, or its customer is.
  case reasonGone
  /// Its address is suppressed, or its customer has withdrawn consent.
  case suppressed
  /// Another message takes its place: on another channel, or as the configuration asks for now.
  case replaced
  /// Its channel is gone from the configuration.
  case channelRemoved
  /// What is stored of it cannot be read.
  case unreadable
  /// Handing it over trapped too many times.
  case quarantined
  /// An operator lets it out of quarantine.
  case released
  /// An operator drops it from quarantine.
  case dropped
  /// An operator settles what nobody knew.
  case resolved(Resolution)
  /// The store was put back from a backup: it may have gone out since.
  case restored
  /// Its customer was forgotten.
  case forgotten
  /// It ended longer ago than messages are kept.
  case pruned

  /// What becomes of a message that was handed over and whose answer nobody waits for any more.
  package enum LapsedHandoff: Sendable, CaseIterable {
    /// Sent again.
    case retry
    /// Taken as sent.
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
