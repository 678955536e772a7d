internal import Domain
internal import Platform

extension BoundedLoading {
  mutating func readBooks() throws {
    // Most shops have no customer with that many orders.
    guard try tx.connection.integer("SELECT 1 FROM order_books LIMIT 1") != nil else { return }
    makeRoom()
    try tx.connection.queryBatch(
      "SELECT book FROM order_books WHERE customer = ?1", count: states.count, bind: bind
    ) { index, row in
      guard room.admits(index, row.byteCount(0)) else { return }
      states[index].orderBook = OrderBook(stored: try row.json(0), currency: bounds.currency)
    }
    cut()
  }

  /// Call after reading the enrollments, which name some orders.
  mutating func readOrders() throws {
    makeRoom()
    let limit = bounds.history.orders
    let books = states.map(\.orderBook)
    if limit > OrderBook.threshold {
      // If all orders are loaded, the book is not needed.
      for index in states.indices where books[index].map({ $0.placed <= limit }) ?? false {
        states[index].orderBook = nil
      }
    }
    let unknown = states.indices.filter { states[$0].orderBook == nil }
    var sizes = [Int](repeating: 0, count: states.count)
    try tx.connection.queryBatch(
      Transaction.someOrdersStatement, count: unknown.count,
      bind: {
        try $1.bind(states[unknown[$0]].customer.key)
        try $1.bind(Int64(limit + 1))
      }
    ) { index, row in
      let (place, bytes) = (unknown[index], Order.storedBytes(row))
      guard room.admits(place, bytes) else { return }
      sizes[place] = sizes[place].addingReportingOverflow(bytes).partialValue
      guard sizes[place] <= bounds.history.bytes else { return states[place].orders.removeAll() }
      states[place].orders.append(try Order(row))
    }
    for index in unknown
    where index < room.end && (states[index].orders.count > limit || sizes[index] > bounds.history.bytes) {
      states[index].orderBook = try books[index] ?? makeBook(of: states[index].customer.key)
    }
    for index in states.indices where index < room.end {
      if let book = states[index].orderBook { try readOrders(index, book) }
      // The databases sort texts and NULLs differently.
      states[index].orders.arrange()
    }
    cut()
  }

  private mutating func readOrders(_ index: Int, _ book: OrderBook) throws {
    let customer = states[index].customer.key
    var ids = bounds.orders[customer] ?? []
    for entry in book.first + book.last + [book.firstStanding, book.lastStanding].compactMap(\.self) {
      ids.insert(ExactText(entry.id))
    }
    // From these, enrollments can determine whether the customer was welcomed for the first order.
    for enrollment in states[index].enrollments
    where enrollment.state == .active || enrollment.isForFirst {
      for id in enrollment.subject.orderIDs { ids.insert(ExactText(id)) }
    }
    for enrollment in states[index].enrollments
    where bounds.enrollments[customer]?.contains(enrollment.key) ?? false {
      if case .order(let id) = enrollment.subject { ids.insert(ExactText(id)) }
    }
    states[index].orders.removeAll()
    if bounds.countsOrders, book.placed <= StateBounds.History.long.orders {
      return try readAllOrders(index)
    }
    try readOrders(index, ids.map(\.text))
    if bounds.history.lastOrders > 0 { try readLastOrders(index, beside: ids) }
  }

  /// Loads the orders that loaded events refer to, for customers with an order book.
  mutating func readOrdersOfEvents() throws {
    for index in states.indices where states[index].orderBook != nil {
      let known = Set(texts: states[index].orders.lazy.map(\.id))
      let named = Set(texts: states[index].events.compactMap { PastEvent.orderID(in: $0.properties) })
      let missing = named.subtracting(known)
      guard !missing.isEmpty else { continue }
      try readOrders(index, missing.map(\.text))
      states[index].orders.arrange()
    }
  }

  private mutating func readAllOrders(_ index: Int) throws {
    let customer = states[index].customer.key
    try tx.connection.query(
      Transaction.someOrdersStatement,
      // Besides placed orders, some may be known only from a cancellation.
      [.integer(customer.rawValue), .integer(Int64(2 * StateBounds.History.long.orders))]
    ) { row in
      guard room.admits(index, Order.storedBytes(row)) else { return }
      states[index].orders.append(try Order(row))
    }
  }

  /// - Returns: their size as stored.
  @discardableResult
  private mutating func readOrders(_ index: Int, _ ids: [String]) throws -> Int {
    let customer = states[index].customer.key
    var sum = 0
    try tx.connection.queryBatch(
      Self.orderStatement, count: ids.count,
      bind: {
        try $1.bind(customer)
        try $1.bind(ids[$0])
      }
    ) { _, row in
      let bytes = Order.storedBytes(row)
      guard room.admits(index, bytes) else { return }
      sum += bytes
      states[index].orders.append(try Order(row))
    }
    return sum
  }

  private mutating func readLastOrders(_ index: Int, beside known: Set<ExactText>) throws {
    let newest = try lastOrders(of: states[index].customer.key).filter { !known.contains(ExactText($0)) }
    var bytes = 0
    for start in stride(from: 0, to: newest.count, by: 100) where bytes < bounds.history.bytes {
      bytes += try readOrders(index, Array(newest[start..<min(start + 100, newest.count)]))
    }
  }

  /// The ids of the last orders placed, newest first.
  private func lastOrders(of customer: CustomerKey) throws -> [String] {
    let limit = bounds.history.lastOrders
    var newest: [(at: Instant, id: String)] = []
    func cut() {
      newest.sort { $0.at == $1.at ? $1.id.utf8.lexicographicallyPrecedes($0.id.utf8) : $0.at > $1.at }
      if newest.count > limit { newest.removeLast(newest.count - limit) }
    }
    try tx.eachOrder(of: customer, Self.timesStatements) { row in
      guard let at = row.optionalInstant(1) else { return }
      newest.append((at, row.string(0)))
      if newest.count >= 4 * limit { cut() }
    }
    cut()
    return newest.map(\.id)
  }

  /// Builds the book from all orders, once, in any order. A return may still lower the value; most orders
  /// have none.
  private func makeBook(of customer: CustomerKey) throws -> OrderBook {
    var book = OrderBook(currency: bounds.currency)
    try tx.eachOrder(of: customer, Self.valuesStatements) { book.replace(nil, with: try Order($0)) }
    return book
  }

  private static let orderStatement = SQLText(constant: Order.select + " WHERE customer = ?1 AND id = ?2")

  private static let timesStatements = Transaction.OrderPages("id, placed_at")

  /// Reads what the value of an order depends on; most have long lines and no returns.
  private static let valuesStatements = Transaction.OrderPages(
    SQL.list(
      Order.Column.all.map { column in
        switch column {
        case .cartID, .details: "NULL"
        case .lines: "CASE WHEN returned IS NULL THEN '[]' ELSE lines END"
        default: column.name
        }
      }))
}

extension Transaction {
  /// Reads all orders of a customer, a few thousand at a time.
  struct OrderPages: Sendable {
    fileprivate let first: SQLText
    fileprivate let next: SQLText

    /// - Parameter columns: `id` must be the first.
    init(_ columns: String) {
      let start = "SELECT \(columns) FROM orders WHERE customer = ?1"
      let end = " ORDER BY id LIMIT ?2"
      first = SQLText(constant: start + end)
      next = SQLText(constant: start + " AND id > ?3" + end)
    }
  }

  /// Passes every order of a customer to `body`, sorted by the database's order of ids. Holds at most one
  /// page.
  func eachOrder(
    of customer: CustomerKey, _ pages: OrderPages, _ body: (borrowing Row) throws -> Void
  ) throws {
    let size = 5000
    var last: String?
    var count = size
    while count == size {
      count = 0
      let bounds: [SQLValue] = [.integer(customer.rawValue), .integer(Int64(size))]
      try connection.query(
        last == nil ? pages.first : pages.next, bounds + (last.map { [.text($0)] } ?? [])
      ) { row in
        count += 1
        if count == size { last = row.string(0) }
        try body(row)
      }
    }
  }
}
