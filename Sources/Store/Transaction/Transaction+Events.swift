package import Domain
internal import Platform

extension Transaction {
  /// Stores events; one whose message id exists already is left out.
  package func insert(_ events: [(customer: CustomerKey, event: Event)]) throws {
    _ = try insert(events.map { ($0.customer, PreparedEvent($0.event)) })
  }

  /// Names and times of what these customers did after each one's instant, in the order
  /// of time, orders included however they came in.
  package func events(
    after instants: [(customer: CustomerKey, instant: Instant)]
  ) throws -> [CustomerKey: [(name: EventName, at: Instant)]] {
    var found: [CustomerKey: [(name: EventName, at: Instant)]] = [:]
    try connection.queryBatch(
      """
      SELECT name, at FROM events WHERE customer = ?1 AND at > ?2
      UNION SELECT 'order_completed', placed_at FROM orders WHERE customer = ?1 AND placed_at > ?2
      ORDER BY 2, 1
      """, count: instants.count,
      bind: {
        try $1.bind(instants[$0].customer)
        try $1.bind(instants[$0].instant)
      }
    ) { index, row in
      found[instants[index].customer, default: []].append((EventName(row.string(0)), row.instant(1)))
    }
    return found
  }
}
