package import Domain
package import Store

extension Intake {
  /// Stores the orders of a batch of an import. `Replanner` plans them afterwards.
  ///
  /// Like `BulkBatch`, without reading states; and in table order, so that each page is written once. Many
  /// orders are stored in several transactions, each of which writes nearly the whole index of order ids: so
  /// a few large ones. After a crash some may be stored without what goes `alongside`; storing them again
  /// then changes nothing.
  ///
  /// - Parameters:
  ///   - orders: must be sealed.
  ///   - transactionSize: rows per transaction.
  ///   - alongside: more work for the last transaction, such as the progress of the import.
  ///   - stored: called after each transaction with the highest number of a customer whose orders in this
  ///     batch are all stored; numbers increase.
  package func take(
    orders: OrderSheet, transactionSize: Int = 100_000,
    stored: @Sendable (CustomerKey) -> Void = { _ in },
    alongside: @escaping @Sendable (Transaction) throws -> Void
  ) async throws {
    defer { if orders.count > 0 { planned() } }
    if orders.count <= transactionSize {
      let enter = enter
      let (last, woken) = try await store.write { tx in
        let (keys, woken) = try enter(orders, tx)
        let schedule = OrderSchedule(orders, keys: keys, size: .max)
        for part in schedule.parts { try part.write(orders, schedule.keys, tx) }
        try alongside(tx)
        return (schedule.parts.last?.customers.last, woken)
      }
      if let last { stored(last) }
      if woken > 0 { self.woken() }
      return
    }
    while try await !takeInParts(orders, transactionSize, stored, alongside) {}
  }

  /// Creates the customers of the orders, and sets the addresses of known ones by the rules of an identify call: a field
  /// with a later value stays.
  private var enter:
    @Sendable (_ orders: OrderSheet, _ tx: Transaction) throws -> (keys: [CustomerKey], messagesWoken: Int)
  {
    let (program, box) = (shop.current.program, quarantine.box)
    return { orders, tx in
      let (keys, told) = try tx.enterCustomers(of: orders)
      let batch = BulkBatch(tx: tx, program: program, now: orders.receivedAt, source: nil, box: box)
      var woken = 0
      for start in stride(from: 0, to: told.count, by: Self.contactsAtOnce) {
        let part = told[start..<min(start + Self.contactsAtOnce, told.count)]
        woken += try batch.take(Array(part)).messagesWoken
      }
      return (keys, woken)
    }
  }

  /// Few enough to keep their customers in memory.
  private static let contactsAtOnce = 5000

  /// - Returns: false if it must be restarted, because a customer was forgotten meanwhile, and a number read
  ///   before may now be another's.
  private func takeInParts(
    _ orders: OrderSheet, _ size: Int, _ stored: @Sendable (CustomerKey) -> Void,
    _ alongside: @escaping @Sendable (Transaction) throws -> Void
  ) async throws -> Bool {
    let enter = enter
    let (keys, woken, forgotten) = try await store.write { tx in
      let (keys, woken) = try enter(orders, tx)
      return (keys, woken, try tx.forgetCount())
    }
    if woken > 0 { self.woken() }
    let schedule = OrderSchedule(orders, keys: keys, size: size)
    for (number, part) in schedule.parts.enumerated() {
      let isLast = number == schedule.parts.count - 1
      let isDone = try await store.write { tx in
        guard try tx.forgetCount() == forgotten else { return false }
        let moved = try tx.movedCustomers(part.customers)
        let keys = moved.isEmpty ? schedule.keys : schedule.keys.map { moved[$0] ?? $0 }
        try part.following(moved).write(orders, keys, tx)
        if isLast { try alongside(tx) }
        return true
      }
      guard isDone else { return false }
      if let last = part.customers.last { stored(last) }
    }
    return true
  }
}

/// The rows of a sealed sheet in table order, split between customers.
private struct OrderSchedule: Sendable {
  let keys: [CustomerKey]
  private(set) var parts: [Part] = []

  struct Part: Sendable {
    var rows: [Int32] = []
    /// In ascending order.
    var customers: [CustomerKey] = []

    /// The part when some of its customers have turned out to be others.
    func following(_ moved: [CustomerKey: CustomerKey]) -> Part {
      if moved.isEmpty { return self }
      return Part(rows: rows, customers: Set(customers.map { moved[$0] ?? $0 }).sorted())
    }

    func write(_ orders: OrderSheet, _ keys: [CustomerKey], _ tx: Transaction) throws {
      try tx.markChanged(run: customers)
      // A known order stays with its customer, whatever customer the row names; that customer has then
      // changed.
      let owners = try tx.merge(rows, of: orders, keys: keys)
      if let first = customers.first, let last = customers.last {
        try tx.removeOrderBooks(from: first, to: last, others: owners)
      }
      try tx.markChanged(owners)
      try tx.takeBack(of: owners.union(customers))
      try tx.markUnplanned(owners.isEmpty ? customers : owners.union(customers).sorted())
    }
  }

  /// - Parameter size: the minimum number of rows in a part, except the last.
  init(_ orders: OrderSheet, keys: [CustomerKey], size: Int) {
    self.keys = keys
    var part = Part()
    for customer in keys.indices.sorted(by: { keys[$0] < keys[$1] }) {
      let rows = orders.rows(of: customer)
      if rows.isEmpty { continue }
      // Several of the sheet may be one.
      if part.customers.last != keys[customer] { part.customers.append(keys[customer]) }
      for row in rows { part.rows.append(Int32(truncatingIfNeeded: row)) }
      guard part.rows.count >= size else { continue }
      parts.append(part)
      part = Part()
    }
    let repeated = orders.repeatedRows
    if !repeated.isEmpty {
      part.rows += repeated.map { Int32(truncatingIfNeeded: $0) }
      part.customers = Set(part.customers + repeated.map { keys[orders.customer(of: $0)] }).sorted()
    }
    if !part.rows.isEmpty || parts.isEmpty { parts.append(part) }
  }
}
