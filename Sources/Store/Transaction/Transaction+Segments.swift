package import Domain
package import Platform

/// A stored segment.
package struct SegmentRecord: Equatable, Sendable {
  package var key: Int64
  package var id: SegmentID
  package var hash: String
  /// When the store first saw it; updated if it was removed for a while.
  package var enabledAt: Instant
  package var removedAt: Instant?
  /// The last customer that a changed definition was evaluated for; `nil` if it is done. For a removed one: whether
  /// its memberships must still be deleted.
  package var passAfter: CustomerKey?
}

extension SegmentRecord {
  private enum Column: Int, TableColumn { case key, id, hash, enabledAt, removedAt, passAfter }

  fileprivate static let allStatement = SQLText(
    constant: "SELECT \(SQL.list(Column.allCases.names)) FROM segments")

  fileprivate init(_ row: borrowing Row) {
    self.init(
      key: row.int64(Column.key), id: SegmentID(row.string(Column.id)), hash: row.string(Column.hash),
      enabledAt: row.instant(Column.enabledAt), removedAt: row.optionalInstant(Column.removedAt),
      passAfter: row.optionalInt64(Column.passAfter).map { CustomerKey($0) })
  }
}

extension Transaction {
  /// Every segment ever seen, including removed ones, by id.
  package func segments() throws -> [SegmentID: SegmentRecord] {
    var segments: [SegmentID: SegmentRecord] = [:]
    try connection.query(SegmentRecord.allStatement) { row in
      let record = SegmentRecord(row)
      segments[record.id] = record
    }
    return segments
  }

  /// Updates the stored segments from the configuration, as `syncTriggers` does for triggers; call both together.
  ///
  /// - Returns: all of them, as stored.
  @discardableResult
  package func syncSegments(
    _ wanted: [(id: SegmentID, hash: String)], now: Instant
  ) throws -> [SegmentID: SegmentRecord] {
    let known = try segments()
    if known.isEmpty, wanted.isEmpty { return known }
    for segment in wanted {
      let record = known[segment.id]
      let inForce = record.flatMap { $0.removedAt == nil ? $0.hash : nil }
      let values: [SQLValue] = [.text(segment.id.rawValue), .text(segment.hash)]
      switch TriggerRegistration(known: inForce, wanted: segment.hash) {
      case .enabled where record == nil:
        try connection.run(
          "INSERT INTO segments (id, hash, enabled_at, pass_after) VALUES (?1, ?2, ?3, 0)", values + [now.sql]
        )
      case .enabled:
        try connection.run(
          "UPDATE segments SET hash = ?2, enabled_at = ?3, removed_at = NULL, pass_after = 0 WHERE id = ?1",
          values + [now.sql])
      case .changed:
        try connection.run("UPDATE segments SET hash = ?2, pass_after = 0 WHERE id = ?1", values)
      case .unchanged, .removed: break
      }
    }
    let names = Set(wanted.map(\.id))
    for record in known.values where record.removedAt == nil && !names.contains(record.id) {
      try connection.run(
        "UPDATE segments SET removed_at = ?2, pass_after = 0 WHERE key = ?1",
        [.integer(record.key), now.sql])
    }
    try renewTriggersStamp()
    return try segments()
  }

  /// `nil` ends the pass over all customers; anything else is the last one evaluated.
  package func setPassAfter(_ customer: CustomerKey?, of segments: [SegmentID]) throws {
    try connection.runBatch(
      "UPDATE segments SET pass_after = ?2 WHERE id = ?1", count: segments.count
    ) { index, binder in
      try binder.bind(segments[index].rawValue)
      try binder.bind(customer?.rawValue)
    }
  }

  // MARK: - Memberships

  /// Stores customers' memberships. An empty one is removed.
  package func save(
    memberships: [(customer: CustomerKey, segment: SegmentID, membership: Membership)]
  ) throws {
    let empty = memberships.filter { $0.membership == .none }
    let kept = memberships.filter { $0.membership != .none }
    try connection.runBatch(
      "DELETE FROM memberships WHERE customer = ?1 AND segment = (SELECT key FROM segments WHERE id = ?2)",
      count: empty.count
    ) { index, binder in
      try binder.bind(empty[index].customer)
      try binder.bind(empty[index].segment.rawValue)
    }
    try connection.runBatch(Self.saveMembershipStatement, count: kept.count) { index, binder in
      try binder.bind(kept[index].customer)
      try binder.bind(kept[index].segment.rawValue)
      for column in Membership.Column.all { try kept[index].membership.bind(column, to: binder) }
    }
  }

  private static let saveMembershipStatement: SQLText = {
    let names = Membership.Column.all.names
    let values = names.indices.map { "?\($0 + 3)" }.joined(separator: ", ")
    return SQLText(
      constant: """
        INSERT INTO memberships (customer, segment, \(SQL.list(names)))
        VALUES (?1, (SELECT key FROM segments WHERE id = ?2), \(values))
        ON CONFLICT (customer, segment) DO UPDATE SET \(SQL.takeExcluded(names)), is_stale = 0
        """)
  }()

  /// Records membership changes.
  package func record(_ changes: [(customer: CustomerKey, change: MembershipChange)]) throws {
    try connection.runBatch(
      "INSERT INTO membership_changes (customer, segment, kind, reason, at) VALUES (?1, (SELECT key FROM segments WHERE id = ?2), ?3, ?4, ?5)",
      count: changes.count
    ) { index, binder in
      let (customer, change) = changes[index]
      try binder.bind(customer)
      try binder.bind(change.segment.rawValue)
      try binder.bind(change.kind.rawValue)
      try binder.bind(change.reason.rawValue)
      try binder.bind(change.at)
    }
  }

  package func save(tallies: [(customer: CustomerKey, id: TallyID, tally: Tally)]) throws {
    try connection.runBatch(
      "INSERT INTO tallies (customer, tally, entries) VALUES (?1, ?2, ?3) ON CONFLICT (customer, tally) DO UPDATE SET entries = excluded.entries",
      count: tallies.count
    ) { index, binder in
      try binder.bind(tallies[index].customer)
      try binder.bind(tallies[index].id.rawValue)
      try binder.bind(tallies[index].tally.stored)
    }
  }

  // MARK: - What is due

  /// Customers with a membership that is due to change by `now` through time alone, the longest overdue first.
  package func dueMemberships(now: Instant, limit: Int) throws -> [CustomerKey] {
    var found: [CustomerKey] = []
    var seen: Set<CustomerKey> = []
    try connection.query(Self.dueMembershipsStatement, [now.sql, .integer(Int64(limit))]) { row in
      let customer = row.customer(0)
      if seen.insert(customer).inserted { found.append(customer) }
    }
    return found
  }

  /// A test asserts that these use the due index.
  package static let dueMembershipsStatement: SQLText =
    "SELECT customer FROM memberships WHERE next_change IS NOT NULL AND next_change <= ?1 ORDER BY next_change LIMIT ?2"

  package static let nextMembershipStatement: SQLText =
    "SELECT next_change FROM memberships WHERE next_change IS NOT NULL ORDER BY next_change LIMIT 1"

  /// When a membership is next due to change through time alone; `nil` if none is.
  package func nextMembershipChange() throws -> Instant? {
    try connection.integer(Self.nextMembershipStatement).map { Instant(milliseconds: $0) }
  }

  /// Clears what is still due for these customers after they were evaluated: it belongs to segments that are not in
  /// force, which nobody will evaluate.
  package func dropDueMemberships(of customers: [CustomerKey], now: Instant) throws {
    try connection.runBatch(
      "UPDATE memberships SET next_change = NULL, is_stale = 0 WHERE customer = ?1 AND next_change <= ?2",
      count: customers.count
    ) { index, binder in
      try binder.bind(customers[index])
      try binder.bind(now)
    }
  }

  /// The segments that, for these customers, have not been evaluated since something they read was written.
  package func staleSegments(of customers: [CustomerKey]) throws -> [CustomerKey: Set<SegmentID>] {
    var found: [CustomerKey: Set<SegmentID>] = [:]
    try connection.queryBatch(
      "SELECT s.id FROM memberships m JOIN segments s ON s.key = m.segment WHERE m.customer = ?1 AND m.is_stale = 1",
      count: customers.count, bind: { try $1.bind(customers[$0]) }
    ) { index, row in found[customers[index], default: []].insert(SegmentID(row.string(0))) }
    return found
  }

  // MARK: - Removal

  /// Deletes up to `limit` memberships of a segment. - Returns: how many there were.
  package func deleteMemberships(of segment: SegmentRecord, limit: Int) throws -> Int {
    try connection.run(
      "DELETE FROM memberships WHERE segment = ?1 AND customer IN (SELECT customer FROM memberships WHERE segment = ?1 LIMIT ?2)",
      [.integer(segment.key), .integer(Int64(limit))])
  }

  /// Deletes the tallies of these customers, except those of `ids`.
  package func deleteTallies(from first: CustomerKey, to last: CustomerKey, but ids: [TallyID]) throws {
    let kept = ids.indices.map { "?\($0 + 3)" }.joined(separator: ", ")
    let others = ids.isEmpty ? "" : " AND tally NOT IN (\(kept))"
    try connection.run(
      SQLText("DELETE FROM tallies WHERE customer >= ?1 AND customer <= ?2\(others)"),
      [.integer(first.rawValue), .integer(last.rawValue)] + ids.map { .text($0.rawValue) })
  }
}
