package import Domain
package import Platform

extension Transaction {
  /// Like `states(of:parts:)`, but at a cost independent of the customers' past: of a long history only what
  /// `bounds` allows. Always includes the subjects of the active enrollments loaded.
  package func states(
    of keys: [CustomerKey], parts: StateParts, within bounds: StateBounds
  ) throws -> [CustomerKey: CustomerState] {
    var bounds = bounds
    bounds.bytes = .max
    let states = try firstStates(of: keys, parts: parts, within: bounds).states
    return Dictionary(uniqueKeysWithValues: states.lazy.map { ($0.customer.key, $0) })
  }

  /// Likewise for as many customers as fit into `bounds.bytes`, in order; always at least the first.
  ///
  /// - Returns: the known ones among the first `count` customers, in order. Load the others in another call.
  package func firstStates(
    of keys: [CustomerKey], parts: StateParts, within bounds: StateBounds
  ) throws -> (states: [CustomerState], count: Int) {
    let (customers, count) = try firstCustomers(count: keys.count, within: bounds) { range, add in
      try connection.queryBatch(
        Self.customerStatement, count: range.count, bind: { try $1.bind(keys[range.lowerBound + $0]) },
        row: add)
    }
    return try firstStates(of: customers, count, parts: parts, within: bounds)
  }

  /// The customers known by these ids, in order, as many as fit into `bounds.bytes`.
  ///
  /// - Returns: `nil` for an unknown id, and how many ids were processed.
  package func firstCustomers(
    ids: [String], within bounds: StateBounds
  ) throws -> (customers: [Customer?], count: Int) {
    if ids.isEmpty { return ([], 0) }
    let statement = try customerByIDStatement()
    return try firstCustomers(count: ids.count, within: bounds) { range, add in
      try connection.queryBatch(
        statement, count: range.count, bind: { try $1.bind(ids[range.lowerBound + $0]) },
        row: add)
    }
  }

  private func firstCustomers(
    count: Int, within bounds: StateBounds,
    _ query: (Range<Int>, (Int, borrowing Row) throws -> Void) throws -> Void
  ) throws -> (customers: [Customer?], count: Int) {
    var customers = [Customer?](repeating: nil, count: count)
    var room = StateRoom(bytes: bounds.bytes, count: count, admitsFirst: bounds.admitsFirst)
    // In chunks, so that not all are read if only a few fit.
    let size = bounds.bytes == .max ? max(1, count) : 250
    var start = 0
    while start < room.end {
      let range = start..<min(start + size, room.end)
      try query(range) { index, row in
        guard room.admits(start + index, Customer.storedBytes(row)) else { return }
        customers[start + index] = try Customer(row)
      }
      start = range.upperBound
    }
    return (customers, room.end)
  }

  private func firstStates(
    of customers: [Customer?], _ count: Int, parts: StateParts, within bounds: StateBounds
  ) throws -> (states: [CustomerState], count: Int) {
    let states = try load(
      customers[..<count].compactMap { $0.map { CustomerState(customer: $0) } }, parts, within: bounds)
    // The index of the first customer that did not fit.
    var known = 0
    let place = customers[..<count].firstIndex { customer in
      if customer != nil { known += 1 }
      return known > states.count
    }
    return (states, place ?? count)
  }

  /// Likewise for customers that are already loaded.
  package func firstStates(
    of customers: [Customer], parts: StateParts, within bounds: StateBounds
  ) throws -> (states: [CustomerState], count: Int) {
    let states = try load(customers.map { CustomerState(customer: $0) }, parts, within: bounds)
    return (states, states.count)
  }

  /// - Returns: as many of the first ones as fit.
  private func load(
    _ states: [CustomerState], _ parts: StateParts, within bounds: StateBounds
  ) throws -> [CustomerState] {
    var loading = BoundedLoading(self, states, bounds)
    // Reading the enrollments requires knowing who has many orders.
    if parts.contains(.orders) { try loading.readBooks() }
    for part in StateParts.Part.allCases where parts.contains(part) {
      switch part {
      case .orders: try loading.readOrders()
      case .carts: try loading.readCarts()
      case .enrollments: try loading.readEnrollments()
      case .memberships: try loading.readMemberships()
      case .customer, .products: break
      }
    }
    for name in parts.eventNames.sorted() { try loading.readEvents(name) }
    if parts.contains(.orders), !parts.eventNames.isEmpty { try loading.readOrdersOfEvents() }
    return loading.states
  }

  /// Stores the books of customers who have one. Code that writes orders in any other way must remove the
  /// customers' books.
  package func save(_ books: [(customer: CustomerKey, book: OrderBook)]) throws {
    try connection.runBatch(
      "INSERT INTO order_books (customer, book) VALUES (?1, ?2) ON CONFLICT (customer) DO UPDATE SET book = excluded.book",
      count: books.count
    ) {
      try $1.bind(books[$0].customer)
      try $1.bind(books[$0].book.stored)
    }
  }

  /// Removes the books of customers with numbers from `first` to `last`, and of `others`; they are rebuilt
  /// later.
  package func removeOrderBooks(
    from first: CustomerKey, to last: CustomerKey, others: Set<CustomerKey>
  ) throws {
    try connection.run(
      "DELETE FROM order_books WHERE customer >= ?1 AND customer <= ?2",
      [.integer(first.rawValue), .integer(last.rawValue)])
    let others = others.sorted()
    try connection.runBatch("DELETE FROM order_books WHERE customer = ?1", count: others.count) {
      try $1.bind(others[$0])
    }
  }
}

extension Transaction {
  /// A test asserts the index used by each of these.
  package static let someOrdersStatement = SQLText(constant: Order.select + " WHERE customer = ?1 LIMIT ?2")

  package static let someEnrollmentsStatement = SQLText(
    constant: Enrollment.select + " WHERE e.customer = ?1 LIMIT ?2")

  package static let newestEnrollmentsStatement = SQLText(
    constant: Enrollment.select + " WHERE e.customer = ?1 AND e.trigger = ?2 ORDER BY e.key DESC LIMIT ?3")

  package static let newestEventsStatement = SQLText(
    constant: Event.select + " WHERE customer = ?1 AND name = ?2 ORDER BY at DESC LIMIT ?3")

  package static let oldestEventsStatement = SQLText(
    constant: Event.select + " WHERE customer = ?1 AND name = ?2 ORDER BY at LIMIT ?3")
}
