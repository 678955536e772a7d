package import Domain
internal import Platform

extension Transaction {
  /// The orders with these ids, with their customers; unknown ones are missing.
  package func orders(ids: [String]) throws -> [ExactText: (customer: CustomerKey, order: Order)] {
    var found: [ExactText: (customer: CustomerKey, order: Order)] = [:]
    try connection.queryBatch(
      Self.orderStatement, count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in found[ids[index]] = (row.customer(Order.Column.customer), try Order(row)) }
    return found
  }

  /// The customer ids of these orders; unknown orders are missing, as are those known only from a cancellation or
  /// refund.
  package func owners(ofOrders ids: [String]) throws -> [ExactText: String] {
    var owners: [ExactText: String] = [:]
    try connection.queryBatch(
      SQLText(
        constant:
          "SELECT customers.id FROM orders JOIN customers ON customers.key = orders.customer WHERE orders.id = ?1 AND \(Order.isToldInStore)"
      ), count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, row in owners[ids[index]] = row.string(0) }
    return owners
  }

  private static let orderStatement = SQLText(constant: Order.select + " WHERE id = ?1")

  /// Encodes and saves orders; see `save` for prepared ones.
  @discardableResult
  package func save(
    _ orders: [(customer: CustomerKey, order: Order)]
  ) throws -> [(customer: CustomerKey, orderID: String)] {
    try save(orders.map { ($0.customer, PreparedOrder($0.order)) })
  }

  /// Passes the SKUs and times of all standing orders to `body`, customer by customer in time order, for
  /// learning cycles. Each call gets one customer's purchases.
  ///
  /// Reads `page` customers at a time, because PostgreSQL sends a whole result at once.
  package func forEachPurchaser(
    page: Int = 5000, _ body: ([(sku: String, at: Instant)]) throws -> Void
  ) throws {
    var last = CustomerKey(.min)
    while let end = try customerKeys(after: last, limit: page).last {
      var current: CustomerKey?
      var purchases: [(sku: String, at: Instant)] = []
      try connection.query(
        Self.purchasesStatement, [.integer(last.rawValue), .integer(end.rawValue)]
      ) { row in
        let customer = row.customer(0)
        if customer != current {
          if !purchases.isEmpty { try body(purchases) }
          purchases.removeAll(keepingCapacity: true)
          current = customer
        }
        let at = row.instant(1)
        if row.isNull(3) {
          for line in try row.json(2).arrayValue ?? [] {
            if let sku = line[0]?.stringValue { purchases.append((sku, at)) }
          }
        } else {
          let returned = try ReturnedLine.lines(row, 3)
          let kept = OrderLine.kept(of: try OrderLine.lines(row, 2), without: returned)
          purchases += kept.map { ($0.sku, at) }
        }
      }
      if !purchases.isEmpty { try body(purchases) }
      last = end
    }
  }

  private static let purchasesStatement = SQLText(
    constant: """
      SELECT customer, placed_at, lines, returned FROM orders WHERE customer > ?1 AND customer <= ?2 AND placed_at IS NOT NULL
        AND cancelled_at IS NULL AND (refunded_at IS NULL OR \(Order.refundedInStore("orders")) < total) ORDER BY customer, placed_at
      """)
}
