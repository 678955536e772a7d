package import Domain
package import Platform

extension Transaction {
  /// Records decisions. A deferral replaces an earlier one of the same step and gate, so that a message that waits
  /// through many nights is one row.
  package func record(_ decisions: [StoredDecision]) throws {
    try record(decisions.map { PreparedDecision($0) })
  }

  package func record(_ decisions: [PreparedDecision]) throws {
    let deferrals = decisions.map(\.decision).filter { $0.verdict == .defer }
    if !deferrals.isEmpty {
      try connection.runBatch(
        "DELETE FROM decisions WHERE enrollment = ?1 AND step = ?2 AND verdict = 'defer' AND gate = ?3",
        count: deferrals.count
      ) { index, binder in
        try binder.bind(deferrals[index].enrollment)
        try binder.bind(deferrals[index].step.rawValue)
        try binder.bind(deferrals[index].gate?.rawValue)
      }
    }
    try connection.runBatch(Self.insertDecisionStatement, count: decisions.count) { index, binder in
      let decision = decisions[index]
      for column in StoredDecision.Column.all { try decision.bind(column, to: binder) }
    }
  }

  private static let insertDecisionStatement = SQLText(
    constant: SQL.insert(into: "decisions", StoredDecision.Column.all.names))

  /// Records deferrals of outbox messages, but only the first of each: the row says that the message waits,
  /// however often it is checked again.
  ///
  /// - Returns: the positions of those recorded.
  @discardableResult
  package func recordOnce(_ deferrals: [StoredDecision]) throws -> [Int] {
    var repeated: Set<Int> = []
    try connection.queryBatch(
      "SELECT verdict, gate, until FROM decisions WHERE enrollment = ?1 AND step = ?2 ORDER BY key DESC LIMIT 1",
      count: deferrals.count,
      bind: {
        try $1.bind(deferrals[$0].enrollment)
        try $1.bind(deferrals[$0].step.rawValue)
      }
    ) { index, row in
      guard try row.word(0, as: VerdictKind.self) == .defer else { return }
      if deferrals[index].repeats(try row.optionalWord(1, as: Gate.self), until: row.optionalInstant(2)) {
        repeated.insert(index)
      }
    }
    let new = deferrals.indices.filter { !repeated.contains($0) }
    try record(new.map { deferrals[$0] })
    return new
  }

  /// The newest `limit` decisions about a customer, oldest first. The default exceeds what real customers
  /// have.
  package func decisions(of customer: CustomerKey, limit: Int = newestDecisions) throws -> [StoredDecision] {
    try connection.all(
      Self.decisionsStatement, [.integer(customer.rawValue), .integer(Int64(limit))]
    ) { try StoredDecision($0) }.reversed()
  }

  package static let newestDecisions = 2000

  /// The number of decisions about a customer.
  package func decisionCount(of customer: CustomerKey) throws -> Int {
    Int(try connection.integer(Self.decisionCountStatement, [.integer(customer.rawValue)]) ?? 0)
  }

  private static let decisionCountStatement = SQLText(
    "SELECT count(*) FROM decisions d JOIN enrollments e ON e.key = d.enrollment WHERE e.customer = ?1")

  private static let decisionsStatement = SQLText(
    constant: StoredDecision.select + " WHERE e.customer = ?1 ORDER BY d.key DESC LIMIT ?2")

  /// The messages since `since` that count against each customer's caps, oldest first.
  package func capEntries(of customers: [CustomerKey], since: Instant) throws -> [CustomerKey: [CapEntry]] {
    var entries: [CustomerKey: [CapEntry]] = [:]
    try connection.queryBatch(
      Self.capEntriesStatement, count: customers.count,
      bind: {
        try $1.bind(customers[$0])
        try $1.bind(since)
      }
    ) { index, row in
      entries[customers[index], default: []].append(
        CapEntry(channel: ChannelName(row.string(0)), at: row.instant(1)))
    }
    return entries
  }

  package static let capEntriesStatement = SQLText(
    "SELECT channel, created_at FROM messages WHERE customer = ?1 AND created_at >= ?2 AND purpose = 'marketing' AND \(MessageState.reaching.isOneOf) ORDER BY created_at"
  )
}
