internal import Domain
internal import Store

extension StoredDecision {
  /// What the record says of a message that ended in the outbox.
  ///
  /// - Parameter isReopened: whether its step is decided anew; otherwise nothing follows.
  init(ending message: ClaimedMessage, by decision: Decision, isReopened: Bool, at now: Instant) {
    self.init(decision, of: message, at: now)
    finish(isReopened, message.channel, at: now)
  }

  /// The same of one that nobody had claimed.
  init(ending message: EndedMessage, by decision: Decision, isReopened: Bool = false, at now: Instant) {
    self.init(decision, of: message, at: now)
    finish(isReopened, message.channel, at: now)
  }

  private mutating func finish(_ isReopened: Bool, _ channel: ChannelName, at now: Instant) {
    if isReopened {
      (verdict, until) = (.defer, now)
    } else {
      (verdict, self.channel) = (.skip, channel)
    }
  }
}
