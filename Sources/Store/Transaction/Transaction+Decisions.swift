package import Domain
package import Platform

extension Transaction {
  /// Writes decisions down. A deferral takes the place of an earlier one of the same step and gate: a message that
  /// waits through many nights is one row.
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
    try connection.runBatch(
      "INSERT INTO decisions (enrollment, step, at, verdict, gate, channel, until, trace) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      count: decisions.count
    ) { index, binder in
      let decision = decisions[index].decision
      try binder.bind(decision.enrollment)
      try binder.bind(decision.step.rawValue)
      try binder.bind(decision.at)
      try binder.bind(decision.verdict.rawValue)
      try binder.bind(decision.gate?.rawValue)
      try binder.bind(decision.channel?.rawValue)
      try binder.bind(decision.until)
      try binder.bind(decisions[index].trace)
    }
  }

  /// Writes deferrals of messages of the outbox down, but not once more that one waits: one row says so, however often it
  /// is asked again.
  ///
  /// - Returns: the places of those that were written.
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

  /// Every decision about a customer, oldest first.
  package func decisions(of customer: CustomerKey) throws -> [StoredDecision] {
    try connection.all(
      """
      SELECT d.enrollment, t.id, e.customer, d.step, d.at, d.verdict, d.gate, d.channel, d.until, d.trace
      FROM decisions d JOIN enrollments e ON e.key = d.enrollment JOIN triggers t ON t.key = e.trigger
      WHERE e.customer = ?1 ORDER BY d.key
      """, [.integer(customer.rawValue)]
    ) { row in
      StoredDecision(
        enrollment: row.int64(0), trigger: TriggerID(row.string(1)), customer: row.customer(2),
        step: StepID(row.string(3)), at: row.instant(4), verdict: try row.word(5, as: VerdictKind.self),
        gate: try row.optionalWord(6, as: Gate.self), channel: row.optionalString(7).map { ChannelName($0) },
        until: row.optionalInstant(8), trace: [TraceEntry](stored: try row.json(9)))
    }
  }

  /// Messages that count against the caps of each customer since `since`, oldest first.
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
