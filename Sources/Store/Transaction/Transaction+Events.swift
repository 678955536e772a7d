package import Domain
package import Platform

extension Transaction {
  /// The customers' events with these names after an instant per customer, oldest first: at most the newest
  /// `pastEvents` of each name.
  package func events(
    after instants: [(customer: CustomerKey, instant: Instant)], names: Set<EventName>
  ) throws -> [CustomerKey: [PastEvent]] {
    var found: [CustomerKey: [PastEvent]] = [:]
    for name in names.sorted() {
      try connection.queryBatch(
        Self.eventsAfterStatement, count: instants.count,
        bind: {
          try $1.bind(instants[$0].customer)
          try $1.bind(name.rawValue)
          try $1.bind(instants[$0].instant)
          try $1.bind(Int64(Self.pastEvents))
        }
      ) { index, row in
        found[instants[index].customer, default: []].append(
          PastEvent(name: name, at: row.instant(0), orderID: try row.orderID(1)))
      }
    }
    return found.mapValues { $0.sorted { ($0.at, $0.name) < ($1.at, $1.name) } }
  }

  /// Maximum events of one name.
  package static let pastEvents = 100

  /// A test asserts that it uses `events_customer`.
  package static let eventsAfterStatement: SQLText =
    "SELECT at, CASE WHEN properties LIKE '%order%' THEN properties END FROM events WHERE customer = ?1 AND name = ?2 AND at > ?3 ORDER BY at DESC LIMIT ?4"

  /// The events that differ from the ones stored under their message ids: another customer, name, or
  /// properties. Times are ignored, since senders restamp each retry; events that are not stored are skipped.
  package func differing(_ events: [(customerID: String, event: Event)]) throws -> Set<Int> {
    var differing: Set<Int> = []
    let customers = try customerKeys(ids: events.map(\.customerID))
    try connection.queryBatch(
      "SELECT customer, name, properties FROM events WHERE message_id = ?1", count: events.count,
      bind: { try $1.bind(events[$0].event.messageID) }
    ) { index, row in
      let event = events[index].event
      let isSame =
        customers[index] == row.customer(0) && row.string(1).hasSameBytes(as: event.name.rawValue)
        && row.string(2).hasSameBytes(as: event.properties.stored)
      if !isSame { differing.insert(index) }
    }
    return differing
  }

  // MARK: - Names

  /// Adds event names to the shop's list, until it holds `limit`.
  ///
  /// - Returns: the given names that are on the list now.
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

  /// The shop's list of event names. The names of events that triggers ask for need not be on it.
  func eventNames() throws -> Set<EventName> {
    Set(
      try connection.all("SELECT substr(name, 12) FROM meta WHERE substr(name, 1, 11) = 'event_name:'") {
        EventName($0.string(0))
      })
  }

  private static let namePrefix = "event_name:"

  private func eventNameCount() throws -> Int {
    // Not a range: the order of ':' depends on the collation of a PostgreSQL database.
    Int(
      try connection.integer("SELECT count(*) FROM meta WHERE substr(name, 1, 11) = 'event_name:'") ?? 0)
  }
}

extension Row {
  /// The order that an event's properties name; NULL if they cannot name one, as for nearly all events.
  fileprivate func orderID(_ column: Int) throws -> String? {
    guard !isNull(column) else { return nil }
    return PastEvent.orderID(in: Record(stored: try json(column)))
  }
}
