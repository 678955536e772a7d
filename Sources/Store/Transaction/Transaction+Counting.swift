package import Domain
package import Platform

/// Reads the history from which a customer's counts are computed.
extension Transaction {
  /// Passes every event with this name of these customers to `body`, with the customer's position, in no particular
  /// order.
  package func forEachEvent(
    named name: EventName, of customers: [CustomerKey], _ body: (_ place: Int, Event) throws -> Void
  ) throws {
    try connection.queryBatch(
      Self.eventsOfNameStatement, count: customers.count,
      bind: {
        try $1.bind(customers[$0])
        try $1.bind(name.rawValue)
      }
    ) { index, row in try body(index, try Event(row)) }
  }

  /// A test asserts that it uses `events_customer`.
  package static let eventsOfNameStatement = SQLText(
    constant: Event.select + " WHERE customer = ?1 AND name = ?2")

  /// Passes the times at which messages of a trigger to these customers ended in this state, for example sent or
  /// refused for the address.
  package func forEachMessage(
    of trigger: TriggerID, to customers: [CustomerKey], inState state: MessageState,
    outcome: OutcomeClass?, _ body: (_ place: Int, Instant) throws -> Void
  ) throws {
    try connection.queryBatch(
      Self.endedMessagesStatement, count: customers.count,
      bind: {
        try $1.bind(customers[$0])
        try $1.bind(trigger.rawValue)
        try $1.bind(state.rawValue)
        try $1.bind(outcome?.rawValue)
      }
    ) { index, row in try body(index, row.instant(0)) }
  }

  /// Messages of other systems have no end time; their creation counts.
  package static let endedMessagesStatement = SQLText(
    constant:
      "SELECT COALESCE(final_at, created_at) FROM messages WHERE customer = ?1 AND trigger = ?2 AND state = ?3 AND (CAST(?4 AS TEXT) IS NULL OR outcome = ?4)"
  )

  /// Marks the segments of customers whose messages have ended as due.
  ///
  /// - Parameter triggers: the triggers whose messages the segments count.
  package func markStale(
    _ segments: [SegmentID], afterMessages keys: [Int64], of triggers: Set<TriggerID>, now: Instant
  ) throws {
    var customers: Set<CustomerKey> = []
    try connection.queryBatch(
      "SELECT customer, trigger FROM messages WHERE key = ?1 AND final_at IS NOT NULL", count: keys.count,
      bind: { try $1.bind(keys[$0]) }
    ) { _, row in
      if triggers.contains(TriggerID(row.string(1))) { customers.insert(row.customer(0)) }
    }
    try markStale(segments, of: customers.sorted(), now: now)
  }

  /// Marks these segments as due for these customers.
  package func markStale(_ segments: [SegmentID], of customers: [CustomerKey], now: Instant) throws {
    if customers.isEmpty || segments.isEmpty { return }
    try markChanged(customers)
    for segment in segments {
      try connection.runBatch(
        """
        INSERT INTO memberships (customer, segment, is_member, next_change, is_stale)
        SELECT ?1, key, 0, ?3, 1 FROM segments WHERE id = ?2 AND removed_at IS NULL
        ON CONFLICT (customer, segment) DO UPDATE SET next_change = excluded.next_change, is_stale = 1
        """, count: customers.count
      ) { index, binder in
        try binder.bind(customers[index])
        try binder.bind(segment.rawValue)
        try binder.bind(now)
      }
    }
  }
}
