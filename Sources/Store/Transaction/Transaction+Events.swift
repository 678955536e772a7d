package import Domain
internal import Platform

extension Transaction {
  /// Which of these message ids are not yet stored.
  package func unknownMessageIDs(_ ids: [String]) throws -> Set<String> {
    var unknown = Set(ids)
    try connection.queryBatch(
      "SELECT 1 FROM events WHERE message_id = ?1", count: ids.count, bind: { try $1.bind(ids[$0]) }
    ) { index, _ in unknown.remove(ids[index]) }
    return unknown
  }

  /// Stores events; one whose message id exists already is left out.
  package func insert(_ events: [(customer: CustomerKey, event: Event)]) throws {
    try connection.runBatch(
      "INSERT INTO events (message_id, customer, name, at, received_at, properties) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (message_id) DO NOTHING",
      count: events.count
    ) { index, binder in
      let event = events[index].event
      try binder.bind(event.messageID)
      try binder.bind(events[index].customer)
      try binder.bind(event.name.rawValue)
      try binder.bind(event.at)
      try binder.bind(event.receivedAt)
      try binder.bind(event.properties.stored)
    }
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
