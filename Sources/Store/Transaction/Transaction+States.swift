package import Domain
internal import Platform

extension Transaction {
  /// The state of each of these customers, as far as `parts` asks; customers unknown are missing.
  package func states(of keys: [CustomerKey], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    var customers: [Customer] = []
    customers.reserveCapacity(keys.count)
    try connection.queryBatch(
      "SELECT c.key, c.id, c.email, c.phone, c.first_name, c.last_name, c.birthday, c.time_zone, c.locale, c.joined_at, c.consent, c.tags, c.attributes, c.field_times FROM customers c WHERE c.key = ?1",
      count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { _, row in customers.append(try Customer(row)) }
    return try states(of: customers, parts: parts)
  }

  /// The same for customers that are loaded already.
  package func states(of customers: [Customer], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    var orders = [[Order]](repeating: [], count: customers.count)
    var carts = [[Cart]](repeating: [], count: customers.count)
    var enrollments = [[Enrollment]](repeating: [], count: customers.count)
    var events = [[Event]](repeating: [], count: customers.count)
    if parts.orders {
      try connection.queryBatch(
        "SELECT o.id, o.placed_at, o.cancelled_at, o.refunded_at, o.total, o.refunded, o.currency, o.cart_id, o.received_at, o.lines FROM orders o WHERE o.customer = ?1",
        count: customers.count, bind: { try $1.bind(customers[$0].key) }
      ) { index, row in orders[index].append(try Order(row)) }
      // The databases do not agree on the order of texts, nor on that of NULL.
      for index in orders.indices { orders[index].arrange() }
    }
    if parts.carts {
      try connection.queryBatch(
        "SELECT id, url, changes FROM carts WHERE customer = ?1 ORDER BY id", count: customers.count,
        bind: { try $1.bind(customers[$0].key) }
      ) { index, row in carts[index].append(try Cart(row, id: 0, url: 1, changes: 2)) }
    }
    if parts.enrollments {
      try connection.queryBatch(
        "SELECT e.key, t.id, e.customer, e.occurrence, e.fires_at, e.subject, e.done_steps, e.next_due_at, e.state, e.end_reason, e.planned_at, e.began_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.customer = ?1 ORDER BY e.key",
        count: customers.count, bind: { try $1.bind(customers[$0].key) }
      ) { index, row in enrollments[index].append(try Enrollment(row)) }
    }
    if !parts.eventNames.isEmpty {
      try connection.queryBatch(
        "SELECT message_id, name, at, received_at, properties FROM events WHERE customer = ?1 ORDER BY at, message_id",
        count: customers.count, bind: { try $1.bind(customers[$0].key) }
      ) { index, row in
        let name = EventName(row.string(1))
        if parts.eventNames.contains(name) { events[index].append(try Event(row)) }
      }
    }
    var states: [CustomerKey: CustomerState] = [:]
    states.reserveCapacity(customers.count)
    for (index, customer) in customers.enumerated() {
      states[customer.key] = CustomerState(
        customer: customer, orders: orders[index], carts: carts[index], events: events[index],
        enrollments: enrollments[index])
    }
    return states
  }
}

extension Event {
  /// `message_id, name, at, received_at, properties`.
  init(_ row: borrowing Row) throws {
    self.init(
      messageID: row.string(0), name: EventName(row.string(1)), at: row.instant(2),
      receivedAt: row.instant(3),
      properties: row.holds("{}", 4) ? Record() : Record(stored: try row.json(4)))
  }
}
