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
      "SELECT c.key, c.id, c.email, c.phone, c.first_name, c.last_name, c.birthday, c.time_zone, c.locale, c.joined_at, c.consent, c.tags, c.attributes, c.field_times FROM customers c WHERE c.key >= ?1 AND c.key <= ?2 ORDER BY c.key",
      [.integer(first), .integer(last)]
    ) { row in
      let key = row.customer(0)
      while index < keys.count, keys[index] < key { index += 1 }
      if index < keys.count, keys[index] == key { states.append(CustomerState(customer: try Customer(row))) }
    }
    if parts.orders {
      try range(
        "SELECT o.id, o.placed_at, o.cancelled_at, o.refunded_at, o.total, o.refunded, o.currency, o.cart_id, o.received_at, o.lines, o.returned, o.customer FROM orders o WHERE o.customer >= ?1 AND o.customer <= ?2 ORDER BY o.customer",
        customer: 11
      ) { index, row in states[index].orders.append(try Order(row)) }
      for index in states.indices { states[index].orders.arrange() }
    }
    if parts.carts {
      try range(
        "SELECT customer, id, url, changes, base FROM carts WHERE customer >= ?1 AND customer <= ?2 ORDER BY customer, id",
        customer: 0
      ) { index, row in states[index].carts.append(try Cart(row, from: 1)) }
    }
    if parts.enrollments {
      try range(
        "SELECT e.key, t.id, e.customer, e.occurrence, e.fires_at, e.subject, e.done_steps, e.next_due_at, e.state, e.end_reason, e.planned_at, e.began_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.customer >= ?1 AND e.customer <= ?2 ORDER BY e.customer, e.key",
        customer: 2
      ) { index, row in states[index].enrollments.append(try Enrollment(row)) }
    }
    for name in parts.eventNames.sorted() {
      try range(
        "SELECT message_id, name, at, received_at, properties, customer FROM events WHERE customer >= ?1 AND customer <= ?2 AND name = ?3 ORDER BY customer",
        customer: 5, [.text(name.rawValue)]
      ) { index, row in states[index].events.append(try Event(row)) }
    }
    for index in states.indices where states[index].events.count > 1 {
      states[index].events.sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    return states
  }
}
