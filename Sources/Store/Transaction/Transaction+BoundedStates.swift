package import Domain
package import Platform

extension Transaction {
  /// As `states(of:parts:)`, at a cost that does not grow with what the customers did before: of a long history only
  /// what `bounds` says. Whatever an active enrollment among those loaded is about is loaded too.
  package func states(
    of keys: [CustomerKey], parts: StateParts, within bounds: StateBounds
  ) throws -> [CustomerKey: CustomerState] {
    var bounds = bounds
    bounds.bytes = .max
    let states = try firstStates(of: keys, parts: parts, within: bounds).states
    return Dictionary(uniqueKeysWithValues: states.lazy.map { ($0.customer.key, $0) })
  }

  /// The same of no more customers than take `bounds.bytes`, in order; of the first in any case.
  ///
  /// - Returns: those who are known among the first `count` customers, in order. The others are to be asked for again.
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

  /// The customers with these ids of the shop, as many in order as `bounds.bytes` has room for.
  ///
  /// - Returns: `nil` for an id nobody has, and how many were looked at.
  package func firstCustomers(
    ids: [String], within bounds: StateBounds
  ) throws -> (customers: [Customer?], count: Int) {
    try firstCustomers(count: ids.count, within: bounds) { range, add in
      try connection.queryBatch(
        Self.customerByIDStatement, count: range.count, bind: { try $1.bind(ids[range.lowerBound + $0]) },
        row: add)
    }
  }

  private func firstCustomers(
    count: Int, within bounds: StateBounds,
    _ query: (Range<Int>, (Int, borrowing Row) throws -> Void) throws -> Void
  ) throws -> (customers: [Customer?], count: Int) {
    var customers = [Customer?](repeating: nil, count: count)
    var room = StateRoom(bytes: bounds.bytes, count: count, admitsFirst: bounds.admitsFirst)
    // In parts, so that not all are read for the few that there is room for.
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
    // The first customer that did not fit.
    var known = 0
    let place = customers[..<count].firstIndex { customer in
      if customer != nil { known += 1 }
      return known > states.count
    }
    return (states, place ?? count)
  }

  /// The same for customers that are loaded already.
  package func firstStates(
    of customers: [Customer], parts: StateParts, within bounds: StateBounds
  ) throws -> (states: [CustomerState], count: Int) {
    let states = try load(customers.map { CustomerState(customer: $0) }, parts, within: bounds)
    return (states, states.count)
  }

  /// - Returns: as many of the first ones as there is room for.
  private func load(
    _ states: [CustomerState], _ parts: StateParts, within bounds: StateBounds
  ) throws -> [CustomerState] {
    var loading = BoundedLoading(self, states, bounds)
    // Who has many orders is known before the enrollments are read.
    if parts.contains(.orders) { try loading.readBooks() }
    for part in StateParts.Part.allCases where parts.contains(part) {
      switch part {
      case .orders: try loading.readOrders()
      case .carts: try loading.readCarts()
      case .enrollments: try loading.readEnrollments()
      case .customer, .products: break
      }
    }
    for name in parts.eventNames.sorted() { try loading.readEvents(name) }
    return loading.states
  }

  /// Writes the books of customers who have one. Whoever writes orders by another way removes their books.
  package func save(_ books: [(customer: CustomerKey, book: OrderBook)]) throws {
    try connection.runBatch(
      "INSERT INTO order_books (customer, book) VALUES (?1, ?2) ON CONFLICT (customer) DO UPDATE SET book = excluded.book",
      count: books.count
    ) {
      try $1.bind(books[$0].customer)
      try $1.bind(books[$0].book.stored)
    }
  }

  /// Removes the books of customers with numbers from `first` to `last`, and of `others`; they are rebuilt later.
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
  /// Each asserted in a test to use its index.
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
