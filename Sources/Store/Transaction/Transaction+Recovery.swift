package import Domain
package import Platform

/// What to do with a channel's messages that were handed over without a result: the daemon was killed, or the
/// lease lapsed.
package struct HandoffRule: Equatable, Sendable {
  /// Retries those first handed over at this time or later, not expired, and tried fewer than `attempts`
  /// times; `nil` retries none.
  package var retriesSince: Instant?
  package var attempts: Int
  /// Whether the others count as sent; if not, they become ambiguous and wait for an operator.
  package var assumesSent: Bool

  package init(retriesSince: Instant? = nil, attempts: Int = .max, assumesSent: Bool = false) {
    self.retriesSince = retriesSince
    self.attempts = attempts
    self.assumesSent = assumesSent
  }
}

/// How many messages were found in flight without a sender, and what happened to them.
package struct Recovery: Equatable, Sendable {
  /// To be sent for the first time or again.
  package var requeued = 0
  package var assumedSent = 0
  /// With an unknown result.
  package var ambiguous = 0

  package init(requeued: Int = 0, assumedSent: Int = 0, ambiguous: Int = 0) {
    self.requeued = requeued
    self.assumedSent = assumedSent
    self.ambiguous = ambiguous
  }

  package var count: Int { requeued + assumedSent + ambiguous }
}

extension Transaction {
  /// Call at the start, while nothing is being sent: leased messages are requeued, and those handed over
  /// follow their channel's rule, or become ambiguous without one.
  package func recoverOutbox(
    _ rules: [ChannelName: HandoffRule] = [:], now: Instant = .distantPast
  ) throws -> Recovery {
    try recover(rules, lapsedBy: .distantFuture, now: now)
  }

  /// Expires up to `limit` overdue messages, also on channels that currently send nothing. Call every half
  /// minute.
  package func expireOverdue(now: Instant, limit: Int = 10_000) throws -> [EndedMessage] {
    try connection.all(Self.expireStatement, [now.sql, .integer(Int64(limit))]) { EndedMessage($0) }
  }

  /// Releases lapsed leases like `recoverOutbox`: a lease that lapsed before the handoff has provably sent
  /// nothing, and is requeued without counting as an attempt. Call every half minute.
  package func freeLapsed(_ rules: [ChannelName: HandoffRule] = [:], now: Instant) throws -> Recovery {
    try recover(rules, lapsedBy: now, now: now)
  }

  /// Requeues messages claimed with these tokens but not handed over: they were abandoned, and no attempt
  /// counts. - Returns: how many there were.
  package func release(_ tokens: [ClaimToken]) throws -> Int {
    try connection.runBatch(Self.releaseStatement, count: tokens.count) { try $1.bind(tokens[$0].bytes) }
  }

  /// A test asserts that it uses `messages_in_flight`.
  package static let releaseStatement = MessageUpdate.statement(
    .takenBack, where: "lease_until > 0 AND claim_token = ?1")

  private func recover(
    _ rules: [ChannelName: HandoffRule], lapsedBy end: Instant, now: Instant
  ) throws -> Recovery {
    var found = Recovery(requeued: try connection.run(Self.requeueStatement, [end.sql]))
    for (channel, rule) in rules {
      if let since = rule.retriesSince {
        found.requeued += try connection.run(
          Self.retryStatement,
          [end.sql, .text(channel.rawValue), since.sql, now.sql, .integer(Int64(rule.attempts))])
      }
      if rule.assumesSent {
        found.assumedSent += try connection.run(
          Self.assumeSentStatement,
          [end.sql, .text(channel.rawValue), now.sql])
      }
    }
    found.ambiguous = try connection.run(Self.parkStatement, [end.sql])
    return found
  }

  /// A test asserts that it uses `messages_in_flight`.
  package static let requeueStatement = MessageUpdate.statement(.leaseLapsed, where: "lease_until <= ?1")

  /// A test asserts that it uses `messages_in_flight`.
  package static let parkStatement = MessageUpdate.statement(
    .handoffLapsed(.park), set: noAnswer, where: "lease_until <= ?1")

  private static let retryStatement = MessageUpdate.statement(
    .handoffLapsed(.retry), set: noAnswer,
    where:
      "lease_until <= ?1 AND channel = ?2 AND first_handoff_at >= ?3 AND expires_at > ?4 AND attempt < ?5")

  private static let assumeSentStatement = MessageUpdate.statement(
    .handoffLapsed(.assumeSent), set: "\(noAnswer), final_at = ?3",
    where: "lease_until <= ?1 AND channel = ?2")

  private static let noAnswer = "outcome = '\(OutcomeClass.ambiguous.rawValue)', code = 'no_answer'"

  /// A test asserts that it uses `messages_expiry`.
  package static let expireStatement = MessageUpdate.statement(
    .overdue, set: "final_at = ?1", returning: EndedMessage.columns
  ) {
    "key IN (SELECT key FROM messages WHERE \($0.isEither) AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
  }
}
