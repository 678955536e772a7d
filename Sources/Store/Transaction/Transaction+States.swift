package import Domain
internal import Platform

extension Transaction {
  /// The state of each of these customers, as far as `parts` asks, with all of their history; customers unknown are
  /// missing.
  package func states(of keys: [CustomerKey], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    try states(of: customers(keys: keys), parts: parts)
  }

  /// Those of these customers who are known.
  func customers(keys: [CustomerKey]) throws -> [Customer] {
    var customers: [Customer] = []
    customers.reserveCapacity(keys.count)
    try connection.queryBatch(
      "SELECT c.key, c.id, c.email, c.phone, c.first_name, c.last_name, c.birthday, c.time_zone, c.locale, c.joined_at, c.consent, c.tags, c.attributes, c.field_times FROM customers c WHERE c.key = ?1",
      count: keys.count, bind: { try $1.bind(keys[$0]) }
    ) { _, row in customers.append(try Customer(row)) }
    return customers
  }

  /// The same for customers that are loaded already.
  package func states(of customers: [Customer], parts: StateParts) throws -> [CustomerKey: CustomerState] {
    var orders = [[Order]](repeating: [], count: customers.count)
    var carts = [[Cart]](repeating: [], count: customers.count)
    var enrollments = [[Enrollment]](repeating: [], count: customers.count)
    var events = [[Event]](repeating: [], count: customers.count)
    if parts.orders {
      try connection.queryBatch(
        "SELECT o.id, o.placed_at, o.cancelled_at, o.refunded_at, o.total, o.refunded, o.currency, o.cart_id, o.received_at, o.lines, o.returned FROM orders o WHERE o.customer = ?1",
        count: customers.count, bind: { try $1.bind(customers[$0].key) }
      ) { index, row in orders[index].append(try Order(row)) }
      // The databases do not agree on the order of texts, nor on that of NULL.
      for index in orders.indices { orders[index].arrange() }
    }
    if parts.carts {
      try connection.queryBatch(
        Self.cartsStatement, count: customers.count,
        bind: { try $1.bind(customers[$0].key) }
      ) { index, row in carts[index].append(try Cart(row)) }
    }
    if parts.enrollments {
      try connection.queryBatch(
        "SELECT e.key, t.id, e.customer, e.occurrence, e.fires_at, e.subject, e.done_steps, e.next_due_at, e.state, e.end_reason, e.planned_at, e.began_at FROM enrollments e JOIN triggers t ON t.key = e.trigger WHERE e.customer = ?1 ORDER BY e.key",
        count: customers.count, bind: { try $1.bind(customers[$0].key) }
      ) { index, row in enrollments[index].append(try Enrollment(row)) }
    }
    for name in parts.eventNames.sorted() {
      try connection.queryBatch(
        "SELECT message_id, name, at, received_at, properties FROM events WHERE customer = ?1 AND name = ?2",
        count: customers.count,
        bind: {
          try $1.bind(customers[$0].key)
          try $1.bind(name.rawValue)
        }
      ) { index, row in events[index].append(try Event(row)) }
    }
    for index in events.indices where events[index].count > 1 {
      events[index].sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
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
