package import Domain
internal import Platform

/// Writes for a batch of events. Customers are arguments and not part of the rows, because a new customer has
/// no number while they are prepared.
extension Transaction {
  /// The numbers of the customers known by these ids, in order; `nil` for an unknown id.
  package func customerKeys(ids: [String]) throws -> [CustomerKey?] {
    if ids.isEmpty { return [] }
    var keys = [CustomerKey?](repeating: nil, count: ids.count)
    try connection.queryBatch(
      customerKeyStatement(), count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in keys[index] = row.customer(0) }
    return keys
  }

  /// Creates customers with only their ids.
  ///
  /// - Returns: their numbers, in order; `nil` for an id that exists already, including a further id of a customer,
  ///   which is left unchanged.
  package func addCustomers(ids: [String]) throws -> [CustomerKey?] {
    var keys = [CustomerKey?](repeating: nil, count: ids.count)
    try connection.queryBatch(
      "INSERT INTO customers (id, consent, tags, attributes, field_times) VALUES (?1, '{}', '[]', '{}', '{}') ON CONFLICT (id) DO NOTHING RETURNING key",
      count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in keys[index] = row.customer(0) }
    return keys
  }

  /// Stores events in order; those with a message id that is stored or earlier in the list are skipped.
  ///
  /// - Returns: the positions of those skipped.
  package func insert(_ events: [(customer: CustomerKey, event: PreparedEvent)]) throws -> [Int] {
    var known: [Int] = []
    try connection.runBatch(
      Self.insertEventStatement, count: events.count,
      bind: { index, binder in
        let event = events[index].event
        for column in Event.Column.all { try event.bind(column, to: binder) }
        try binder.bind(events[index].customer)
      }, row: nil, finished: { index, changed in if changed == 0 { known.append(index) } })
    return known
  }

  private static let insertEventStatement = SQLText(
    constant: SQL.insert(into: "events", Event.rowNames) + " ON CONFLICT (message_id) DO NOTHING")

  /// Saves whole orders; an existing order is updated if it belongs to the same customer.
  ///
  /// An order known only from a cancellation or refund has no owner yet: it goes to the customer who places it,
  /// without what others have said about it.
  ///
  /// - Returns: the ids of orders of other customers; these are not written.
  @discardableResult
  package func save(
    _ orders: [(customer: CustomerKey, order: PreparedOrder)]
  ) throws -> [(customer: CustomerKey, orderID: String)] {
    var foreign: [(customer: CustomerKey, orderID: String)] = []
    try connection.runBatch(
      Self.saveOrderStatement, count: orders.count,
      bind: { index, binder in
        let order = orders[index].order
        for column in Order.Column.all { try order.bind(column, to: binder) }
        try binder.bind(orders[index].customer)
      }, row: nil,
      finished: { index, changed in
        if changed == 0 { foreign.append((orders[index].customer, orders[index].order.order.id)) }
      })
    return foreign
  }

  private static let saveOrderStatement = SQLText(
    constant: """
      \(SQL.insert(into: "orders", Order.rowNames))
      ON CONFLICT (id) DO UPDATE SET \(SQL.takeExcluded(Order.rowNames.filter { $0 != Order.Column.id.name }))
        WHERE orders.customer = excluded.customer OR NOT \(Order.isToldInStore) AND (excluded.placed_at IS NOT NULL OR excluded.pending_at IS NOT NULL)
      """)

  /// Removes surplus carts of customers.
  package func removeCarts(_ carts: [(customer: CustomerKey, id: String)]) throws {
    try connection.runBatch("DELETE FROM carts WHERE customer = ?1 AND id = ?2", count: carts.count) {
      try $1.bind(carts[$0].customer)
      try $1.bind(carts[$0].id)
    }
  }

  package func save(_ carts: [(customer: CustomerKey, cart: PreparedCart)]) throws {
    try connection.runBatch(Self.saveCartStatement, count: carts.count) { index, binder in
      let cart = carts[index].cart
      for column in Cart.Column.all { try cart.bind(column, to: binder) }
      try binder.bind(carts[index].customer)
    }
  }

  private static let saveCartStatement: SQLText = {
    let changing = Cart.Column.all.filter { $0 != .id }
    return SQLText(
      constant:
        "\(SQL.insert(into: "carts", Cart.rowNames)) ON CONFLICT (customer, id) DO UPDATE SET \(SQL.takeExcluded(changing.names))"
    )
  }()

  /// Stores new enrollments. Of a long history not every enrollment is loaded, so one with the same trigger,
  /// occurrence and customer may exist already. If that has not begun, it takes the new times and subject, and is
  /// reactivated if it had ended; if it has begun, is completed, forgotten or quarantined, it stays as it is. Fails
  /// for triggers unknown to the store.
  package func insert(_ enrollments: [(customer: CustomerKey, enrollment: PreparedEnrollment)]) throws {
    guard !enrollments.isEmpty else { return }
    let triggers = try triggerKeys()
    try connection.runBatch(Self.insertEnrollmentStatement, count: enrollments.count) { index, binder in
      let row = enrollments[index].enrollment
      guard let trigger = triggers[row.enrollment.trigger] else {
        throw SQLError(.misuse, "trigger '\(row.enrollment.trigger)' is not in the store")
      }
      for column in Enrollment.Column.new { try row.bind(column, to: binder) }
      try binder.bind(trigger)
      try binder.bind(enrollments[index].customer)
    }
  }

  private static let insertEnrollmentStatement: SQLText = {
    let names = Enrollment.Column.new.names + ["trigger", "customer"]
    let moved: [Enrollment.Column] = [.firesAt, .subject, .nextDueAt, .state, .endReason]
    return SQLText(
      constant: """
        \(SQL.insert(into: "enrollments", names)) ON CONFLICT (customer, trigger, occurrence) DO UPDATE SET
          \(SQL.takeExcluded(moved.names))
          WHERE enrollments.began_at IS NULL AND enrollments.state <> 'completed'
          AND (enrollments.end_reason IS NULL OR enrollments.end_reason NOT IN ('forgotten', 'quarantined'))
          AND (enrollments.fires_at <> excluded.fires_at OR enrollments.state <> excluded.state)
        """)
  }()

  func triggerKeys() throws -> [TriggerID: Int64] {
    var keys: [TriggerID: Int64] = [:]
    try connection.query("SELECT id, key FROM triggers") { keys[TriggerID($0.string(0))] = $0.int64(1) }
    return keys
  }

  /// Saves all mutable columns of enrollments. They must have their keys.
  package func update(_ enrollments: [PreparedEnrollment]) throws {
    try connection.runBatch(Self.updateEnrollmentStatement, count: enrollments.count) { index, binder in
      let row = enrollments[index]
      try binder.bind(row.enrollment.key)
      for column in Enrollment.Column.planned { try row.bind(column, to: binder) }
    }
  }

  private static let updateEnrollmentStatement = SQLText(
    constant: "UPDATE enrollments SET \(SQL.assign(Enrollment.Column.planned.names, from: 2)) WHERE key = ?1")
}
