extension StoredDecision {
  /// The record of a message that ended before being sent.
  ///
  /// - Parameter isReopened: whether its step is decided again; otherwise nothing follows.
  package init(ending message: ClaimedMessage, by decision: Decision, isReopened: Bool, at now: Instant) {
    self.init(decision, of: message, at: now)
    end(message.channel, isReopened: isReopened, at: now)
  }

  /// Makes this the final decision about a message of this channel.
  package mutating func end(_ channel: ChannelName, isReopened: Bool, at now: Instant) {
    if isReopened {
      (verdict, until) = (.defer, now)
    } else {
      (verdict, self.channel) = (.skip, channel)
    }
  }
}
