internal import Domain
internal import Platform

extension BoundedLoading {
  mutating func readMemberships() throws {
    try tx.connection.queryBatch(Transaction.membershipsStatement, count: states.count, bind: bind) {
      index, row in
      states[index].memberships[SegmentID(row.string(Membership.Column.segment))] = try Membership(row)
    }
    makeRoom()
    try tx.connection.queryBatch(Transaction.talliesStatement, count: states.count, bind: bind) {
      index, row in
      guard room.admits(index, row.byteCount(1)) else { return }
      states[index].tallies[TallyID(row.string(0))] = try Tally(stored: row.bytes(1))
    }
    cut()
  }
}

extension Transaction {
  static let membershipsStatement = SQLText(constant: Membership.select + " AND m.customer = ?1")
  static let talliesStatement = SQLText(constant: "SELECT tally, entries FROM tallies WHERE customer = ?1")

  static let membershipRangeStatement = SQLText(
    constant: Membership.select
      + " AND m.customer >= ?1 AND m.customer <= ?2 ORDER BY m.customer, m.segment LIMIT ?3")
  static let tallyRangeStatement = SQLText(
    constant:
      "SELECT tally, entries, customer FROM tallies WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer, tally LIMIT ?3"
  )
}
