package import Domain
package import Platform

extension Transaction {
  /// Everything suspected or quarantined, in order of discovery.
  package func quarantine() throws -> [QuarantineRecord] {
    try connection.all(QuarantineRecord.allStatement) { try QuarantineRecord($0) }
  }

  /// The customer's quarantined work.
  package func quarantine(of customer: String) throws -> [QuarantineRecord] {
    try connection.all(QuarantineRecord.ofCustomerStatement, [.text(customer)]) { try QuarantineRecord($0) }
  }

  /// The amount of quarantined work by kind; kinds without any are missing.
  package func quarantineCounts() throws -> [WorkKind: Int] {
    var counts: [WorkKind: Int] = [:]
    try connection.query("SELECT kind, count(*) FROM quarantine WHERE since IS NOT NULL GROUP BY kind") {
      counts[try $0.word(0, as: WorkKind.self)] = Int($0.int64(1))
    }
    return counts
  }

  /// Records that the program trapped during this work, and quarantines it at the limit.
  ///
  /// - Parameter isAlone: whether it was the only work in progress; one of several is only suspected.
  /// - Returns: the resulting record.
  package func suspect(
    _ item: WorkItem, signal: String, isAlone: Bool, at: Instant
  ) throws -> QuarantineRecord? {
    let (customer, about) = try description(of: item)
    try connection.run(
      """
      INSERT INTO quarantine (kind, item, customer, about, signal, crashes, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
      ON CONFLICT (kind, item) DO UPDATE SET signal = excluded.signal, at = excluded.at,
        crashes = quarantine.crashes + excluded.crashes
      """,
      [
        .text(item.kind.rawValue), .text(item.id), customer.sql, .text(about), .text(signal),
        .integer(isAlone ? 1 : 0), at.sql,
      ])
    let found = try find(item)
    guard var found, !found.isSetAside, found.crashes >= QuarantineRecord.limit else { return found }
    guard try setAside(item) else {
      // The work has ended since, and will not be processed again.
      try clear([item])
      return nil
    }
    try connection.run("UPDATE quarantine SET since = ?2 WHERE key = ?1", [.integer(found.key), at.sql])
    found.since = at
    return found
  }

  private func find(_ item: WorkItem) throws -> QuarantineRecord? {
    try connection.first(
      QuarantineRecord.byItemStatement, [.text(item.kind.rawValue), .text(item.id)]
    ) { try QuarantineRecord($0) }
  }

  /// Keeps an event or request as it was sent, without processing it.
  package func keep(_ item: WorkItem, customer: String?, about: String, content: String, at: Instant) throws {
    try connection.run(
      "UPDATE quarantine SET customer = COALESCE(?3, customer), about = ?4, content = ?5, at = ?6 WHERE kind = ?1 AND item = ?2",
      [
        .text(item.kind.rawValue), .text(item.id), customer.sql, .text(about), .text(content), at.sql,
      ])
  }

  /// Clears suspicions after the work was done. Quarantined work stays.
  package func clear(_ items: [WorkItem]) throws {
    try connection.runBatch(
      "DELETE FROM quarantine WHERE kind = ?1 AND item = ?2 AND since IS NULL", count: items.count
    ) { index, binder in
      try binder.bind(items[index].kind.rawValue)
      try binder.bind(items[index].id)
    }
  }

  /// Clears suspicions of messages and enrollments that have ended in any way: they will not be processed
  /// again.
  package func clearEnded() throws {
    for record in try quarantine() where !record.isSetAside {
      let number: [SQLValue] = [.integer(Int64(record.item.id) ?? 0)]
      let isLive =
        switch record.item.kind {
        case .message:
          try connection.integer(Self.isUnderWayStatement, number) != nil
        case .enrollment:
          try connection.integer("SELECT 1 FROM enrollments WHERE key = ?1 AND state = 'active'", number)
            != nil
        case .customer: try connection.integer("SELECT 1 FROM customers WHERE key = ?1", number) != nil
        case .event, .request, .learning, .command: true
        }
      if !isLive { try clear([record.item]) }
    }
  }

  /// Retries the work; another trap quarantines it again. An event stays here until it has been processed.
  package func retry(_ record: QuarantineRecord, now: Instant) throws {
    let number = Int64(record.item.id) ?? 0
    switch record.item.kind {
    case .enrollment:
      try connection.run(
        """
        UPDATE enrollments SET state = 'active', end_reason = NULL,
          next_due_at = COALESCE((SELECT due_at FROM quarantine WHERE key = ?2), ?3)
        WHERE key = ?1 AND state = 'ended' AND end_reason = 'quarantined'
        """, [.integer(number), .integer(record.key), now.sql])
    case .message:
      try connection.run(Self.releaseMessageStatement, [.integer(number)])
    case .customer: try markUnplanned([CustomerKey(number)])
    case .event, .request, .learning, .command: break
    }
    try connection.run(
      "UPDATE quarantine SET since = NULL, crashes = ?2 WHERE key = ?1",
      [.integer(record.key), .integer(Int64(QuarantineRecord.limit - 1))])
  }

  /// Ends the work for good.
  package func drop(_ record: QuarantineRecord, now: Instant) throws {
    if record.item.kind == .message {
      try connection.run(
        Self.dropMessageStatement, [.integer(Int64(record.item.id) ?? 0), now.sql])
    }
    try connection.run("DELETE FROM quarantine WHERE key = ?1", [.integer(record.key)])
  }

  /// The customer and a description of the work.
  private func description(of item: WorkItem) throws -> (customer: String?, about: String) {
    let number: [SQLValue] = [.integer(Int64(item.id) ?? 0)]
    let found: (String?, String)? =
      switch item.kind {
      case .enrollment:
        try connection.first(
          "SELECT c.id, t.id, e.occurrence FROM enrollments e JOIN triggers t ON t.key = e.trigger LEFT JOIN customers c ON c.key = e.customer WHERE e.key = ?1",
          number
        ) { ($0.optionalString(0), "\($0.string(1)) \($0.string(2))") }
      case .message:
        try connection.first(
          "SELECT c.id, m.trigger, m.step, m.channel FROM messages m LEFT JOIN customers c ON c.key = m.customer WHERE m.key = ?1",
          number
        ) { ($0.optionalString(0), "\($0.string(1)), step \($0.string(2)) by \($0.string(3))") }
      case .customer:
        try connection.first("SELECT id FROM customers WHERE key = ?1", number) {
          ($0.optionalString(0), "planning")
        }
      case .event, .request, .learning, .command: nil
      }
    return found ?? (nil, "")
  }

  /// Excludes the work from processing. - Returns: whether it was still to be done.
  private func setAside(_ item: WorkItem) throws -> Bool {
    let number = SQLValue.integer(Int64(item.id) ?? 0)
    switch item.kind {
    case .enrollment:
      try connection.run(
        "UPDATE quarantine SET due_at = (SELECT next_due_at FROM enrollments WHERE key = ?1) WHERE kind = 'enrollment' AND item = ?2",
        [number, .text(item.id)])
      return try connection.run(
        "UPDATE enrollments SET state = 'ended', end_reason = 'quarantined', next_due_at = NULL WHERE key = ?1 AND state = 'active'",
        [number]) > 0
    case .message:
      return try connection.run(Self.setMessageAsideStatement, [number]) > 0
    case .event, .request, .customer, .learning: return true
    case .command: return false
    }
  }

  private static let isUnderWayStatement = SQLText(
    "SELECT 1 FROM messages WHERE key = ?1 AND \(MessageState.underWay.isOneOf)")
  private static let setMessageAsideStatement = MessageUpdate.statement(.quarantined, where: "key = ?1")
  private static let releaseMessageStatement = MessageUpdate.statement(.released, where: "key = ?1")
  private static let dropMessageStatement = MessageUpdate.statement(
    .dropped, set: "final_at = ?2", where: "key = ?1")
}
