/// The state of a message in the outbox. `MessageTransition` gives the changes.
///
/// The raw value is the same word in the database, the log, metric labels, the API and `explain`.
package enum MessageState: String, Sendable, CaseIterable {
  /// Not before `dueAt`: a retry, the end of quiet hours, a paused trigger.
  case waiting
  case queued
  /// Claimed by a dispatcher; nothing can have reached the provider.
  case leased
  /// From here on the provider may have accepted it.
  case handoff
  /// The provider may have accepted it; the result is unknown.
  case ambiguous
  /// Sending it crashed the program twice; an operator releases or drops it.
  case quarantined
  case sent
  case dead
  case expired
  case cancelled
  case suppressed
}

extension MessageState {
  /// Before the handoff: it can still be stopped, and provably nothing of this attempt was sent.
  package static let stoppable: [MessageState] = [.waiting, .queued, .leased]
  /// Will be handed over, or is being handed over.
  package static let underWay: [MessageState] = stoppable + [.handoff]
  /// The customer may get it or has it: it counts against caps, and later steps keep their distance from it.
  package static let reaching: [MessageState] = underWay + [.ambiguous, .sent]

  /// Whether nothing more happens by itself.
  package var isFinal: Bool {
    switch self {
    case .sent, .dead, .expired, .cancelled, .suppressed: true
    case .waiting, .queued, .leased, .handoff, .ambiguous, .quarantined: false
    }
  }

  /// Whether it has a claim token and a lease.
  package var isClaimed: Bool { self == .leased || self == .handoff }
}
