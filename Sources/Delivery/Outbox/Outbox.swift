package import Domain

/// The durable queue of messages, as the dispatcher needs it.
///
/// Each call is one transaction that is on disk when it returns. A call that throws changed nothing or may be
/// repeated: `beginHandoff` then counts as refused, `record` is called again with the same results until it succeeds.
/// Thread-safe.
package protocol Outbox: Sendable {
  /// Leases up to `limit` due messages of a channel, ordered by priority, due time and key.
  ///
  /// Waiting messages whose time has come count as due. What has expired becomes `expired`, what the customer may no
  /// longer get (suppressed address, withdrawn consent) `suppressed`, and what has waited and lost its reason
  /// `cancelled`, instead of being returned. What may not go at this hour, or belongs to a paused trigger, waits on.
  /// With fewer than `limit`, `nextDue` tells whether more is due. The lease outlives the longest attempt.
  ///
  /// - Parameter isTrial: messages whose last attempt failed for a reason that may be the channel's come only when there
  ///   are no others: they cannot tell whether it works.
  func claim(
    channel: ChannelName, limit: Int, isTrial: Bool, lease: Duration, now: Instant
  ) async throws -> [ClaimedMessage]

  /// Marks leased messages as handed over and returns the tokens of those that may go.
  ///
  /// A claim that was lost in between (lease taken back or over, customer unsubscribed, message cancelled) is not among
  /// them, even where the same message may go by a later claim.
  func beginHandoff(_ claims: [HandoffClaim], now: Instant) async throws -> Set<ClaimToken>

  /// These claims were lost: nothing was sent, and nothing is recorded of them.
  func dropped(_ claims: [HandoffClaim])

  /// Writes how attempts ended, suppressing the address after `bad_address`.
  ///
  /// `maybe_delivered` and the time of the first handoff stick once set. A result that is not `charged` gives its
  /// attempt back. Returns how many results came too late: their claim was no longer theirs. An acceptance wins even
  /// then.
  func record(_ results: [AttemptResult]) async throws -> Int

  /// When the next message of a channel is due; may lie in the past; `nil` when none waits or is queued.
  func nextDue(channel: ChannelName) async throws -> Instant?

  /// Expires overdue messages of all channels and frees lapsed leases: `leased` goes back to `queued` and is not
  /// charged, `handoff` is settled as an attempt without an answer on its channel. Called every half minute.
  func sweep(now: Instant) async throws
}

/// One message at the gate.
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
