package import Domain
internal import Platform

extension Transaction {
  /// The states of customers given in ascending order, in that order; unknown ones are omitted.
  ///
  /// Like `firstStates(of:parts:within:)`, but customers close together in the tables are read in one range
  /// scan, as long as none has a long history and all fit.
  package func firstStates(
    inOrder keys: [CustomerKey], parts: StateParts, within bounds: StateBounds
  ) throws -> (states: [CustomerState], count: Int) {
    guard let states = try run(keys, parts, bounds) else {
      // A few at a time, since each may be large.
      return try firstStates(of: Array(keys.prefix(50)), parts: parts, within: bounds)
    }
    return (states, keys.count)
  }

  /// Maximum rows of one part to read in a range.
  private static let runLimit = 20_000

  /// - Returns: `nil` if they must be read one by one.
  private func run(
    _ keys: [CustomerKey], _ parts: StateParts, _ bounds: StateBounds
  ) throws -> [CustomerState]? {
    guard let first = keys.first?.rawValue, let last = keys.last?.rawValue,
      last - first < 4 * Int64(keys.count)
    else { return nil }
    var states: [CustomerState] = []
    states.reserveCapacity(keys.count)
    var isWhole = true
    /// Passes the rows of `sql` that belong to one of the customers to `body`, with the index of the state. `body`
    /// returns how many rows of the part the customer has now, how many it may have, and the bytes of this row.
    func range(
      _ sql: SQLText, customer column: Int, limit: Int, _ more: [SQLValue] = [],
      bytes: (borrowing Row) -> Int, _ body: (Int, borrowing Row) throws -> Int
    ) throws {
      guard isWhole else { return }
      var (index, rows, sum) = (0, 0, 0)
      let values: [SQLValue] = [.integer(first), .integer(last), .integer(Int64(Self.runLimit))]
      try connection.forEachRow(of: sql, values + more) { row in
        rows += 1
        let key = row.customer(column)
        while index < states.count, states[index].customer.key < key { index += 1 }
        guard index < states.count, states[index].customer.key == key else { return true }
        sum += bytes(row)
        isWhole = try body(index, row) <= limit && sum <= bounds.bytes
        return isWhole
      }
      if rows == Self.runLimit { isWhole = false }
    }
    var index = 0
    try connection.query(
      Self.customerRangeStatement, [.integer(first), .integer(last)]
    ) { row in
      let key = row.customer(Customer.Column.key)
      while index < keys.count, keys[index] < key { index += 1 }
      if index < keys.count, keys[index] == key { states.append(CustomerState(customer: try Customer(row))) }
    }
    for part in StateParts.Part.allCases where parts.contains(part) {
      switch part {
      case .orders:
        try range(
          Self.orderRangeStatement, customer: Order.Column.customer, limit: bounds.history.orders,
          bytes: { Order.storedBytes($0) }
        ) { index, row in
          states[index].orders.append(try Order(row))
          return states[index].orders.count
        }
        for index in states.indices { states[index].orders.arrange() }
      case .carts:
        try range(
          Self.cartRangeStatement, customer: Cart.Column.customer, limit: .max,
          bytes: { Cart.storedBytes($0) }
        ) { index, row in
          states[index].carts.append(try Cart(row))
          return states[index].carts.count
        }
      case .enrollments:
        try range(
          Self.enrollmentRangeStatement, customer: Enrollment.Column.customer,
          limit: bounds.history.enrollments, bytes: { _ in 0 }
        ) { index, row in
          states[index].enrollments.append(try Enrollment(row))
          return states[index].enrollments.count
        }
      case .memberships:
        try range(
          Self.membershipRangeStatement, customer: Membership.Column.customer, limit: .max,
          bytes: { _ in 0 }
        ) { index, row in
          states[index].memberships[SegmentID(row.string(Membership.Column.segment))] = try Membership(row)
          return 0
        }
        try range(
          Self.tallyRangeStatement, customer: 2, limit: .max, bytes: { $0.byteCount(1) }
        ) { index, row in
          states[index].tallies[TallyID(row.string(0))] = try Tally(stored: row.bytes(1))
          return 0
        }
      case .customer, .products: break
      }
    }
    for name in parts.eventNames.sorted() {
      var (place, count) = (-1, 0)
      try range(
        Self.eventRangeStatement, customer: Event.Column.customer, limit: bounds.history.events,
        [.text(name.rawValue)], bytes: { $0.byteCount(Event.Column.properties) }
      ) { index, row in
        states[index].events.append(try Event(row))
        (place, count) = (index, index == place ? count + 1 : 1)
        return count
      }
    }
    guard isWhole else { return nil }
    for index in states.indices where states[index].events.count > 1 {
      states[index].events.sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    return states
  }

  private static let customerRangeStatement = SQLText(
    constant: Customer.select + " WHERE key >= ?1 AND key <= ?2 AND joined_into IS NULL ORDER BY key")
  private static let orderRangeStatement = SQLText(
    constant: Order.select + " WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer LIMIT ?3")
  private static let cartRangeStatement = SQLText(
    constant: Cart.select + " WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer, id LIMIT ?3")
  private static let enrollmentRangeStatement = SQLText(
    constant: Enrollment.select
      + " WHERE e.customer >= ?1 AND e.customer <= ?2 ORDER BY e.customer, e.key LIMIT ?3")
  private static let eventRangeStatement = SQLText(
    constant: Event.select
      + " WHERE customer >= ?1 AND customer <= ?2 AND name = ?4 ORDER BY customer LIMIT ?3")
}
