package import Domain
internal import Platform

/// What a batch of events writes. Whose rows they are is said here and not in the rows: a customer who is new has no
/// number while they are prepared.
extension Transaction {
  /// The numbers of the customers with these ids, in order; `nil` for an id nobody has.
  package func customerKeys(ids: [String]) throws -> [CustomerKey?] {
    var keys = [CustomerKey?](repeating: nil, count: ids.count)
    try connection.queryBatch(
      "SELECT key FROM customers WHERE id = ?1", count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in keys[index] = row.customer(0) }
    return keys
  }

  /// New customers with nothing but their ids.
  ///
  /// - Returns: their numbers, in order; `nil` for an id that exists already, which is left as it is.
  package func addCustomers(ids: [String]) throws -> [CustomerKey?] {
    var keys = [CustomerKey?](repeating: nil, count: ids.count)
    try connection.queryBatch(
      "INSERT INTO customers (id, consent, tags, attributes, field_times) VALUES (?1, '{}', '[]', '{}', '{}') ON CONFLICT (id) DO NOTHING RETURNING key",
      count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in keys[index] = row.customer(0) }
    return keys
  }

  /// Stores events in order; one whose message id exists already, or stands before it in the list, is left out.
  ///
  /// - Returns: the positions of those left out.
  package func insert(_ events: [(customer: CustomerKey, event: PreparedEvent)]) throws -> [Int] {
    var known: [Int] = []
    try connection.runBatch(
      "INSERT INTO events (message_id, customer, name, at, received_at, properties) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (message_id) DO NOTHING",
      count: events.count,
      bind: { index, binder in
        let event = events[index].event
        try binder.bind(event.messageID)
        try binder.bind(events[index].customer)
        try binder.bind(event.name.rawValue)
        try binder.bind(event.at)
        try binder.bind(event.receivedAt)
        try event.properties.withUnsafeBytes { try binder.bind(utf8: $0) }
      }, row: nil, finished: { index, changed in if changed == 0 { known.append(index) } })
    return known
  }

  /// Writes orders whole; an order with a known id takes the new values, if it is of the same customer.
  ///
  /// An id under which somebody only cancelled or refunded is nobody's yet: whoever places the order gets it, without
  /// what another had said of it.
  ///
  /// - Returns: the ids of those that belong to another customer; nothing of them was written.
  @discardableResult
  package func save(
    _ orders: [(customer: CustomerKey, order: PreparedOrder)]
  ) throws -> [(customer: CustomerKey, orderID: String)] {
    var foreign: [(customer: CustomerKey, orderID: String)] = []
    try connection.runBatch(
      """
      INSERT INTO orders (id, customer, placed_at, cancelled_at, refunded_at, total, refunded, currency, cart_id, received_at, lines, returned)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
      ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, placed_at = excluded.placed_at, cancelled_at = excluded.cancelled_at, refunded_at = excluded.refunded_at, total = excluded.total,
        refunded = excluded.refunded, currency = excluded.currency, cart_id = excluded.cart_id,
        received_at = excluded.received_at, lines = excluded.lines, returned = excluded.returned
        WHERE orders.customer = excluded.customer OR orders.placed_at IS NULL AND excluded.placed_at IS NOT NULL
      """, count: orders.count,
      bind: { try orders[$0].order.bind(to: $1, customer: orders[$0].customer) }, row: nil,
      finished: { index, changed in
        if changed == 0 { foreign.append((orders[index].customer, orders[index].order.order.id)) }
      })
    return foreign
  }

  /// Removes carts of customers who have too many.
  package func removeCarts(_ carts: [(customer: CustomerKey, id: String)]) throws {
    try connection.runBatch("DELETE FROM carts WHERE customer = ?1 AND id = ?2", count: carts.count) {
      try $1.bind(carts[$0].customer)
      try $1.bind(carts[$0].id)
    }
  }

  package func save(_ carts: [(customer: CustomerKey, cart: PreparedCart)]) throws {
    try connection.runBatch(
      "INSERT INTO carts (customer, id, url, changes, base) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (customer, id) DO UPDATE SET url = excluded.url, changes = excluded.changes, base = excluded.base",
      count: carts.count
    ) { index, binder in
      try binder.bind(carts[index].customer)
      try binder.bind(carts[index].cart.id)
      try binder.bind(carts[index].cart.url)
      try binder.bind(carts[index].cart.changes)
      try binder.bind(carts[index].cart.base)
    }
  }

  /// Stores new enrollments. One whose trigger, occurrence and customer exist already takes the new times and subject
  /// while it has not begun, and is active again if it had ended: of a long history not every enrollment is looked at.
  /// One that is set aside stays so.
  /// Triggers unknown to the store are a misuse and fail.
  package func insert(_ enrollments: [(customer: CustomerKey, enrollment: PreparedEnrollment)]) throws {
    guard !enrollments.isEmpty else { return }
    let triggers = try triggerKeys()
    try connection.runBatch(
      """
      INSERT INTO enrollments (trigger, customer, occurrence, fires_at, subject, done_steps, next_due_at, state, end_reason, planned_at, began_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (customer, trigger, occurrence) DO UPDATE SET
        fires_at = excluded.fires_at, subject = excluded.subject, next_due_at = excluded.next_due_at,
        state = excluded.state, end_reason = excluded.end_reason
        WHERE enrollments.began_at IS NULL AND enrollments.state <> 'completed'
        AND (enrollments.end_reason IS NULL OR enrollments.end_reason NOT IN ('forgotten', 'quarantined'))
        AND (enrollments.fires_at <> excluded.fires_at OR enrollments.state <> excluded.state)
      """, count: enrollments.count
    ) { index, binder in
      let row = enrollments[index].enrollment
      let enrollment = row.enrollment
      guard let trigger = triggers[enrollment.trigger] else {
        throw SQLError(.misuse, "trigger '\(enrollment.trigger)' is not in the store")
      }
      try binder.bind(trigger)
      try binder.bind(enrollments[index].customer)
      try binder.bind(enrollment.occurrence)
      try binder.bind(enrollment.firesAt)
      try binder.bind(row.subject)
      try binder.bind(row.doneSteps)
      try binder.bind(enrollment.nextDueAt)
      try binder.bind(enrollment.state.rawValue)
      try binder.bind(enrollment.endReason?.rawValue)
      try binder.bind(enrollment.plannedAt)
      try binder.bind(enrollment.beganAt)
    }
  }

  func triggerKeys() throws -> [TriggerID: Int64] {
    var keys: [TriggerID: Int64] = [:]
    try connection.query("SELECT id, key FROM triggers") { keys[TriggerID($0.string(0))] = $0.int64(1) }
    return keys
  }

  /// Writes everything of these enrollments that can change. They must have their keys.
  package func update(_ enrollments: [PreparedEnrollment]) throws {
    try connection.runBatch(
      """
      UPDATE enrollments SET fires_at = ?2, subject = ?3, done_steps = ?4, next_due_at = ?5, state = ?6, end_reason = ?7,
        began_at = ?8 WHERE key = ?1
      """, count: enrollments.count
    ) { index, binder in
      let row = enrollments[index]
      try binder.bind(row.enrollment.key)
      try binder.bind(row.enrollment.firesAt)
      try binder.bind(row.subject)
      try binder.bind(row.doneSteps)
      try binder.bind(row.enrollment.nextDueAt)
      try binder.bind(row.enrollment.state.rawValue)
      try binder.bind(row.enrollment.endReason?.rawValue)
      try binder.bind(row.enrollment.beganAt)
    }
  }
}

extension PreparedOrder {
  fileprivate func bind(to binder: any SQLBinder, customer: CustomerKey) throws {
    try order.bind(to: binder, customer: customer, lines: lines)
  }
}
