package import Domain
package import Platform

/// What becomes of a channel's messages that were handed over and have no answer: the daemon was killed, or the claim
/// lapsed.
package struct HandoffRule: Equatable, Sendable {
  /// Sent again when first handed over at this time or later, not expired, and tried fewer than `attempts` times; `nil`
  /// sends nothing again.
  package var retriesSince: Instant?
  package var attempts: Int
  /// What is not sent again is taken as sent; otherwise it is ambiguous and waits for an operator.
  package var assumesSent: Bool

  package init(retriesSince: Instant? = nil, attempts: Int = .max, assumesSent: Bool = false) {
    self.retriesSince = retriesSince
    self.attempts = attempts
    self.assumesSent = assumesSent
  }
}

/// How many messages were found in flight with no sender, and what became of them.
package struct Recovery: Equatable, Sendable {
  /// To be sent, or sent again.
  package var requeued = 0
  package var assumedSent = 0
  /// Nobody knows how they ended.
  package var ambiguous = 0

  package init(requeued: Int = 0, assumedSent: Int = 0, ambiguous: Int = 0) {
    self.requeued = requeued
    self.assumedSent = assumedSent
    self.ambiguous = ambiguous
  }

  package var count: Int { requeued + assumedSent + ambiguous }
}

extension Transaction {
  /// After a start, when nobody sends anything: what was leased goes back unharmed, what was handed over follows the
  /// rule of its channel, and is ambiguous where there is none.
  package func recoverOutbox(
    _ rules: [ChannelName: HandoffRule] = [:], now: Instant = .distantPast
  ) throws -> Recovery {
    try recover(rules, lapsedBy: .distantFuture, now: now)
  }

  /// Expires what waited too long, also on channels that send nothing at present, at most `limit` messages. To be
  /// called every half minute.
  package func expireOverdue(now: Instant, limit: Int = 10_000) throws -> [EndedMessage] {
    try connection.all(Self.expireStatement, [now.sql, .integer(Int64(limit))]) { EndedMessage($0) }
  }

  /// Frees lapsed leases, as `recoverOutbox` does: one that lapsed before the handoff has provably sent nothing and
  /// goes back without being charged. To be called every half minute.
  package func freeLapsed(_ rules: [ChannelName: HandoffRule] = [:], now: Instant) throws -> Recovery {
    try recover(rules, lapsedBy: now, now: now)
  }

  /// Gives back what was claimed with these tokens and not handed over: nobody goes on with it. Nothing of it is
  /// charged. - Returns: how many messages there were.
  package func release(_ tokens: [ClaimToken]) throws -> Int {
    try connection.runBatch(Self.releaseStatement, count: tokens.count) { try $1.bind(tokens[$0].bytes) }
  }

  /// Asserted in a test to use `messages_in_flight`.
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

  /// Asserted in a test to use `messages_in_flight`.
  package static let requeueStatement = MessageUpdate.statement(.leaseLapsed, where: "lease_until <= ?1")

  /// Asserted in a test to use `messages_in_flight`.
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

  /// Asserted in a test to use `messages_expiry`.
  package static let expireStatement = MessageUpdate.statement(
    .overdue, set: "final_at = ?1", returning: EndedMessage.columns
  ) {
    "key IN (SELECT key FROM messages WHERE \($0.isEither) AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
  }
}
