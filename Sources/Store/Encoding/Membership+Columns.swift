internal import Domain
internal import Platform

extension Membership {
  enum Column: Int, TableColumn {
    case isMember, since, reason, lapsedAt, nextChange

    static let all = allCases
    /// The positions of the segment's id and the customer, after the other columns.
    static let segment = all.count
    static let customer = all.count + 1
  }

  /// Selects rows for `init(_:)`, of segments in force; append more conditions.
  static let select =
    "SELECT \(SQL.list(Column.all.names, of: "m")), s.id, m.customer FROM memberships m JOIN segments s ON s.key = m.segment WHERE s.removed_at IS NULL"

  init(_ row: borrowing Row) throws {
    self.init(
      isMember: row.bool(Column.isMember), since: row.optionalInstant(Column.since),
      reason: try row.optionalWord(Column.reason, as: MembershipReason.self),
      lapsedAt: row.optionalInstant(Column.lapsedAt), nextChange: row.optionalInstant(Column.nextChange))
  }

  func bind(_ column: Column, to binder: any SQLBinder) throws {
    switch column {
    case .isMember: try binder.bind(isMember ? 1 : 0 as Int64)
    case .since: try binder.bind(since)
    case .reason: try binder.bind(reason?.rawValue)
    case .lapsedAt: try binder.bind(lapsedAt)
    case .nextChange: try binder.bind(nextChange)
    }
  }
}

extension Tally {
  /// A byte that says whether there are amounts, then 8 or 16 bytes per entry.
  var stored: [UInt8] {
    let hasAmounts = entries.contains { $0.amount != 0 }
    var bytes: [UInt8] = [hasAmounts ? 1 : 0]
    bytes.reserveCapacity(1 + entries.count * (hasAmounts ? 16 : 8))
    func append(_ bits: UInt64) {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    for entry in entries {
      append(UInt64(bitPattern: entry.at.milliseconds))
      if hasAmounts { append(entry.amount.bitPattern) }
    }
    return bytes
  }

  init(stored bytes: [UInt8]) throws {
    let size = bytes.first == 1 ? 16 : 8
    guard let first = bytes.first, first < 2, (bytes.count - 1) % size == 0 else {
      throw SQLError(.corrupt, "what is counted of a customer is no list of times")
    }
    func bits(_ place: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
    }
    self.init(
      stride(from: 1, to: bytes.count, by: size).map { place in
        Entry(
          at: Instant(milliseconds: Int64(bitPattern: bits(place))),
          amount: size == 16 ? Double(bitPattern: bits(place + 8)) : 0)
      })
  }
}
