package import Domain
internal import Platform

extension Transaction {
  /// Saves imported orders without reading the stored ones.
  ///
  /// An order known only from another customer's cancellation or refund has no owner yet and goes to the row's
  /// customer. A known order keeps its customer, its earliest placing and first receipt, and stays cancelled or
  /// refunded; its contents follow the last report.
  ///
  /// - Parameters:
  ///   - rows: of the sheet, which must be sealed.
  ///   - keys: see `enterCustomers(of:)`.
  /// - Returns: customers whose orders were changed by rows with another customer.
  @discardableResult
  package func merge(
    _ rows: [Int32], of sheet: OrderSheet, keys: [CustomerKey]
  ) throws -> Set<CustomerKey> {
    func bind(_ row: Int32, _ binder: any SQLBinder) throws {
      try sheet.bind(Int(row), to: binder, customer: keys[sheet.customer(of: Int(row))])
    }
    // Nearly all rows name the order's real owner, and looking up the owner would take as long as storing the order.
    // Only rows that repeat an id are looked up, after the others and in their order.
    let repeated = sheet.repeatedRows
    let single = rows.filter { !repeated.contains(Int($0)) }
    var others: [Int32] = []
    try connection.runBatch(
      Self.mergeOwn, count: single.count, bind: { try bind(single[$0], $1) }, row: nil,
      finished: { index, changed in if changed == 0 { others.append(single[index]) } })
    others += rows.filter { repeated.contains(Int($0)) }
    var owners: Set<CustomerKey> = []
    try connection.queryBatch(Self.mergeAny, count: others.count, bind: { try bind(others[$0], $1) }) {
      index, row in
      let owner = row.customer(0)
      if owner != keys[sheet.customer(of: Int(others[index]))] { owners.insert(owner) }
    }
    return owners
  }

  private static let mergeOwn = SQLText(
    constant: mergeText(isAny: false) + " WHERE orders.customer = excluded.customer")
  private static let mergeAny = SQLText(constant: mergeText(isAny: true) + " RETURNING customer")

  /// - Parameter isAny: whether the order may belong to another customer; what that customer said about an
  ///   order that was never placed is then dropped.
  private static func mergeText(isAny: Bool) -> String {
    let strange = "NOT \(Order.isToldInStore) AND orders.customer <> excluded.customer"
    func kept(_ merged: String, else new: String) -> String {
      isAny ? "CASE WHEN \(strange) THEN excluded.\(new) ELSE \(merged) END" : merged
    }
    // Like `Order.updated(by:)`.
    let isRest =
      "\(Order.isToldInStore) AND orders.refunded_at IS NOT NULL AND excluded.refunded_at IS NULL AND orders.currency = excluded.currency AND excluded.total < orders.total AND orders.total - excluded.total <= \(Order.refundedInStore("orders"))"
    // An unpaid order is older than a paid one, and a row without a time older than a report with one.
    let isOlder =
      "(excluded.placed_at IS NULL AND (orders.placed_at IS NOT NULL OR COALESCE(excluded.pending_at < orders.pending_at, FALSE)) OR (orders.placed_at IS NOT NULL OR excluded.placed_at IS NULL) AND COALESCE(COALESCE(excluded.placed_at, excluded.pending_at) < orders.told_at, FALSE))"
    func latest(_ column: String) -> String {
      "\(column) = CASE WHEN \(isOlder) THEN orders.\(column) ELSE excluded.\(column) END"
    }
    return """
      \(SQL.insert(into: "orders", Order.rowNames))
      ON CONFLICT (id) DO UPDATE SET
        \(isAny ? "customer = \(kept("orders.customer", else: "customer"))," : "")
        placed_at = CASE WHEN orders.placed_at < excluded.placed_at THEN orders.placed_at
          ELSE COALESCE(excluded.placed_at, orders.placed_at) END,
        cancelled_at = \(kept("COALESCE(orders.cancelled_at, excluded.cancelled_at)", else: "cancelled_at")),
        refunded_at = \(kept("COALESCE(orders.refunded_at, excluded.refunded_at)", else: "refunded_at")),
        pending_at = CASE WHEN orders.pending_at < excluded.pending_at THEN orders.pending_at
          ELSE COALESCE(excluded.pending_at, orders.pending_at) END,
        received_at = CASE WHEN orders.placed_at IS NULL AND excluded.placed_at IS NOT NULL
          THEN excluded.received_at ELSE orders.received_at END,
        total = CASE WHEN \(isOlder) OR \(isRest) THEN orders.total ELSE excluded.total END,
        refunded = CASE \(isAny ? "WHEN \(strange) THEN excluded.refunded" : "")
          WHEN \(refundedOfOrder) > excluded.refunded THEN \(refundedOfOrder) ELSE excluded.refunded END,
        refund_told = \(kept("CASE WHEN orders.refund_told > excluded.refund_told THEN orders.refund_told ELSE COALESCE(excluded.refund_told, orders.refund_told) END", else: "refund_told")),
        \(latest("currency")), \(latest("cart_id")), \(latest("details")),
        lines = CASE WHEN \(isOlder) OR \(isRest) AND orders.returned IS NOT NULL THEN orders.lines ELSE excluded.lines END
        \(isAny ? ", returned = \(kept("orders.returned", else: "returned"))" : "")
      """
  }

  /// Like `Order.refunds(of:)`, for the stored row, now that `excluded` has the order.
  private static let refundedOfOrder: String = {
    func units(_ currency: String) -> String {
      func list(_ codes: [String]) -> String { codes.map { "'\($0)'" }.joined(separator: ", ") }
      return
        "(CASE WHEN \(currency) IN (\(list(Currency.withoutFraction))) THEN 1 WHEN \(currency) IN (\(list(Currency.withThousandths))) THEN 1000 ELSE 100 END)"
    }
    let told = "(orders.refunded * \(units("excluded.currency")) / \(units("orders.currency")))"
    return
      "(CASE WHEN \(Order.isToldInStore) THEN orders.refunded WHEN orders.refunded >= \(DecimalAmount.maximum) THEN excluded.total WHEN \(told) > excluded.total THEN excluded.total ELSE \(told) END)"
  }()

  /// Marks these customers as having rows not planned yet; call in the transaction that writes the rows.
  ///
  /// - Parameter customers: in ascending order.
  package func markUnplanned(_ customers: [CustomerKey]) throws {
    try change(CustomerBlock.blocks(of: customers)) { stored, marked in stored.formUnion(marked) }
  }

  /// The next unplanned customers by number; empty if there are none.
  package func unplanned(
    after position: CustomerKey = CustomerKey(.min), upTo last: CustomerKey = CustomerKey(.max), limit: Int
  ) throws -> [CustomerKey] {
    var found: [CustomerKey] = []
    try connection.forEachRow(
      of:
        "SELECT block, customers FROM unplanned WHERE block >= ?1 AND block <= ?2 ORDER BY block LIMIT ?3",
      [
        .integer(CustomerBlock.number(of: position)), .integer(CustomerBlock.number(of: last)),
        // Every stored block has a customer, but those of the first may be before the position.
        .integer(Int64(limit) + 1),
      ]
    ) { row in
      for key in CustomerBlock(number: row.int64(0), bits: row.bytes(1)).customers
      where key > position && key <= last && found.count < limit { found.append(key) }
      return found.count < limit
    }
    return found
  }

  package func unplannedCount() throws -> Int {
    var count = 0
    try connection.query("SELECT customers FROM unplanned") { row in
      count += row.bytes(0).reduce(0) { $0 + $1.nonzeroBitCount }
    }
    return count
  }

  /// - Parameter customers: in ascending order.
  package func markPlanned(_ customers: [CustomerKey]) throws {
    try change(CustomerBlock.blocks(of: customers)) { stored, marked in stored.subtract(marked) }
  }

  private func change(
    _ blocks: [CustomerBlock], _ change: (inout CustomerBlock, CustomerBlock) -> Void
  ) throws {
    var stored = blocks.map { CustomerBlock(number: $0.number) }
    try connection.queryBatch(
      "SELECT customers FROM unplanned WHERE block = ?1", count: blocks.count,
      bind: { try $1.bind(blocks[$0].number) }
    ) { index, row in stored[index] = CustomerBlock(number: blocks[index].number, bits: row.bytes(0)) }
    for index in blocks.indices { change(&stored[index], blocks[index]) }
    let kept = stored.filter { !$0.isEmpty }
    let empty = stored.filter(\.isEmpty)
    try connection.runBatch(
      "INSERT INTO unplanned (block, customers) VALUES (?1, ?2) ON CONFLICT (block) DO UPDATE SET customers = excluded.customers",
      count: kept.count
    ) { index, binder in
      try binder.bind(kept[index].number)
      try binder.bind(kept[index].bits)
    }
    try connection.runBatch("DELETE FROM unplanned WHERE block = ?1", count: empty.count) {
      try $1.bind(empty[$0].number)
    }
  }

  /// How many customers have ever been forgotten: a customer number read before the last time may belong to
  /// somebody else now.
  package func forgetCount() throws -> Int64 {
    try connection.integer("SELECT value FROM meta WHERE name = 'forgotten'") ?? 0
  }
}
