internal import Domain
internal import Platform

/// Loads customer states within bounds, one part after another.
struct BoundedLoading {
  let tx: Transaction
  let bounds: StateBounds
  var states: [CustomerState]
  var room: StateRoom

  init(_ tx: Transaction, _ states: [CustomerState], _ bounds: StateBounds) {
    self.tx = tx
    self.bounds = bounds
    self.states = states
    room = StateRoom(bytes: bounds.bytes, count: states.count, admitsFirst: bounds.admitsFirst)
  }

  func bind(_ index: Int, _ binder: any SQLBinder) throws {
    try binder.bind(states[index].customer.key)
  }

  /// Call before reading each part.
  mutating func makeRoom() {
    room = StateRoom(bytes: bounds.bytes, count: states.count, admitsFirst: bounds.admitsFirst)
  }

  /// Call after loading: drops the customers that did not fit.
  mutating func cut() { states.removeLast(states.count - room.end) }

  mutating func readCarts() throws {
    makeRoom()
    try tx.connection.queryBatch(Transaction.cartsStatement, count: states.count, bind: bind) { index, row in
      guard room.admits(index, Cart.storedBytes(row)) else { return }
      states[index].carts.append(try Cart(row))
    }
    cut()
  }

  mutating func readEnrollments() throws {
    // Customers with many orders probably have many of these too.
    let probable = states.indices.filter { hasMany($0) }
    let others = states.indices.filter { !hasMany($0) }
    try tx.connection.queryBatch(
      Transaction.someEnrollmentsStatement, count: others.count,
      bind: {
        try $1.bind(states[others[$0]].customer.key)
        try $1.bind(Int64(bounds.history.enrollments + 1))
      }
    ) { index, row in states[others[index]].enrollments.append(try Enrollment(row)) }
    let many = probable + others.filter { states[$0].enrollments.count > bounds.history.enrollments }
    if !many.isEmpty { try readEnrollments(many) }
    for index in states.indices { states[index].enrollments.sort { $0.key < $1.key } }
  }

  private func hasMany(_ index: Int) -> Bool {
    guard let book = states[index].orderBook else { return false }
    return bounds.history.orders == OrderBook.threshold || book.placed > bounds.history.enrollments
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
          try $1.bind(Int64(bounds.history.enrollmentsOfTrigger))
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
    var sizes = [Int](repeating: 0, count: states.count)
    func read(_ places: [Int], _ sql: SQLText, limit: Int) throws {
      try tx.connection.queryBatch(
        sql, count: places.count,
        bind: {
          try $1.bind(states[places[$0]].customer.key)
          try $1.bind(name.rawValue)
          try $1.bind(Int64(limit))
        }
      ) { index, row in
        let bytes = row.byteCount(Event.Column.properties)
        guard room.admits(places[index], bytes) else { return }
        sizes[places[index]] = sizes[places[index]].addingReportingOverflow(bytes).partialValue
        guard sizes[places[index]] <= bounds.history.bytes else { return }
        found[places[index]].append(try Event(row))
      }
    }
    try read(Array(states.indices), Transaction.newestEventsStatement, limit: bounds.history.events + 1)
    let many = found.indices.filter {
      $0 < room.end && (found[$0].count > bounds.history.events || sizes[$0] > bounds.history.bytes)
    }
    var newest = found
    for index in many { (found[index], sizes[index]) = ([], 0) }
    try read(many, Transaction.oldestEventsStatement, limit: bounds.history.firstEvents)
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
