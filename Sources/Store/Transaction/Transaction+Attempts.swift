package import Domain
internal import Platform

extension Transaction {
  /// Marks leased messages as about to be sent. - Returns: the tokens of the claims that still hold; the
  /// others must not be sent.
  package func beginHandoff(
    _ claims: [(key: Int64, token: ClaimToken)], now: Instant
  ) throws -> Set<ClaimToken> {
    var granted: Set<ClaimToken> = []
    try connection.queryBatch(
      Self.handoffStatement, count: claims.count,
      bind: {
        try $1.bind(claims[$0].key)
        try $1.bind(claims[$0].token.bytes)
        try $1.bind(now)
      }
    ) { index, _ in granted.insert(claims[index].token) }
    return granted
  }

  private static let handoffStatement = MessageUpdate.statement(
    .handedOver, set: "first_handoff_at = COALESCE(first_handoff_at, ?3), last_handoff_at = ?3",
    where: "key = ?1 AND claim_token = ?2", returning: "1")

  /// Records how attempts ended. A lost claim changes nothing, except that an acceptance always counts,
  /// because the customer has the message. A refused address is suppressed on its channel.
  ///
  /// Idempotent: recording the same results again changes nothing. - Returns: the messages whose claim was
  /// lost.
  package func record(_ results: [AttemptResult]) throws -> Set<Int64> {
    var isKept = [Bool](repeating: false, count: results.count)
    // The result of each attempt gives the state; only a claimed message has a token.
    try connection.queryBatch(
      """
      UPDATE messages SET state = ?3, claim_token = NULL, lease_until = NULL, attempt = attempt - ?4,
        due_at = COALESCE(?5, due_at), maybe_delivered = CASE WHEN ?6 = 1 THEN 1 ELSE maybe_delivered END,
        provider_reference = COALESCE(?7, provider_reference), outcome = ?8, code = ?9, final_at = ?10,
        faulted_at = COALESCE(?11, faulted_at)
      WHERE key = ?1 AND claim_token = ?2 RETURNING 1
      """, count: results.count,
      bind: { index, binder in
        let result = results[index]
        try binder.bind(result.key)
        try binder.bind(result.token.bytes)
        try binder.bind(result.state.rawValue)
        try binder.bind(result.charged ? 0 : 1 as Int64)
        try binder.bind(result.retryAt)
        try binder.bind(result.maybeDelivered)
        try binder.bind(result.providerReference)
        try binder.bind(result.outcome.rawValue)
        try binder.bind(result.code)
        try binder.bind(result.state.isFinal ? result.endedAt : nil as Instant?)
        try binder.bind(result.mayConcernChannel ? result.endedAt : nil as Instant?)
      }
    ) { index, _ in isKept[index] = true }
    let lost = results.indices.filter { !isKept[$0] }
    // A message that was forgotten in the meantime gets no attempt: the provider's text may quote the address.
    let present = try present(among: lost, of: results)
    let known = results.indices.filter { isKept[$0] || present.contains($0) }.map { results[$0] }
    try acceptLate(present.sorted().map { results[$0] }.filter { $0.outcome == .accepted })
    try log(known.filter { $0.outcome != .released })
    try suppressAddresses(of: known.filter { $0.end == .addressBad })
    try markChannels(known)
    return Set(lost.map { results[$0].key })
  }

  /// The positions among `places` whose messages still exist. The key alone is not enough: SQLite reuses the key of
  /// the last row after it is deleted.
  private func present(among places: [Int], of results: [AttemptResult]) throws -> Set<Int> {
    var present: Set<Int> = []
    let keys = places.map { Self.ledgerKeys(ofUID: results[$0].uid) }
    try connection.queryBatch(
      "SELECT 1 FROM messages WHERE key = ?1 AND ledger_key >= ?2 AND ledger_key <= ?3", count: places.count,
      bind: { index, binder in
        try binder.bind(results[places[index]].key)
        try binder.bind(keys[index]?.first ?? [])
        try binder.bind(keys[index]?.last ?? [])
      }
    ) { index, _ in present.insert(places[index]) }
    return present
  }

  private func acceptLate(_ results: [AttemptResult]) throws {
    try connection.runBatch(
      Self.acceptLateStatement, count: results.count
    ) { index, binder in
      try binder.bind(results[index].key)
      try binder.bind(results[index].endedAt)
      try binder.bind(results[index].providerReference)
    }
  }

  private static let acceptLateStatement = MessageUpdate.statement(
    .acceptedLate,
    set:
      "outcome = '\(OutcomeClass.accepted.rawValue)', final_at = ?2, provider_reference = COALESCE(?3, provider_reference)",
    where: "key = ?1")

  private func log(_ results: [AttemptResult]) throws {
    try connection.runBatch(AttemptResult.insertStatement, count: results.count) { index, binder in
      let result = results[index]
      for column in AttemptResult.Column.all { try result.bind(column, to: binder) }
    }
  }

  private func suppressAddresses(of results: [AttemptResult]) throws {
    try connection.runBatch(
      "INSERT INTO suppressions (channel, address, reason, at) SELECT channel, address, ?3, CAST(?2 AS BIGINT) FROM messages WHERE key = ?1 ON CONFLICT (channel, address, reason) DO NOTHING",
      count: results.count
    ) { index, binder in
      try binder.bind(results[index].key)
      try binder.bind(results[index].endedAt)
      try binder.bind(SuppressionReason.badAddress.rawValue)
    }
  }
}

extension AttemptResult {
  fileprivate enum Column: Int, TableColumn {
    case message, attempt, claimToken, begunAt, handoffAt, endedAt, outcome, code, detail

    static let all = allCases
  }

  fileprivate static let insertStatement = SQLText(
    constant:
      "\(SQL.insert(into: "attempts", Column.all.names)) ON CONFLICT (message, claim_token) DO NOTHING")

  fileprivate func bind(_ column: Column, to binder: any SQLBinder) throws {
    switch column {
    case .message: try binder.bind(key)
    case .attempt: try binder.bind(Int64(attempt))
    case .claimToken: try binder.bind(token.bytes)
    case .begunAt: try binder.bind(begunAt)
    case .handoffAt: try binder.bind(handoffAt)
    case .endedAt: try binder.bind(endedAt)
    case .outcome: try binder.bind(outcome.rawValue)
    case .code: try binder.bind(code)
    case .detail: try binder.bind(detail)
    }
  }
}
