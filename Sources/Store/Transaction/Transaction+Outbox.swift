package import Domain
package import Platform

extension Transaction {
  /// Adds messages to the ledger and the outbox. If a ledger key exists, the message was sent or planned before and is
  /// skipped, unless everything sent for its step provably reached nobody: then the message replaces that, under a key
  /// derived from its own. - Returns: the keys, as given, of the new messages.
  package func insert(_ messages: [NewMessage], now: Instant) throws -> Set<LedgerKey> {
    try insert(messages.map { PreparedMessage($0) }, now: now)
  }

  package func insert(_ messages: [PreparedMessage], now: Instant) throws -> Set<LedgerKey> {
    var new: Set<LedgerKey> = []
    new.reserveCapacity(messages.count)
    var fresh: [(message: PreparedMessage, key: LedgerKey)] = []
    fresh.reserveCapacity(messages.count)
    var known: [PreparedMessage] = []
    let sent = try entered(messages.map(\.message.otherKeys))
    let asked = sent.isEmpty ? messages : messages.indices.filter { !sent.contains($0) }.map { messages[$0] }
    if !sent.isEmpty { known = sent.sorted().map { messages[$0] } }
    // Uses counts instead of RETURNING, for which SQLite builds a temporary table each time.
    try connection.runBatch(
      "INSERT INTO ledger (key, first_at) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
      count: asked.count,
      bind: {
        try $1.bind(asked[$0].message.ledgerKey.bytes)
        try $1.bind(now)
      }, row: nil
    ) { index, changed in
      guard changed > 0 else {
        known.append(asked[index])
        return
      }
      new.insert(asked[index].message.ledgerKey)
      fresh.append((asked[index], asked[index].message.ledgerKey))
    }
    for message in known {
      guard let key = try enterReplacement(of: message.message, now: now) else { continue }
      new.insert(message.message.ledgerKey)
      fresh.append((message, key))
    }
    try connection.runBatch(
      Self.insertMessageStatement, count: fresh.count
    ) { index, binder in
      let (message, key) = (fresh[index].message, fresh[index].key)
      for column in NewMessage.Column.all { try message.bind(column, ledgerKey: key, now: now, to: binder) }
      for column in MessageContent.Column.all { try message.bind(column, to: binder) }
    }
    return new
  }

  /// The positions at which at least one key is in the ledger. Costs nothing while no customer has several ids.
  func entered(_ keys: [[LedgerKey]]) throws -> Set<Int> {
    let asked = keys.enumerated().flatMap { place, keys in keys.map { (place, $0) } }
    if asked.isEmpty { return [] }
    var found: Set<Int> = []
    try connection.queryBatch(
      "SELECT 1 FROM ledger WHERE key = ?1", count: asked.count, bind: { try $1.bind(asked[$0].1.bytes) }
    ) { index, _ in found.insert(asked[index].0) }
    return found
  }

  private static let insertMessageStatement = SQLText(
    constant: SQL.insert(
      into: "messages", NewMessage.Column.all.names + MessageContent.Column.all.names))

  /// Leases up to `limit` due messages of a channel, best first; fewer mean that no more were due. This is the last
  /// check before sending: messages that a gate holds are deferred or ended, and not returned. Those whose customer is
  /// gone become `cancelled`, since it is unknown whether the person still wants them.
  ///
  /// Returns early after `maximumSettled` messages that were not to be sent, so that a backlog of them does not block
  /// other writers; the next call continues from there.
  ///
  /// - Parameters:
  ///   - isTrial: whether messages that failed for a reason that may be the channel's come only if no others are due.
  ///   - ask: asks the gates whether a message may be sent.
  ///   - reading: called with each message before its columns are read.
  ///   - tokens: returns sixteen fresh random bytes at each call.
  package func claim(
    channel: ChannelName, limit: Int, isTrial: Bool = false, lease: Duration, now: Instant,
    ask: (DueMessage) -> WireAnswer, reading: (Int64) -> Void = { _ in }, token tokens: () -> ClaimToken
  ) throws -> [ClaimedMessage] {
    var claimed: [ClaimedMessage] = []
    var settled = 0
    var sparesFailed = isTrial
    let passedAt = try passedAt(channel: channel)
    while claimed.count < limit, settled < Self.maximumSettled {
      let wanted = limit - claimed.count
      try promote(channel: channel, limit: max(wanted, 5000), now: now)
      let candidates = try candidates(
        channel: channel, limit: wanted, sparesFailed: sparesFailed, passedAt: passedAt, reading: reading)
      if sparesFailed, candidates.isEmpty, claimed.isEmpty {
        sparesFailed = false
        continue
      }
      let suppressed = try suppressions(of: candidates.map { (channel, $0.due.message.content.to) })
      var ended: [(key: Int64, fact: MessageFact)] = []
      var waiting: [(key: Int64, until: Instant)] = []
      var leased: [ClaimedMessage] = []
      for (index, candidate) in candidates.enumerated() {
        let key = candidate.due.message.key
        if let fact = candidate.flaw {
          ended.append((key, fact))
          continue
        }
        var due = candidate.due
        due.suppression = suppressed[index]
        switch ask(due) {
        case .goes(let closesAt):
          due.message.token = tokens()
          due.message.closesAt = closesAt
          due.message.claimedAt = now
          leased.append(due.message)
        case .holds(let decision):
          if let until = decision.verdict.until {
            waiting.append((key, until))
          } else {
            ended.append((key, MessageFact(heldBy: decision.verdict)))
          }
        }
      }
      try hold(leased, until: now + lease)
      try end(ended, at: now)
      try putOff(waiting)
      claimed += leased
      settled += ended.count + waiting.count
      if candidates.count < wanted { break }
    }
    return claimed
  }

  private static let maximumSettled = 5000

  /// Queues up to `limit` waiting messages that are due: a whole campaign becoming due in one instant must
  /// not block the store for seconds.
  private func promote(channel: ChannelName, limit: Int, now: Instant) throws {
    try connection.run(
      Self.promoteStatement, [.text(channel.rawValue), now.sql, .integer(Int64(limit))])
  }

  /// A test asserts that it uses `messages_waiting`.
  package static let promoteStatement = MessageUpdate.statement(.due) {
    "key IN (SELECT key FROM messages WHERE \($0.isOneOf) AND channel = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3)"
  }

  private struct Candidate {
    var due: DueMessage
    /// Why no gate needs to run: the customer is gone, or the row is unreadable after a manual change. It
    /// must not block the others.
    var flaw: MessageFact?
  }

  private func candidates(
    channel: ChannelName, limit: Int, sparesFailed: Bool, passedAt: Instant, reading: (Int64) -> Void
  ) throws -> [Candidate] {
    let statement =
      sparesFailed ? Self.trialStatement(connection.dialect) : Self.claimStatement(connection.dialect)
    return try connection.all(statement, [.text(channel.rawValue), .integer(Int64(limit))]) { row in
      typealias Column = ClaimedMessage.Column
      reading(row.int64(Column.key))
      let content = try? MessageContent(row, from: Column.content)
      let isOrphan = row.isNull(Column.consent)
      let consent = isOrphan ? [:] : try? Customer.consent(row, Column.consent.rawValue)
      let message = ClaimedMessage(
        key: row.int64(Column.key), uid: LedgerKey(bytes: row.bytes(Column.ledgerKey)).messageUID,
        enrollment: row.int64(Column.enrollment), decidedAt: row.instant(Column.createdAt),
        token: ClaimToken(bytes: []), attempt: Int(row.int64(Column.attempt)) + 1,
        trigger: TriggerID(row.string(Column.trigger)), customer: row.customer(Column.customer),
        channel: channel, step: StepID(row.string(Column.step)), dueAt: row.instant(Column.dueAt),
        expiresAt: row.instant(Column.expiresAt),
        standing: row.optionalInstant(Column.faultedAt).map { $0 <= passedAt ? .accused : .failed }
          ?? .clean,
        firstHandoffAt: row.optionalInstant(Column.firstHandoffAt),
        content: content ?? MessageContent(to: "", text: "", purpose: .marketing))
      return Candidate(
        due: DueMessage(
          message: message, consent: consent?[channel], timeZone: row.optionalString(Column.timeZone)),
        flaw: content == nil || consent == nil ? .unreadable : isOrphan ? .reasonGone : nil)
    }
  }

  /// A test asserts that it uses `messages_ready`.
  package static func claimStatement(_ dialect: SQLDialect) -> SQLText {
    switch dialect {
    case .sqlite: claimSQLite
    case .postgresql: claimPostgreSQL
    }
  }

  private static func trialStatement(_ dialect: SQLDialect) -> SQLText {
    switch dialect {
    case .sqlite: trialSQLite
    case .postgresql: trialPostgreSQL
    }
  }

  private static let claimSQLite = claimText(for: .sqlite)
  private static let claimPostgreSQL = claimText(for: .postgresql)
  private static let trialSQLite = claimText(trialCondition, for: .sqlite)
  private static let trialPostgreSQL = claimText(trialCondition, for: .postgresql)
  private static let trialCondition = "AND m.faulted_at IS NULL "

  private static func claimText(_ condition: String = "", for dialect: SQLDialect) -> SQLText {
    let template = """
      SELECT \(ClaimedMessage.Column.selected)
      FROM messages m LEFT JOIN customers c ON c.key = m.customer
      WHERE m.\(MessageState.queued.isState) AND m.channel = ?1 \(condition)ORDER BY m.priority, m.due_at, m.key LIMIT ?2
      {for_update_of_m}
      """
    return SQLText(constant: Dialect.text(template, for: dialect))
  }

  private func hold(_ messages: [ClaimedMessage], until: Instant) throws {
    try connection.runBatch(
      Self.holdStatement, count: messages.count
    ) { index, binder in
      try binder.bind(messages[index].key)
      try binder.bind(messages[index].token.bytes)
      try binder.bind(until)
    }
  }

  private static let holdStatement = MessageUpdate.statement(
    .claimed, set: "claim_token = ?2, lease_until = ?3", where: "key = ?1")

  private func end(_ messages: [(key: Int64, fact: MessageFact)], at: Instant) throws {
    try connection.runBatch(Self.endStatement, count: messages.count) { index, binder in
      let (key, fact) = messages[index]
      try binder.bind(key)
      try binder.bind(MessageTransition(.queued, fact)?.state?.rawValue)
      try binder.bind(at)
    }
  }

  private func putOff(_ messages: [(key: Int64, until: Instant)]) throws {
    try connection.runBatch(
      Self.waitStatement, count: messages.count
    ) { index, binder in
      try binder.bind(messages[index].key)
      try binder.bind(messages[index].until)
    }
  }

  private static let endStatement = MessageUpdate.statement(
    anyOf: [.unreadable, .reasonGone, .overdue, .suppressed], from: .queued,
    set: "state = ?2, final_at = ?3", where: "key = ?1")
  private static let waitStatement = MessageUpdate.statement(
    .putOff, from: [.queued], set: "due_at = ?2", where: "key = ?1")

  /// Makes messages that wait for a trigger until at most `end` due now: the trigger is no longer paused.
  package func bringForward(waitingFor trigger: TriggerID, until end: Instant, now: Instant) throws {
    try connection.run(
      Self.bringForwardStatement, [.text(trigger.rawValue), end.sql, now.sql])
  }

  private static let bringForwardStatement = MessageUpdate.statement(
    .broughtForward, set: "due_at = ?3", where: "trigger = ?1 AND due_at <= ?2 AND due_at > ?3")

  /// When the channel next has something to do: in the past or present if a message is queued, `nil` if it
  /// has none.
  package func nextDelivery(channel: ChannelName) throws -> Instant? {
    let channel: [SQLValue] = [.text(channel.rawValue)]
    let due =
      try connection.integer(Self.nextQueuedStatement, channel)
      ?? connection.integer(Self.nextWaitingStatement, channel)
    return due.map { Instant(milliseconds: $0) }
  }

  private static let nextQueuedStatement = SQLText(
    "SELECT due_at FROM messages WHERE \(MessageState.queued.isState) AND channel = ?1 ORDER BY priority, due_at, key LIMIT 1"
  )
  private static let nextWaitingStatement = SQLText(
    "SELECT due_at FROM messages WHERE \(MessageState.waiting.isState) AND channel = ?1 ORDER BY due_at LIMIT 1"
  )
}
