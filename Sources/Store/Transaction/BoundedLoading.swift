internal import Domain
internal import Platform

/// States on their way out of the database, one part after the other.
struct BoundedLoading {
  private let tx: Transaction
  private let bounds: StateBounds
  private(set) var states: [CustomerState]
  private var room: StateRoom

  init(_ tx: Transaction, _ states: [CustomerState], _ bounds: StateBounds) {
    self.tx = tx
    self.bounds = bounds
    self.states = states
    room = StateRoom(bytes: bounds.bytes, count: states.count, admitsFirst: bounds.admitsFirst)
  }

  private func bind(_ index: Int, _ binder: any SQLBinder) throws {
    try binder.bind(states[index].customer.key)
  }

  /// Before a part is read.
  private mutating func makeRoom() {
    room = StateRoom(bytes: bounds.bytes, count: states.count, admitsFirst: bounds.admitsFirst)
  }

  /// After it: leaves out those for whom there was no room.
  private mutating func cut() { states.removeLast(states.count - room.end) }

  // MARK: - Orders

  mutating func readBooks() throws {
    // Most shops have nobody with that many orders.
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

  /// After the enrollments, which name some.
  mutating func readOrders() throws {
    makeRoom()
    let unknown = states.indices.filter { states[$0].orderBook == nil }
    try tx.connection.queryBatch(
      Transaction.someOrdersStatement, count: unknown.count,
      bind: {
        try $1.bind(states[unknown[$0]].customer.key)
        try $1.bind(Int64(OrderBook.threshold + 1))
      }
    ) { index, row in
      guard room.admits(unknown[index], Order.storedBytes(row)) else { return }
      states[unknown[index]].orders.append(try Order(row))
    }
    for index in unknown where index < room.end && states[index].orders.count > OrderBook.threshold {
      states[index].orderBook = try makeBook(of: states[index].customer.key)
    }
    for index in states.indices where index < room.end {
      if let book = states[index].orderBook { try readOrders(index, book) }
      // The databases do not agree on the order of texts, nor on that of NULL.
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
    // Whether the first order was another than the one that a customer was greeted for, that one tells.
    for enrollment in states[index].enrollments
    where enrollment.state == .active || enrollment.isForFirst {
      for id in enrollment.subject.orderIDs { ids.insert(ExactText(id)) }
    }
    for enrollment in states[index].enrollments
    where bounds.enrollments[customer]?.contains(enrollment.key) ?? false {
      if case .order(let id) = enrollment.subject { ids.insert(ExactText(id)) }
    }
    let wanted = ids.map(\.text)
    states[index].orders.removeAll()
    try tx.connection.queryBatch(
      Self.orderStatement, count: wanted.count,
      bind: {
        try $1.bind(customer)
        try $1.bind(wanted[$0])
      }
    ) { _, row in
      guard room.admits(index, Order.storedBytes(row)) else { return }
      states[index].orders.append(try Order(row))
    }
  }

  /// From all orders, once. What came back may lower their value still; nearly all have come back in nothing.
  private func makeBook(of customer: CustomerKey) throws -> OrderBook {
    var orders: [Order] = []
    try tx.connection.query(Self.valuesStatement, [.integer(customer.rawValue)]) {
      orders.append(try Order($0))
    }
    orders.arrange()
    var book = OrderBook(currency: bounds.currency)
    for order in orders { book.replace(nil, with: order) }
    return book
  }

  private static let orderStatement = SQLText(constant: Order.select + " WHERE customer = ?1 AND id = ?2")

  /// Of every order what its value needs; most have long lines and no returns.
  private static let valuesStatement: SQLText = {
    let columns = Order.Column.all.map { column in
      switch column {
      case .cartID, .details: "NULL"
      case .lines: "CASE WHEN returned IS NULL THEN '[]' ELSE lines END"
      default: column.name
      }
    }
    return SQLText(constant: "SELECT \(SQL.list(columns)) FROM orders WHERE customer = ?1")
  }()

  // MARK: - The rest

  mutating func readCarts() throws {
    makeRoom()
    try tx.connection.queryBatch(Transaction.cartsStatement, count: states.count, bind: bind) { index, row in
      guard room.admits(index, Cart.storedBytes(row)) else { return }
      states[index].carts.append(try Cart(row))
    }
    cut()
  }

  mutating func readEnrollments() throws {
    // Who has many orders has many of these.
    let probable = states.indices.filter { states[$0].orderBook != nil }
    let others = states.indices.filter { states[$0].orderBook == nil }
    try tx.connection.queryBatch(
      Transaction.someEnrollmentsStatement, count: others.count,
      bind: {
        try $1.bind(states[others[$0]].customer.key)
        try $1.bind(Int64(StateBounds.enrollments + 1))
      }
    ) { index, row in states[others[index]].enrollments.append(try Enrollment(row)) }
    let many = probable + others.filter { states[$0].enrollments.count > StateBounds.enrollments }
    if !many.isEmpty { try readEnrollments(many) }
    for index in states.indices { states[index].enrollments.sort { $0.key < $1.key } }
  }

  private mutating func readEnrollments(_ many: [Int]) throws {
    let triggers = try tx.triggerKeys()
    let keys = bounds.triggers.sorted().compactMap { triggers[$0] }
    for index in many { states[index].enrollments.removeAll() }
    for key in keys {
      try tx.connection.queryBatch(
        Transaction.newestEnrollmentsStatement, count: many.count,
        bind: {
          try $1.bind(states[many[$0]].customer.key)
          try $1.bind(key)
          try $1.bind(Int64(StateBounds.enrollmentsOfTrigger))
        }
      ) { index, row in states[many[index]].enrollments.append(try Enrollment(row)) }
    }
    for index in many {
      let known = Set(states[index].enrollments.map(\.key))
      let missing = Set(bounds.enrollments[states[index].customer.key] ?? []).subtracting(known).sorted()
      states[index].enrollments += try tx.enrollments(keys: missing).values
        .filter { $0.customer == states[index].customer.key }
    }
  }

  mutating func readEvents(_ name: EventName) throws {
    makeRoom()
    var found = [[Event]](repeating: [], count: states.count)
    func read(_ places: [Int], _ sql: SQLText, limit: Int) throws {
      try tx.connection.queryBatch(
        sql, count: places.count,
        bind: {
          try $1.bind(states[places[$0]].customer.key)
          try $1.bind(name.rawValue)
          try $1.bind(Int64(limit))
        }
      ) { index, row in
        guard room.admits(places[index], row.byteCount(Event.Column.properties)) else { return }
        found[places[index]].append(try Event(row))
      }
    }
    try read(Array(states.indices), Transaction.newestEventsStatement, limit: StateBounds.events + 1)
    let many = found.indices.filter { $0 < room.end && found[$0].count > StateBounds.events }
    var newest = found
    for index in many { found[index] = [] }
    try read(many, Transaction.oldestEventsStatement, limit: StateBounds.firstEvents)
    for index in many {
      // Oldest first.
      states[index].eventGaps[name] = found[index].last?.at ?? .distantPast
      try addEventsOfEnrollments(index, &newest[index])
      for event in found[index] where !newest[index].holds(event) { newest[index].append(event) }
    }
    for index in states.indices where !newest[index].isEmpty {
      states[index].events += newest[index]
      states[index].events.sort { ($0.at, $0.messageID) < ($1.at, $1.messageID) }
    }
    cut()
  }

  private func addEventsOfEnrollments(_ index: Int, _ events: inout [Event]) throws {
    let state = states[index]
    let wanted = bounds.enrollments[state.customer.key] ?? []
    var ids: Set<ExactText> = []
    for enrollment in state.enrollments
    where enrollment.state == .active || wanted.contains(enrollment.key)
      || enrollment.isForFirst
    {
      if case .event(let id) = enrollment.subject { ids.insert(ExactText(id)) }
    }
    for event in events { ids.remove(ExactText(event.messageID)) }
    let missing = ids.map(\.text)
    guard let name = events.first?.name else { return }
    try tx.connection.queryBatch(
      Self.eventStatement, count: missing.count,
      bind: {
        try $1.bind(missing[$0])
        try $1.bind(state.customer.key)
        try $1.bind(name.rawValue)
      }
    ) { _, row in events.append(try Event(row)) }
  }

  private static let eventStatement = SQLText(
    constant: Event.select + " WHERE message_id = ?1 AND customer = ?2 AND name = ?3")
}

extension [Event] {
  fileprivate func holds(_ event: Event) -> Bool {
    contains { $0.at == event.at && $0.messageID.hasSameBytes(as: event.messageID) }
  }
}
