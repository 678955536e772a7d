package import Domain
internal import Platform

extension Transaction {
  /// The states of customers given in the order of their numbers, in that order; those unknown are left out.
  ///
  /// As `states(of:parts:)`, but customers who lie close together in the tables are read from one end to the other.
  package func states(inOrder keys: [CustomerKey], parts: StateParts) throws -> [CustomerState] {
    guard let first = keys.first?.rawValue, let last = keys.last?.rawValue,
      last - first < 4 * Int64(keys.count)
    else {
      let states = try states(of: keys, parts: parts)
      return keys.compactMap { states[$0] }
    }
    var states: [CustomerState] = []
    states.reserveCapacity(keys.count)
    /// Passes those rows of `sql` to `body` that are about one of the customers, with the place of his state.
    func range(
      _ sql: SQLText, customer column: Int, _ more: [SQLValue] = [],
      _ body: (Int, borrowing Row) throws -> Void
    ) throws {
      var index = 0
      try connection.query(sql, [.integer(first), .integer(last)] + more) { row in
        let key = row.customer(column)
        while index < states.count, states[index].customer.key < key { index += 1 }
        if index < states.count, states[index].customer.key == key { try body(index, row) }
      }
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
        try range(Self.orderRangeStatement, customer: Order.Column.customer) { index, row in
          states[index].orders.append(try Order(row))
        }
        for index in states.indices { states[index].orders.arrange() }
      case .carts:
        try range(Self.cartRangeStatement, customer: Cart.Column.customer) { index, row in
          states[index].carts.append(try Cart(row))
        }
      case .enrollments:
        try range(Self.enrollmentRangeStatement, customer: Enrollment.Column.customer) { index, row in
          states[index].enrollments.append(try Enrollment(row))
        }
      case .customer, .products: break
      }
    }
    for name in parts.eventNames.sorted() {
      try range(
        Self.eventRangeStatement, customer: Event.Column.customer, [.text(name.rawValue)]
      ) { index, row in states[index].events.append(try Event(row)) }
    }
    for index in states.indices where states[index].events.count > 1 {
      states[index].events.sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    return states
  }

  private static let customerRangeStatement = SQLText(
    constant: Customer.select + " WHERE key >= ?1 AND key <= ?2 ORDER BY key")
  private static let orderRangeStatement = SQLText(
    constant: Order.select + " WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer")
  private static let cartRangeStatement = SQLText(
    constant: Cart.select + " WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer, id")
  private static let enrollmentRangeStatement = SQLText(
    constant: Enrollment.select + " WHERE e.customer >= ?1 AND e.customer <= ?2 ORDER BY e.customer, e.key")
  private static let eventRangeStatement = SQLText(
    constant: Event.select + " WHERE customer >= ?1 AND customer <= ?2 AND name = ?3 ORDER BY customer")
}
