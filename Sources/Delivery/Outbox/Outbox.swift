package import Domain

/// The durable queue of messages, as the dispatcher needs it.
///
/// Each call is one transaction, durable when it returns. A call that throws has changed nothing or may be
/// repeated: `beginHandoff` then counts as refused, and `record` is repeated with the same results until it
/// succeeds. Thread-safe.
package protocol Outbox: Sendable {
  /// Leases up to `limit` due messages of a channel, ordered by priority, due time and key.
  ///
  /// Waiting messages that have become due are included. Some messages are not returned but ended: expired ones become
  /// `expired`, those that the customer may no longer get (suppressed address, withdrawn consent) `suppressed`, and
  /// those whose reason is gone `cancelled`. Messages that may not go at this hour, or whose trigger is paused, keep
  /// waiting. If fewer than `limit` are returned, use `nextDue` to find out whether more are due. The lease is longer
  /// than the longest attempt.
  ///
  /// - Parameter isTrial: whether messages whose last attempt failed for a reason that may be the channel's come only
  ///   if there are no others: they cannot show whether the channel works.
  func claim(
    channel: ChannelName, limit: Int, isTrial: Bool, lease: Duration, now: Instant
  ) async throws -> [ClaimedMessage]

  /// Marks leased messages as handed over and returns the tokens of those that may be sent.
  /// A claim that was lost in the meantime (lease released or taken over, customer unsubscribed, message cancelled) is
  /// not among them, even if the same message may go under a later claim.
  /// is not among them, even if the same message may go under a later claim.
  func beginHandoff(_ claims: [HandoffClaim], now: Instant) async throws -> Set<ClaimToken>

  /// These claims were lost: nothing was sent, and nothing is recorded.
  func dropped(_ claims: [HandoffClaim])

  /// Records how attempts ended, suppressing the address after `bad_address`.
  ///
  /// `maybe_delivered` and the time of the first handoff are never unset. A result that is not `charged` does
  /// not count as an attempt. Returns how many results were too late, with their claim lost. An acceptance
  /// counts even then.
  func record(_ results: [AttemptResult]) async throws -> Int

  /// When the next message of a channel is due, possibly in the past; `nil` if none is waiting or queued.
  func nextDue(channel: ChannelName) async throws -> Instant?

  /// Expires overdue messages of all channels and releases lapsed leases: `leased` returns to `queued`
  /// without counting as an attempt, `handoff` is settled as an attempt without an answer on its channel.
  /// Called every half minute.
  func sweep(now: Instant) async throws
}

/// A claim to be handed over.
package struct HandoffClaim: Hashable, Sendable {
  package var key: Int64
  package var token: ClaimToken

  package init(key: Int64, token: ClaimToken) {
    self.key = key
    self.token = token
  }
}

extension ClaimedMessage {
  package var claim: HandoffClaim { HandoffClaim(key: key, token: token) }
}

extension AttemptResult {
  package var claim: HandoffClaim { HandoffClaim(key: key, token: token) }
}
