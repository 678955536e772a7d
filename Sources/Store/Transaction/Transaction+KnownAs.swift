package import Domain
package import Platform

/// Looks up customers by any of their ids. A further id is a row of its own that only points to the customer's row.
extension Transaction {
  /// Whether any customer has several ids; if none does, a cheaper lookup suffices.
  private func isAnyJoined() throws -> Bool {
    try connection.integer("SELECT 1 FROM customers WHERE joined_into IS NOT NULL LIMIT 1") != nil
  }

  /// Selects customers for `Customer.init(_:)` by any of their ids.
  func customerByIDStatement() throws -> SQLText {
    try isAnyJoined() ? Self.customerByNameStatement : Self.customerByOwnIDStatement
  }

  /// Selects the number of a customer by any of their ids.
  func customerKeyStatement() throws -> SQLText {
    try isAnyJoined() ? Self.customerKeyByNameStatement : Self.customerKeyByOwnIDStatement
  }

  private static let customerByOwnIDStatement = SQLText(constant: Customer.select + " WHERE id = ?1")
  private static let customerByNameStatement = SQLText(
    constant: Customer.select
      + " WHERE key = (SELECT COALESCE(named.joined_into, named.key) FROM customers named WHERE named.id = ?1)"
  )
  private static let customerKeyByOwnIDStatement: SQLText = "SELECT key FROM customers WHERE id = ?1"
  private static let customerKeyByNameStatement: SQLText =
    "SELECT COALESCE(joined_into, key) FROM customers WHERE id = ?1"

  /// The further ids of a customer.
  func names(of customer: CustomerKey) throws -> [String] {
    try connection.all(Self.namesStatement, [.integer(customer.rawValue)]) { $0.string(0) }
  }

  /// A test asserts that it uses `customers_joined`.
  package static let namesStatement: SQLText = "SELECT id FROM customers WHERE joined_into = ?1"

  /// How many further ids customers have.
  package func nameCount() throws -> Int {
    Int(try connection.integer("SELECT count(*) FROM customers WHERE joined_into IS NOT NULL") ?? 0)
  }

  /// How many visitors have no address.
  package func visitorCount() throws -> Int {
    Int(try connection.integer("SELECT count(*) FROM customers WHERE seen_at IS NOT NULL") ?? 0)
  }

  /// The new numbers of customers who have been joined into others since their numbers were read. Others are missing.
  package func movedCustomers(_ keys: some Collection<CustomerKey>) throws -> [CustomerKey: CustomerKey] {
    guard try isAnyJoined() else { return [:] }
    let keys = Array(keys)
    var moved: [CustomerKey: CustomerKey] = [:]
    try connection.queryBatch(
      "SELECT joined_into FROM customers WHERE key = ?1 AND joined_into IS NOT NULL", count: keys.count,
      bind: { try $1.bind(keys[$0]) }
    ) { index, row in moved[keys[index]] = row.customer(0) }
    return moved
  }

  // MARK: - Visitors

  /// Records that these visitors were here just now. A visitor with an address is no longer tracked.
  package func noteVisitors(_ visitors: [CustomerKey], now: Instant) throws {
    try connection.runBatch(Self.noteVisitorStatement, count: visitors.count) {
      try $1.bind(visitors[$0])
      try $1.bind(now)
      try $1.bind(now - Self.seenInterval)
    }
  }

  /// The resolution of a visitor's last visit: each record is a write.
  private static let seenInterval: Duration = .hours(1)

  private static let noteVisitorStatement: SQLText = """
    UPDATE customers SET seen_at = CASE WHEN email IS NULL AND phone IS NULL THEN CAST(?2 AS BIGINT) END
    WHERE key = ?1 AND substr(id, 1, 10) = 'anonymous:' AND joined_into IS NULL AND ((email IS NULL AND phone IS NULL AND (seen_at IS NULL OR seen_at < ?3))
      OR ((email IS NOT NULL OR phone IS NOT NULL) AND seen_at IS NOT NULL))
    """

  /// Removes up to `limit` visitors without an address whose last visit was before `end`, with everything about them
  /// but anonymous ledger keys.
  ///
  /// - Returns: how many were removed.
  package func dropVisitors(before end: Instant, limit: Int) throws -> Int {
    let statement = Self.goneVisitorsStatement
    let values: [SQLValue] = [end.sql, .integer(Int64(limit))]
    let found = try connection.all(statement, values) { $0.customer(0) }
    guard !found.isEmpty else { return 0 }
    // Makes writes in progress for them stale. One may also have come back in the meantime, so read again.
    try markChanged(found)
    let gone = Set(found).intersection(try connection.all(statement, values) { $0.customer(0) })
    for visitor in gone.sorted() { try removeRows(of: visitor) }
    return gone.count
  }

  /// A test asserts that it uses `customers_seen`.
  package static let goneVisitorsStatement: SQLText =
    "SELECT key FROM customers WHERE seen_at < ?1 ORDER BY seen_at LIMIT ?2"
}
