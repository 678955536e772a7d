package import Domain
package import Platform

/// The figures of one segment.
package struct SegmentFigures: Equatable, Sendable {
  package var size = 0
  /// Customers who have entered and left since the given instant.
  package var entered = 0
  package var left = 0
  /// The sizes of past days, the oldest first.
  package var days: [(day: Int, size: Int)] = []

  package init() {}

  package static func == (a: SegmentFigures, b: SegmentFigures) -> Bool {
    (a.size, a.entered, a.left) == (b.size, b.entered, b.left) && a.days.elementsEqual(b.days, by: ==)
  }
}

extension Transaction {
  /// - Parameters:
  ///   - since: from when entries and departures count.
  ///   - day: the first day of the history, by its number.
  package func figures(
    of segment: SegmentRecord, since: Instant, from day: Int
  ) throws -> SegmentFigures {
    var figures = SegmentFigures()
    figures.size = try size(of: segment)
    try connection.query(
      "SELECT kind, count(*) FROM membership_changes WHERE segment = ?1 AND at >= ?2 GROUP BY kind",
      [.integer(segment.key), since.sql]
    ) { row in
      switch try row.word(0, as: MembershipChange.Kind.self) {
      case .entered: figures.entered = Int(row.int64(1))
      case .left: figures.left = Int(row.int64(1))
      }
    }
    figures.days = try connection.all(
      "SELECT day, size FROM segment_sizes WHERE segment = ?1 AND day >= ?2 ORDER BY day",
      [.integer(segment.key), .integer(Int64(day))]
    ) { (Int($0.int64(0)), Int($0.int64(1))) }
    return figures
  }

  private func size(of segment: SegmentRecord) throws -> Int {
    Int(
      try connection.integer(
        "SELECT count(*) FROM memberships WHERE segment = ?1 AND is_member = 1", [.integer(segment.key)]) ?? 0
    )
  }

  /// Records the size of every segment for a day of the shop's calendar.
  package func noteSizes(day: Int) throws {
    for segment in try segments().values where segment.removedAt == nil && segment.id != .measures {
      try connection.run(
        "INSERT INTO segment_sizes (segment, day, size) VALUES (?1, ?2, ?3) ON CONFLICT (segment, day) DO UPDATE SET size = excluded.size",
        [.integer(segment.key), .integer(Int64(day)), .integer(Int64(try size(of: segment)))])
    }
  }

  /// The members of a segment in order of number: their shop ids, and since when they are members.
  package func members(
    of segment: SegmentRecord, after customer: CustomerKey, limit: Int
  ) throws -> [(key: CustomerKey, id: String, since: Instant?, reason: MembershipReason?)] {
    try connection.all(
      Self.membersStatement,
      [.integer(segment.key), .integer(customer.rawValue), .integer(Int64(limit))]
    ) { row in
      (
        row.customer(0), row.string(1), row.optionalInstant(2),
        try row.optionalWord(3, as: MembershipReason.self)
      )
    }
  }

  /// A test asserts that it uses `memberships_segment`.
  package static let membersStatement: SQLText =
    "SELECT m.customer, c.id, m.since, m.reason FROM memberships m JOIN customers c ON c.key = m.customer WHERE m.segment = ?1 AND m.is_member = 1 AND m.customer > ?2 ORDER BY m.customer LIMIT ?3"

  /// The latest membership changes of a customer, newest first.
  package func membershipChanges(of customer: CustomerKey, limit: Int) throws -> [MembershipChange] {
    try connection.all(
      "SELECT s.id, c.kind, c.at, c.reason FROM membership_changes c JOIN segments s ON s.key = c.segment WHERE c.customer = ?1 ORDER BY c.key DESC LIMIT ?2",
      [.integer(customer.rawValue), .integer(Int64(limit))]
    ) { row in
      MembershipChange(
        SegmentID(row.string(0)), try row.word(1, as: MembershipChange.Kind.self), at: row.instant(2),
        try row.word(3, as: MembershipReason.self))
    }
  }

  /// How many customers, including visitors, have a number up to this one.
  package func customerCount(upTo customer: CustomerKey) throws -> Int {
    Int(
      try connection.integer(
        "SELECT count(*) FROM customers WHERE key <= ?1 AND joined_into IS NULL",
        [.integer(customer.rawValue)]) ?? 0)
  }
}
