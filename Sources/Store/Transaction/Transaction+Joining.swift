package import Domain
internal import Platform

/// Two customers become one. The rules are `CustomerChange.join` and `NameVerdict`; this moves the rows.
extension Transaction {
  /// The keys of enrollments that coincide: those of the two customers for the same trigger and occurrence, and active
  /// ones for the same trigger and subject. `CustomerChange.join` must see them.
  package func coincidingEnrollments(of customer: CustomerKey, _ other: CustomerKey) throws -> [Int64] {
    var found: Set<Int64> = []
    try connection.query(
      """
      SELECT a.key, b.key FROM enrollments a JOIN enrollments b ON b.customer = ?2 AND b.trigger = a.trigger
        AND (b.occurrence = a.occurrence OR b.subject = a.subject AND a.state = 'active' AND b.state = 'active')
      WHERE a.customer = ?1
      """, [.integer(customer.rawValue), .integer(other.rawValue)]
    ) { row in
      found.insert(row.int64(0))
      found.insert(row.int64(1))
    }
    return found.sorted()
  }

  /// Moves all rows of one customer to another. Claims on their messages that have not been handed over are released,
  /// so that the messages are checked again for the other customer. The caller must have marked both as changed.
  ///
  /// - Parameters:
  ///   - replaced: enrollments of either customer, each with the one that takes its place.
  package func join(
    _ customer: CustomerKey, into other: CustomerKey,
    replacing replaced: [(key: Int64, by: Int64)], at now: Instant
  ) throws {
    let move: [SQLValue] = [.integer(customer.rawValue), .integer(other.rawValue)]
    for data in Schema.personalData where data.table != "enrollments" {
      guard case .number = data.belonging else { continue }
      switch data.joining {
      case .moves:
        try connection.run(SQLText("UPDATE \(data.table) SET customer = ?2 WHERE customer = ?1"), move)
      case .isWrittenAnew:
        try connection.run(SQLText("DELETE FROM \(data.table) WHERE customer = ?1"), [move[0]])
      case .isMadeAnew:
        try connection.run(SQLText("DELETE FROM \(data.table) WHERE customer = ?1 OR customer = ?2"), move)
      }
    }
    for pair in replaced {
      let keys: [SQLValue] = [.integer(pair.key), .integer(pair.by)]
      try connection.run(
        "UPDATE messages SET enrollment = ?2 WHERE customer = ?3 AND enrollment = ?1", keys + [move[1]])
      try connection.run("UPDATE decisions SET enrollment = ?2 WHERE enrollment = ?1", keys)
      try connection.run("DELETE FROM enrollments WHERE key = ?1", [keys[0]])
    }
    try connection.run("UPDATE enrollments SET customer = ?2 WHERE customer = ?1", move)
    try connection.run(
      """
      UPDATE customers SET joined_into = ?2, email = NULL, phone = NULL, first_name = NULL, last_name = NULL,
        birthday = NULL, time_zone = NULL, locale = NULL, joined_at = NULL, consent = '{}', tags = '[]',
        attributes = '{}', field_times = '{}', names = NULL, seen_at = NULL
      WHERE key = ?1
      """, move)
    try connection.run("UPDATE customers SET joined_into = ?2 WHERE joined_into = ?1", move)
    // After the rows have moved, so that everything claimed until then is released.
    try takeBack(of: [other])
    try cancelRepeated(of: other, in: Set(replaced.map(\.by)).sorted(), at: now)
  }

  /// Cancels messages whose step was sent, or is about to be, under another id of the customer. If several are waiting
  /// for the same step, the oldest is kept.
  private func cancelRepeated(of customer: CustomerKey, in enrollments: [Int64], at now: Instant) throws {
    var repeated: [Int64] = []
    for enrollment in enrollments {
      var taken: Set<StepID> = []
      let messages = try connection.all(
        Self.stepsUnderWayStatement, [.integer(customer.rawValue), .integer(enrollment)]
      ) { (key: $0.int64(0), step: StepID($0.string(1)), state: try $0.word(2, as: MessageState.self)) }
      let waiting = messages.filter { [.waiting, .queued].contains($0.state) }
      for message in messages where ![.waiting, .queued].contains(message.state) {
        taken.insert(message.step)
      }
      for message in waiting where !taken.insert(message.step).inserted { repeated.append(message.key) }
    }
    try connection.runBatch(Self.cancelRepeatedStatement, count: repeated.count) {
      try $1.bind(repeated[$0])
      try $1.bind(now)
    }
  }

  private static let stepsUnderWayStatement = SQLText(
    "SELECT key, step, state FROM messages WHERE customer = ?1 AND enrollment = ?2 AND \(MessageState.reaching.isOneOf) ORDER BY created_at, key"
  )
  private static let cancelRepeatedStatement = MessageUpdate.statement(
    .reasonGone, from: [.waiting, .queued], set: "final_at = ?2", where: "key = ?1")

  /// Adds ids that nobody has as further ids of a customer.
  ///
  /// - Returns: false if somebody already had one of them.
  package func addNames(_ ids: [String], of customer: CustomerKey) throws -> Bool {
    var added = 0
    try connection.runBatch(
      "INSERT INTO customers (id, consent, tags, attributes, field_times, joined_into) VALUES (?1, '{}', '[]', '{}', '{}', ?2) ON CONFLICT (id) DO NOTHING",
      count: ids.count,
      bind: {
        try $1.bind(ids[$0])
        try $1.bind(customer)
      }, row: nil
    ) { _, changed in added += changed }
    return added == ids.count
  }

  /// Removes those of these ids that belong to a customer who is gone; `forget` leaves none behind.
  package func removeStrayNames(_ ids: [String]) throws {
    try connection.runBatch(
      "DELETE FROM customers WHERE id = ?1 AND joined_into IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.key = customers.joined_into)",
      count: ids.count
    ) { try $1.bind(ids[$0]) }
  }

  /// Copies suppressions of further ids to the customer's main id, on channels to the shop's own systems, which
  /// address customers by id.
  ///
  /// - Parameter channels: the channels whose addresses are customer ids.
  package func copySuppressions(
    of names: [String], to id: String, on channels: [ChannelName], at now: Instant
  ) throws {
    let entries = channels.flatMap { channel in names.map { (channel: channel, address: $0) } }
    if entries.isEmpty { return }
    let reasons = try suppressions(of: entries)
    try suppress(
      reasons.sorted { $0.key < $1.key }.map { (entries[$0.key].channel, id, $0.value) }, at: now)
  }
}
