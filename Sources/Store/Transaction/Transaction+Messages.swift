package import Domain
internal import Platform

/// A message of the outbox for display.
package struct MessageRecord: Equatable, Sendable {
  package var key: Int64
  package var uid: String
  package var enrollment: Int64
  package var trigger: TriggerID
  package var customer: CustomerKey
  package var step: StepID
  package var channel: ChannelName
  package var state: MessageState
  package var attempt: Int
  package var maybeDelivered: Bool
  package var createdAt: Instant
  package var dueAt: Instant
  package var finalAt: Instant?
  package var outcome: OutcomeClass?
  package var code: String?
  package var subject: String?
  /// The other system that sent it; `nil` for messages of this program.
  package var source: String?
}

extension Transaction {
  /// The newest `limit` messages of a customer that are still in the outbox, oldest first. The default is
  /// more than any real person has.
  package func messages(of customer: CustomerKey, limit: Int = newestMessages) throws -> [MessageRecord] {
    try connection.all(
      Self.messagesStatement, [.integer(customer.rawValue), .integer(Int64(limit))]
    ) { try MessageRecord($0) }.reversed()
  }

  package static let newestMessages = 2000

  /// The number of messages of a customer in the outbox.
  package func messageCount(of customer: CustomerKey) throws -> Int {
    Int(try connection.integer(Self.messageCountStatement, [.integer(customer.rawValue)]) ?? 0)
  }

  private static let messageCountStatement = SQLText("SELECT count(*) FROM messages WHERE customer = ?1")

  /// The oldest `limit` messages in a state, oldest first.
  package func messages(in state: MessageState, limit: Int) throws -> [MessageRecord] {
    try connection.all(
      Self.messagesInStateStatement, [.text(state.rawValue), .integer(Int64(limit))]
    ) { try MessageRecord($0) }
  }

  private static let messagesStatement = SQLText(
    constant: MessageRecord.select + " WHERE customer = ?1 ORDER BY created_at DESC, key DESC LIMIT ?2")
  private static let messagesInStateStatement = SQLText(
    constant: MessageRecord.select + " WHERE state = ?1 ORDER BY key LIMIT ?2")

  /// The names of the oldest `limit` ambiguous messages, oldest first.
  ///
  /// - Parameters:
  ///   - channel: `nil` for all channels; likewise `trigger`.
  ///   - since: only those handed over at this time or later.
  package func ambiguousMessages(
    channel: ChannelName?, trigger: TriggerID?, since: Instant, limit: Int
  ) throws -> [String] {
    try connection.all(
      Self.ambiguousStatement,
      [
        .text(channel?.rawValue ?? ""), .text(trigger?.rawValue ?? ""), since.sql, .integer(Int64(limit)),
      ]
    ) { LedgerKey(bytes: $0.bytes(0)).messageUID }
  }

  private static let ambiguousStatement = SQLText(
    "SELECT ledger_key FROM messages WHERE \(MessageState.ambiguous.isState) AND (?1 = '' OR channel = ?1) AND (?2 = '' OR trigger = ?2) AND COALESCE(first_handoff_at, created_at) >= ?3 ORDER BY key LIMIT ?4"
  )

  /// How long a message that an operator retries may take, unless its own expiry is later.
  package static var retryWindow: Duration { .hours(24) }

  /// Settles an ambiguous message. With `retry` it is due at once and has at least `retryWindow` left,
  /// however old it is.
  ///
  /// - Returns: whether an ambiguous message with this name existed.
  package func resolve(uid: String, as resolution: Resolution, now: Instant) throws -> Bool {
    guard let keys = Self.ledgerKeys(ofUID: uid) else { return false }
    var values: [SQLValue] = [.blob(keys.first), .blob(keys.last), now.sql]
    let statement: SQLText
    switch resolution {
    case .sent: statement = Self.resolveSentStatement
    case .dead: statement = Self.resolveDeadStatement
    case .retry:
      statement = Self.resolveRetryStatement
      values.append((now + Self.retryWindow).sql)
    }
    return try connection.run(statement, values) > 0
  }

  private static let ofUID = "ledger_key >= ?1 AND ledger_key <= ?2"
  private static let resolveSentStatement = MessageUpdate.statement(
    .resolved(.sent), set: "final_at = ?3", where: ofUID)
  private static let resolveDeadStatement = MessageUpdate.statement(
    .resolved(.dead), set: "final_at = ?3", where: ofUID)
  private static let resolveRetryStatement = MessageUpdate.statement(
    .resolved(.retry),
    set: "due_at = ?3, expires_at = CASE WHEN expires_at < ?4 THEN ?4 ELSE expires_at END", where: ofUID)

  /// The range of ledger keys of messages with this name; `nil` if the name is invalid.
  static func ledgerKeys(ofUID uid: String) -> (first: [UInt8], last: [UInt8])? {
    guard let head = Hex.bytes(uid), head.count == 16 else { return nil }
    return (head, head + [UInt8](repeating: 0xFF, count: 16))
  }

  /// Deletes finished messages, decisions and membership changes older than `limit`, at most `count` of each; the
  /// ledger stays.
  ///
  /// - Returns: the number of deleted rows; 0 if nothing is left to delete.
  package func prune(before limit: Instant, count: Int) throws -> Int {
    let attempts = try connection.run(
      """
      DELETE FROM attempts WHERE message IN (
        SELECT key FROM messages WHERE created_at < ?1 AND final_at IS NOT NULL ORDER BY created_at, key LIMIT ?2)
      """, [limit.sql, .integer(Int64(count))])
    let messages = try connection.run(
      "DELETE FROM messages WHERE key IN (SELECT key FROM messages WHERE created_at < ?1 AND final_at IS NOT NULL ORDER BY created_at, key LIMIT ?2)",
      [limit.sql, .integer(Int64(count))])
    let decisions = try connection.run(
      "DELETE FROM decisions WHERE key IN (SELECT key FROM decisions WHERE at < ?1 ORDER BY at LIMIT ?2)",
      [limit.sql, .integer(Int64(count))])
    let changes = try connection.run(
      "DELETE FROM membership_changes WHERE key IN (SELECT key FROM membership_changes WHERE at < ?1 ORDER BY at LIMIT ?2)",
      [limit.sql, .integer(Int64(count))])
    return attempts + messages + decisions + changes
  }
}

extension MessageRecord {
  private enum Column: Int, TableColumn {
    case key, ledgerKey, enrollment, trigger, customer, step, channel, state, attempt, maybeDelivered,
      createdAt,
      dueAt, finalAt, outcome, code, subject, source
  }

  /// Selects rows for `init(_:)`; append a condition.
  fileprivate static let select = "SELECT \(SQL.list(Column.allCases.names)) FROM messages"

  fileprivate init(_ row: borrowing Row) throws {
    self.init(
      key: row.int64(Column.key), uid: LedgerKey(bytes: row.bytes(Column.ledgerKey)).messageUID,
      enrollment: row.int64(Column.enrollment), trigger: TriggerID(row.string(Column.trigger)),
      customer: row.customer(Column.customer), step: StepID(row.string(Column.step)),
      channel: ChannelName(row.string(Column.channel)),
      state: try row.word(Column.state, as: MessageState.self), attempt: Int(row.int64(Column.attempt)),
      maybeDelivered: row.bool(Column.maybeDelivered), createdAt: row.instant(Column.createdAt),
      dueAt: row.instant(Column.dueAt), finalAt: row.optionalInstant(Column.finalAt),
      outcome: try row.optionalWord(Column.outcome, as: OutcomeClass.self),
      code: row.optionalString(Column.code), subject: row.optionalString(Column.subject),
      source: row.optionalString(Column.source))
  }
}
