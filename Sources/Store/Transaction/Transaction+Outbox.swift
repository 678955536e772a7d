package import Domain
package import Platform

extension Transaction {
  /// Puts messages into the ledger and the outbox; one whose ledger key exists was sent or planned before and is left
  /// out. - Returns: the keys that were new.
  package func insert(_ messages: [NewMessage], now: Instant) throws -> Set<LedgerKey> {
    var new: Set<LedgerKey> = []
    try connection.queryBatch(
      "INSERT INTO ledger (key, first_at) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING RETURNING 1",
      count: messages.count,
      bind: {
        try $1.bind(messages[$0].ledgerKey.bytes)
        try $1.bind(now)
      }
    ) { index, _ in new.insert(messages[index].ledgerKey) }
    let fresh = messages.filter { new.contains($0.ledgerKey) }
    try connection.runBatch(
      """
      INSERT INTO messages (ledger_key, enrollment, customer, trigger, occurrence, step, channel, purpose, address,
        priority, due_at, expires_at, state, attempt, maybe_delivered, content, created_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0, ?14, ?15)
      """, count: fresh.count
    ) { index, binder in
      let message = fresh[index]
      try binder.bind(message.ledgerKey.bytes)
      try binder.bind(message.enrollment)
      try binder.bind(message.customer)
      try binder.bind(message.trigger.rawValue)
      try binder.bind(message.occurrence)
      try binder.bind(message.step.rawValue)
      try binder.bind(message.channel.rawValue)
      try binder.bind(message.content.purpose.rawValue)
      try binder.bind(Self.folded(message.content.to))
      try binder.bind(Int64(message.priority))
      try binder.bind(message.dueAt)
      try binder.bind(message.expiresAt)
      try binder.bind((message.dueAt > now ? MessageState.waiting : .queued).rawValue)
      try binder.bind(message.content.stored)
      try binder.bind(now)
    }
    return new
  }

  /// Leases up to `limit` queued messages of a channel, best first. On the way, those past their expiry become
  /// `expired`, and marketing to a suppressed address or against a withdrawn consent becomes `suppressed`: the last
  /// look before the wire.
  ///
  /// - Parameter tokens: gives sixteen fresh random bytes at each call.
  package func claim(
    channel: ChannelName, limit: Int, lease: Duration, now: Instant, token tokens: () -> ClaimToken
  ) throws -> [ClaimedMessage] {
    try connection.run(
      "UPDATE messages SET state = 'queued' WHERE state = 'waiting' AND channel = ?1 AND due_at <= ?2",
      [.text(channel.rawValue), now.sql])
    var claimed: [ClaimedMessage] = []
    var expired: [Int64] = []
    var suppressed: [Int64] = []
    try connection.query(
      connection.dialect == .sqlite ? Self.claimStatement : Self.claimStatementPostgreSQL,
      [.text(channel.rawValue), .integer(Int64(limit))]
    ) { row in
      let key = row.int64(0)
      let content = try MessageContent(stored: try row.json(9))
      guard row.instant(8) > now else {
        expired.append(key)
        return
      }
      let withdrawn = try Customer.consent(row, 10)[channel] == .withdrawn
      if row.bool(11) || (withdrawn && content.purpose == .marketing) {
        suppressed.append(key)
        return
      }
      claimed.append(
        ClaimedMessage(
          key: key, uid: LedgerKey(bytes: row.bytes(1)).messageUID, token: tokens(),
          attempt: Int(row.int64(2)) + 1,
          trigger: TriggerID(row.string(3)), customer: row.customer(4), channel: channel,
          step: StepID(row.string(5)), dueAt: row.instant(7), expiresAt: row.instant(8), content: content))
    }
    let leaseUntil = now + lease
    try connection.runBatch(
      "UPDATE messages SET state = 'leased', claim_token = ?2, lease_until = ?3, attempt = attempt + 1 WHERE key = ?1",
      count: claimed.count
    ) { index, binder in
      try binder.bind(claimed[index].key)
      try binder.bind(claimed[index].token.bytes)
      try binder.bind(leaseUntil)
    }
    try settle(expired, as: .expired, at: now)
    try settle(suppressed, as: .suppressed, at: now)
    return claimed
  }

  private static let claimHead =
    "SELECT m.key, m.ledger_key, m.attempt, m.trigger, m.customer, m.step, m.priority, m.due_at, m.expires_at, m.content, COALESCE(c.consent, '{}'), EXISTS (SELECT 1 FROM suppressions s WHERE s.channel = m.channel AND s.address = m.address) FROM messages m LEFT JOIN customers c ON c.key = m.customer WHERE m.state = 'queued' AND m.channel = ?1 ORDER BY m.priority, m.due_at, m.key LIMIT ?2"

  /// Asserted in a test to use `messages_ready`.
  package static let claimStatement = SQLText(claimHead)
  private static let claimStatementPostgreSQL = SQLText(claimHead + " FOR UPDATE OF m SKIP LOCKED")

  private func settle(_ keys: [Int64], as state: MessageState, at: Instant) throws {
    try connection.runBatch(
      "UPDATE messages SET state = ?2, final_at = ?3 WHERE key = ?1 AND state = 'queued'", count: keys.count
    ) { index, binder in
      try binder.bind(keys[index])
      try binder.bind(state.rawValue)
      try binder.bind(at)
    }
  }

  /// Marks leased messages as about to reach the provider. - Returns: those whose claim still holds; nothing may be
  /// handed over for the others.
  package func beginHandoff(_ claims: [(key: Int64, token: ClaimToken)]) throws -> Set<Int64> {
    var granted: Set<Int64> = []
    try connection.queryBatch(
      "UPDATE messages SET state = 'handoff' WHERE key = ?1 AND state = 'leased' AND claim_token = ?2 RETURNING 1",
      count: claims.count,
      bind: {
        try $1.bind(claims[$0].key)
        try $1.bind(claims[$0].token.bytes)
      }
    ) { index, _ in granted.insert(claims[index].key) }
    return granted
  }

  /// Writes down how attempts ended. A claim that was lost changes nothing, with one exception: an acceptance always
  /// stands, because the customer has the message. - Returns: the messages whose claim was lost.
  package func record(_ results: [AttemptResult]) throws -> Set<Int64> {
    var kept: Set<Int64> = []
    try connection.queryBatch(
      """
      UPDATE messages SET state = ?3, claim_token = NULL, lease_until = NULL, attempt = attempt - ?4,
        due_at = COALESCE(?5, due_at), maybe_delivered = CASE WHEN ?6 = 1 THEN 1 ELSE maybe_delivered END,
        provider_reference = COALESCE(?7, provider_reference), outcome = ?8, code = ?9, final_at = ?10
      WHERE key = ?1 AND claim_token = ?2 RETURNING 1
      """, count: results.count,
      bind: { index, binder in
        let result = results[index]
        try binder.bind(result.key)
        try binder.bind(result.token.bytes)
        try binder.bind(result.state.rawValue)
        try binder.bind(result.charged || result.state.isFinal ? 0 : 1 as Int64)
        try binder.bind(result.retryAt)
        try binder.bind(result.maybeDelivered ? 1 : 0 as Int64)
        try binder.bind(result.providerReference)
        try binder.bind(result.outcome.rawValue)
        try binder.bind(result.code)
        try binder.bind(result.state.isFinal ? result.endedAt : nil as Instant?)
      }
    ) { index, _ in kept.insert(results[index].key) }
    let lost = results.filter { !kept.contains($0.key) }
    let accepted = lost.filter { $0.outcome == .accepted }
    try connection.runBatch(
      "UPDATE messages SET state = 'sent', claim_token = NULL, lease_until = NULL, outcome = 'accepted', final_at = ?2, provider_reference = COALESCE(?3, provider_reference) WHERE key = ?1 AND state <> 'sent'",
      count: accepted.count
    ) { index, binder in
      try binder.bind(accepted[index].key)
      try binder.bind(accepted[index].endedAt)
      try binder.bind(accepted[index].providerReference)
    }
    let told = results.filter { $0.outcome != .released }
    try connection.runBatch(
      """
      INSERT INTO attempts (message, attempt, claim_token, begun_at, handoff_at, ended_at, outcome, code, detail)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (message, claim_token) DO NOTHING
      """, count: told.count
    ) { index, binder in
      let result = told[index]
      try binder.bind(result.key)
      try binder.bind(Int64(result.attempt))
      try binder.bind(result.token.bytes)
      try binder.bind(result.begunAt)
      try binder.bind(result.handoffAt)
      try binder.bind(result.endedAt)
      try binder.bind(result.outcome.rawValue)
      try binder.bind(result.code)
      try binder.bind(result.detail)
    }
    let refused = results.filter { $0.outcome == .badAddress }
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) SELECT channel, address, 'bad_address', ?2 FROM messages WHERE key = ?1 ON CONFLICT (channel, address) DO NOTHING",
      count: refused.count
    ) { index, binder in
      try binder.bind(refused[index].key)
      try binder.bind(refused[index].endedAt)
    }
    return Set(lost.map(\.key))
  }

  /// After a start: what was leased goes back unharmed, what was handed over is ambiguous.
  package func recoverOutbox() throws -> (requeued: Int, ambiguous: Int) {
    let requeued = try connection.run(
      "UPDATE messages SET state = 'queued', attempt = attempt - 1, claim_token = NULL, lease_until = NULL WHERE state = 'leased'"
    )
    let ambiguous = try connection.run(
      "UPDATE messages SET state = 'ambiguous', maybe_delivered = 1, claim_token = NULL, lease_until = NULL WHERE state = 'handoff'"
    )
    return (requeued, ambiguous)
  }

  /// When the channel has something to do next: the past or present when a message is queued, `nil` when it has none.
  package func nextDelivery(channel: ChannelName) throws -> Instant? {
    if let due = try connection.integer(
      "SELECT due_at FROM messages WHERE state = 'queued' AND channel = ?1 ORDER BY priority, due_at, key LIMIT 1",
      [.text(channel.rawValue)])
    {
      return Instant(milliseconds: due)
    }
    return try connection.integer(
      "SELECT due_at FROM messages WHERE state = 'waiting' AND channel = ?1 ORDER BY due_at LIMIT 1",
      [.text(channel.rawValue)]
    ).map { Instant(milliseconds: $0) }
  }
}

extension LedgerKey {
  /// The name a message carries outside: the first sixteen bytes of its key, in hexadecimal digits.
  package var messageUID: String { Hex.text(bytes.prefix(16)) }
}
