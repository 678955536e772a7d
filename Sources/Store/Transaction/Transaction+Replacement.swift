package import Domain
internal import Platform

/// A message that ended because its address is permanently bad has reached nobody, so another may replace it:
/// on the next channel of its step, or to a new address.
extension Transaction {
  /// A message that reached nobody: refused for its address, or never handed over because that was
  /// suppressed; never one that may have been delivered.
  private static let reachedNobody =
    "(m.maybe_delivered = 0 AND (m.\(MessageState.suppressed.isState) OR (m.\(MessageState.dead.isState) AND m.outcome = '\(OutcomeClass.badAddress.rawValue)')))"

  private static let countStatement = SQLText(
    "SELECT count(*), COALESCE(sum(CASE WHEN \(reachedNobody) THEN 1 ELSE 0 END), 0) FROM messages m WHERE m.customer = ?1 AND m.enrollment = ?2 AND m.step = ?3"
  )

  private static let unreachedStatement = SQLText(
    "SELECT m.enrollment, m.step, m.customer, m.channel FROM messages m WHERE m.key = ?1 AND \(reachedNobody)"
  )

  /// Adds a new key to the ledger if everything sent for the message's step has reached nobody; `nil` if
  /// something may have, or if that is no longer known.
  func enterReplacement(of message: NewMessage, now: Instant) throws -> LedgerKey? {
    let counts = try connection.first(
      Self.countStatement,
      [.integer(message.customer.rawValue), .integer(message.enrollment), .text(message.step.rawValue)]
    ) { (Int($0.int64(0)), Int($0.int64(1))) }
    guard let (all, unreached) = counts, LedgerKey.isReplaceable(sent: all, unreached: unreached) else {
      return nil
    }
    let key = message.ledgerKey.replacement(on: message.channel, number: all)
    let added = try connection.run(
      "INSERT INTO ledger (key, first_at) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING",
      [.blob(key.bytes), now.sql])
    return added > 0 ? key : nil
  }

  /// Those of these messages that reached nobody, with what they belong to.
  package func unreached(
    _ keys: [Int64]
  ) throws -> [(message: Int64, enrollment: Int64, step: StepID, customer: CustomerKey, channel: ChannelName)]
  {
    var found:
      [(message: Int64, enrollment: Int64, step: StepID, customer: CustomerKey, channel: ChannelName)] = []
    try connection.queryBatch(
      Self.unreachedStatement, count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { index, row in
      found.append(
        (
          keys[index], row.int64(0), StepID(row.string(1)), row.customer(2), ChannelName(row.string(3))
        ))
    }
    return found
  }
}
