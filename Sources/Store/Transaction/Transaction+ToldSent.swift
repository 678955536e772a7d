package import Domain
internal import Platform

/// Messages that another system sent.
extension Transaction {
  /// Stores messages as sent, outside the outbox: caps count them, and later steps keep their distance from them. Their
  /// steps get ledger rows, so that they are never sent again; a message of this program for such a step is cancelled
  /// unless it was already handed over.
  ///
  /// - Parameter ledgerKeys: the ledger key of each message's step, by position; `nil` for a message without one.
  /// - Returns: the positions of messages that were already stored.
  package func insert(
    _ messages: [NewSentElsewhere], ledgerKeys: [LedgerKey?], now: Instant
  ) throws -> Set<Int> {
    let keys = messages.map { message in message.customerIDs.map { LedgerKey(message.message, to: $0) } }
    var known = try entered(keys.map { Array($0.dropFirst()) })
    let asked = keys.indices.filter { !known.contains($0) }
    try connection.runBatch(
      Self.enterLedgerStatement, count: asked.count,
      bind: {
        try $1.bind(keys[asked[$0]][0].bytes)
        try $1.bind(messages[asked[$0]].message.sentAt)
      }, row: nil
    ) { index, changed in if changed == 0 { known.insert(asked[index]) } }
    let new = messages.indices.filter { !known.contains($0) }
    let steps = new.compactMap { index in ledgerKeys[index].map { ($0, messages[index].message.sentAt) } }
    try connection.runBatch(Self.enterLedgerStatement, count: steps.count) { index, binder in
      try binder.bind(steps[index].0.bytes)
      try binder.bind(steps[index].1)
    }
    try connection.runBatch(Self.insertSentStatement, count: new.count) { index, binder in
      let entry = messages[new[index]]
      try binder.bind(keys[new[index]][0].bytes)
      try binder.bind(entry.place?.enrollment ?? 0)
      try binder.bind(entry.customer)
      try binder.bind(entry.message.trigger?.rawValue ?? "")
      try binder.bind(entry.place?.occurrence ?? "")
      try binder.bind(entry.place?.step.rawValue ?? "")
      try binder.bind(entry.message.channel.rawValue)
      try binder.bind(entry.purpose.rawValue)
      try binder.bind(entry.message.sentAt)
      try binder.bind(entry.message.messageID)
      try binder.bind(entry.message.subject)
      try binder.bind(entry.message.source)
    }
    let placed = new.compactMap { index in messages[index].place.map { (messages[index].customer, $0) } }
    try connection.runBatch(Self.cancelStepStatement, count: placed.count) { index, binder in
      try binder.bind(placed[index].0)
      try binder.bind(placed[index].1.enrollment)
      try binder.bind(placed[index].1.step.rawValue)
      try binder.bind(now)
    }
    return known
  }

  private static let enterLedgerStatement: SQLText =
    "INSERT INTO ledger (key, first_at) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING"
  private static let insertSentStatement: SQLText = """
    INSERT INTO messages (ledger_key, enrollment, customer, trigger, occurrence, step, channel, purpose, address,
      priority, due_at, expires_at, state, attempt, maybe_delivered, created_at, final_at, provider_reference,
      to_name, subject, data, text, source)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', 0, ?9, ?9, 'sent', 0, 0, ?9, ?9, ?10, '', ?11, '{}', '', ?12)
    """
  private static let cancelStepStatement = MessageUpdate.statement(
    .reasonGone, set: "final_at = ?4", where: "customer = ?1 AND enrollment = ?2 AND step = ?3")

  /// The keys of these enrollments, by position; `nil` for one that is not stored.
  package func keys(
    of enrollments: [(customer: CustomerKey, trigger: TriggerID, occurrence: String)]
  ) throws -> [Int: Int64] {
    var keys: [Int: Int64] = [:]
    try connection.queryBatch(
      "SELECT e.key FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.customer = ?1 AND t.id = ?2 AND e.occurrence = ?3",
      count: enrollments.count,
      bind: {
        try $1.bind(enrollments[$0].customer)
        try $1.bind(enrollments[$0].trigger.rawValue)
        try $1.bind(enrollments[$0].occurrence)
      }
    ) { index, row in keys[index] = row.int64(0) }
    return keys
  }

  // MARK: - Exporting

  private static let isSent = "m.\([MessageState.sent, .ambiguous].isOneOf)"

  /// The approximate number of messages that `forEachSent` visits.
  package func sentCount() throws -> Int64 {
    try connection.integer(SQLText("SELECT count(*) FROM messages m WHERE \(Self.isSent)")) ?? 0
  }

  /// Visits the messages that this program and others sent to known customers, as far back as messages are kept. The
  /// `source` of this program's is `reprise`.
  package func forEachSent(_ body: (ToldSent) throws -> Void) throws {
    try forEachRow(
      of: """
        SELECT c.id, m.channel, m.created_at, m.trigger, m.occurrence, m.step, m.subject, m.provider_reference,
          COALESCE(m.source, 'reprise')
        FROM messages m JOIN customers c ON c.key = m.customer WHERE \(Self.isSent) ORDER BY m.key
        """, [], cursor: "sent"
    ) { row in
      try body(
        ToldSent(
          customer: row.string(0),
          message: SentElsewhere(
            channel: ChannelName(row.string(1)), sentAt: row.instant(2),
            trigger: row.textUnlessEmpty(3).map { TriggerID($0) },
            occurrence: row.textUnlessEmpty(4), step: row.textUnlessEmpty(5).map { StepID($0) },
            subject: row.optionalString(6),
            messageID: row.optionalString(7), source: row.string(8))))
    }
  }
}

extension Row {
  fileprivate func textUnlessEmpty(_ column: Int) -> String? {
    let text = string(column)
    return text.isEmpty ? nil : text
  }
}
