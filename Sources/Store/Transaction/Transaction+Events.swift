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

  /// Which of these events are not what is stored under their message ids: another customer's, of another name, or with
  /// other properties. Times do not count, for senders state them anew with each try; nor do events that are not stored.
  package func differing(_ events: [(customerID: String, event: Event)]) throws -> Set<Int> {
    var differing: Set<Int> = []
    try connection.queryBatch(
      "SELECT c.id, e.name, e.properties FROM events e JOIN customers c ON c.key = e.customer WHERE e.message_id = ?1",
      count: events.count, bind: { try $1.bind(events[$0].event.messageID) }
    ) { index, row in
      let (customerID, event) = events[index]
      let isSame =
        row.string(0).hasSameBytes(as: customerID) && row.string(1).hasSameBytes(as: event.name.rawValue)
        && row.string(2).hasSameBytes(as: event.properties.stored)
      if !isSame { differing.insert(index) }
    }
    return differing
  }

  // MARK: - Names

  /// Enters names of events into the shop's list of them, until that holds `limit`.
  ///
  /// - Returns: those that are on the list now.
  package func enter(eventNames names: Set<EventName>, limit: Int) throws -> Set<EventName> {
    var room = limit - (try eventNameCount())
    var entered: Set<EventName> = []
    for name in names.sorted() {
      let key = SQLValue.text(Self.namePrefix + name.rawValue)
      if try connection.first("SELECT 1 FROM meta WHERE name = ?1", [key], { _ in true }) == true {
        entered.insert(name)
      } else if room > 0 {
        try connection.run("INSERT INTO meta (name, value) VALUES (?1, '1')", [key])
        entered.insert(name)
        room -= 1
      }
    }
    return entered
  }

  private static let namePrefix = "event_name:"

  private func eventNameCount() throws -> Int {
    // ';' is the character behind ':'.
    Int(
      try connection.integer("SELECT count(*) FROM meta WHERE name >= 'event_name:' AND name < 'event_name;'")
        ?? 0)
  }
}
