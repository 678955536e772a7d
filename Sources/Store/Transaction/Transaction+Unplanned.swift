package import Domain
internal import Platform

extension Transaction {
  /// Writes the orders of an import without reading what is there.
  ///
  /// An order that is known keeps its customer, its earliest placing and first receipt, and stays cancelled or refunded
  /// if it was; of what it holds, the last word counts.
  package func merge(_ orders: [(customer: CustomerKey, order: Order)]) throws {
    try connection.runBatch(
      """
      INSERT INTO orders (id, customer, placed_at, cancelled_at, refunded_at, total, refunded, currency, cart_id, received_at, lines)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      ON CONFLICT (id) DO UPDATE SET
        placed_at = CASE WHEN orders.placed_at < excluded.placed_at THEN orders.placed_at
          ELSE COALESCE(excluded.placed_at, orders.placed_at) END,
        cancelled_at = COALESCE(orders.cancelled_at, excluded.cancelled_at),
        refunded_at = COALESCE(orders.refunded_at, excluded.refunded_at), total = excluded.total,
        refunded = CASE WHEN orders.refunded > excluded.refunded THEN orders.refunded ELSE excluded.refunded END,
        currency = excluded.currency, cart_id = excluded.cart_id, lines = excluded.lines
      """, count: orders.count
    ) { try orders[$0].order.bind(to: $1, customer: orders[$0].customer) }
  }

  /// Remembers that these customers have rows nobody has planned for; in the transaction of the rows.
  package func markUnplanned(_ customers: [CustomerKey]) throws {
    try connection.runBatch(
      "INSERT INTO unplanned (customer) VALUES (?1) ON CONFLICT (customer) DO NOTHING", count: customers.count
    ) { try $1.bind(customers[$0]) }
  }

  /// The next of them in the order of their numbers; empty when all are planned for.
  package func unplanned(limit: Int) throws -> [CustomerKey] {
    try connection.all("SELECT customer FROM unplanned ORDER BY customer LIMIT ?1", [.integer(Int64(limit))])
    {
      $0.customer(0)
    }
  }

  package func unplannedCount() throws -> Int {
    Int(try connection.integer("SELECT count(*) FROM unplanned") ?? 0)
  }

  package func markPlanned(upTo last: CustomerKey) throws {
    try connection.run("DELETE FROM unplanned WHERE customer <= ?1", [.integer(last.rawValue)])
  }
}
