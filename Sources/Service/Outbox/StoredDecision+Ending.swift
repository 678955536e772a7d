internal import Domain
internal import Store

extension StoredDecision {
  /// The record of a message that ended in the outbox without being claimed.
  ///
  /// - Parameter isReopened: whether its step is decided again; otherwise nothing follows.
  init(ending message: EndedMessage, by decision: Decision, isReopened: Bool = false, at now: Instant) {
    self.init(decision, of: message, at: now)
    end(message.channel, isReopened: isReopened, at: now)
  }
}
