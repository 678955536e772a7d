internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// A batch of events on its way into the store.
///
/// The work is done in two steps, to keep the one writing thread free. `prepare` takes what was read of the
/// customers in a snapshot, applies the events to it and plans, on any thread. `write` stores the events and
/// what was prepared, in the writing transaction. It reloads and prepares again the customers whose snapshot
/// is stale, so the result is the same as if the batches had run one after the other.
///
/// Storing an event shows whether it is a duplicate. A customer with a duplicate is prepared again without
/// that event, except for a withdrawal of consent in it.
struct IntakeBatch: Sendable {
  let events: [IncomingEvent]
  /// Positions of events that are not stored themselves; only their withdrawal of consent counts.
  let unstored: Set<Int>
  let now: Instant
  let source: String
  let keepsEvents: Bool
  let shop: ShopSnapshot
  let box: BlackBox

  /// One entry a customer, in the order of the first events.
  private(set) var people: [Person] = []
  private(set) var prepared: [PreparedEvent] = []
  /// The person of each event.
  private(set) var owners: [Int] = []

  struct Person {
    let id: String
    /// Positions of the events, in order.
    var events: [Int]
    /// What the events change; empty if they only add their own rows.
    var touched = StateParts()
    /// Whether an event may, by its name alone, take back a step that was decided.
    var mayExit = false
    /// `nil` for a customer who is not in the snapshot.
    var key: CustomerKey?
    /// `nil` when nothing but events is written.
    var rows: IntakeRows?
  }

  init(
    _ events: [IncomingEvent], unstored: Set<Int> = [], now: Instant, source: String, keepsEvents: Bool,
    shop: ShopSnapshot, box: BlackBox
  ) {
    self.box = box
    self.events = events
    self.unstored = unstored
    self.now = now
    self.source = source
    self.keepsEvents = keepsEvents
    self.shop = shop
    let rules = shop.rules
    owners.reserveCapacity(events.count)
    var places: [ExactText: Int] = [:]
    for (index, event) in events.enumerated() {
      // Events of one customer are usually adjacent.
      let last = owners.last.flatMap { people[$0].id.hasSameBytes(as: event.customerID) ? $0 : nil }
      let place = last ?? places[ExactText(event.customerID)] ?? people.count
      if place == people.count {
        places[ExactText(event.customerID)] = place
        people.append(Person(id: event.customerID, events: []))
      }
      people[place].events.append(index)
      people[place].touched.formUnion(event.touches(reading: rules.names))
      if rules.isExit(event.event.name) { people[place].mayExit = true }
      owners.append(place)
    }
    let audience = rules.program.audience
    if !audience.isEmpty {
      for place in people.indices where !audience.concerned(by: people[place].touched).isEmpty {
        // Triggers may follow the segments that this may change.
        people[place].touched.insert(.memberships)
      }
    }
    if keepsEvents { prepared = events.map { PreparedEvent($0.event) } }
  }

  /// The same batch under the rules of another shop, not prepared.
  func following(_ shop: ShopSnapshot) -> IntakeBatch {
    IntakeBatch(
      events, unstored: unstored, now: now, source: source, keepsEvents: keepsEvents, shop: shop, box: box)
  }

  var rules: PlanningRules { shop.rules }

  // MARK: - Off the writing thread

  /// The customers as seen in one snapshot.
  struct People: Sendable {
    fileprivate var keys: [CustomerKey?]
    /// By position in `people`; only for customers whose events change more than the events table.
    fileprivate var states: [Int: CustomerState]
    /// How many people were read; the states of the others would take too much memory.
    fileprivate var count: Int
  }

  /// How many people need their state.
  var stateCount: Int { people.count { !$0.touched.isEmpty } }

  /// - Parameters:
  ///   - snapshot: the one this transaction belongs to; `nil` in a writing transaction.
  ///   - bytes: the limit for each part of the states; people beyond it are not read.
  ///   - admitsFirst: whether the first one is read in any case.
  func look(
    _ tx: Transaction, in snapshot: CustomerSnapshot? = nil, bytes: Int = .max, admitsFirst: Bool = true
  ) throws -> People {
    let (active, passive) = split(people.indices)
    var found = People(
      keys: Array(repeating: nil, count: people.count), states: [:], count: people.count)
    for (place, key) in zip(passive, try tx.customerKeys(ids: passive.map { people[$0].id })) {
      found.keys[place] = key
    }
    let (states, count) = try states(of: active, tx, bytes, admitsFirst)
    for (place, state) in states {
      found.keys[place] = state.customer.key
      found.states[place] = state
    }
    if count < active.count { found.count = active[count] }
    if let snapshot { try tx.observe(found.keys.compactMap(\.self), in: snapshot) }
    return found
  }

  /// The positions of the events whose people were read; `nil` when all were.
  func shown(in found: People) -> [Int]? {
    found.count == people.count ? nil : events.indices.filter { owners[$0] < found.count }
  }

  /// Those whose events change more than the events table, and the others.
  func split(_ places: some Sequence<Int>) -> (active: [Int], passive: [Int]) {
    places.reduce(into: ([], [])) { split, place in
      if people[place].touched.isEmpty { split.passive.append(place) } else { split.active.append(place) }
    }
  }

  /// The states of those among `places` who are known, as far as their events and the rules need them.
  ///
  /// - Returns: them, and how many of the places were looked at.
  func states(
    of places: [Int], _ tx: Transaction, _ bytes: Int = .max, _ admitsFirst: Bool = true
  ) throws -> (states: [Int: CustomerState], count: Int) {
    var parts = StateParts()
    var bounds = StateBounds(currency: rules.program.brand.currency, triggers: [])
    (bounds.bytes, bounds.admitsFirst) = (bytes, admitsFirst)
    let audience = rules.program.audience
    bounds.countsOrders = audience.countsOrders
    let (customers, looked) = try tx.firstCustomers(ids: places.map { people[$0].id }, within: bounds)
    let known = customers.compactMap(\.self)
    guard !known.isEmpty else { return ([:], looked) }
    try requireDistinct(zip(places, customers))
    for (place, customer) in zip(places, customers) {
      for index in people[place].events { parts.formUnion(events[index].effect.reads) }
      for rule in rules.rules where rule.isConcerned(by: people[place].touched) {
        parts.insert(.enrollments)
        parts.formUnion(rule.reads)
        bounds.triggers.insert(rule.trigger.id)
      }
      if !audience.isEmpty, !people[place].touched.isEmpty {
        parts.formUnion(audience.reads(of: audience.concerned(by: people[place].touched)))
      }
      guard let customer else { continue }
      for index in people[place].events {
        guard let id = events[index].orderID else { continue }
        bounds.orders[customer.key, default: []].insert(ExactText(id))
      }
    }
    let (loaded, count) = try tx.firstStates(of: known, parts: parts, within: bounds)
    let end =
      count == known.count ? looked : customers.firstIndex { $0?.key == known[count].key } ?? looked
    var states: [Int: CustomerState] = [:]
    for (place, state) in zip(zip(places, customers).lazy.filter({ $1 != nil }).map(\.0), loaded) {
      states[place] = state
    }
    return (states, end)
  }

  private func requireDistinct(_ found: Zip2Sequence<[Int], [Customer?]>) throws {
    let named = found.filter { place, customer in
      customer.map { !$0.id.hasSameBytes(as: people[place].id) } ?? false
    }
    // As for everybody with one id.
    if named.isEmpty { return }
    let keys = found.compactMap { $1?.key }
    guard Set(keys).count < keys.count else { return }
    throw OneCustomer(
      ids: Dictionary(
        named.compactMap { place, customer in customer.map { (ExactText(people[place].id), $0.id) } }
      ) { first, _ in first })
  }

  /// Computes what is to be written.
  mutating func prepare(_ found: People) {
    box.section { section in
      for place in people.indices {
        people[place].key = found.keys[place]
        let isNew = rules.hasAudience && found.keys[place] == nil
        guard !people[place].touched.isEmpty || isNew else { continue }
        // A new customer has no key yet; it is filled in when the rows are written.
        let new = CustomerState(customer: Customer(key: CustomerKey(0), id: people[place].id))
        people[place].rows = rows(of: people[place].events, on: found.states[place] ?? new, section)
      }
    }
  }

  private func rows(
    of events: [Int], on state: CustomerState, _ section: BlackBox.Section
  ) -> IntakeRows {
    section.now(on: .event, id: self.events[events[0]].event.messageID, count: events.count)
    for index in events { CrashPoint.pass("event", self.events[index].event.messageID) }
    var change = CustomerChange(state: state, now: now)
    for index in events { change.apply(self.events[index], rules) }
    change.evaluate(rules, isNew: state.customer.key == CustomerKey(0))
    return IntakeRows(change, planningBy: rules)
  }
}

/// Too many customers to load at once; nothing was written.
struct TooMuchAtOnce: Error {
  /// Positions of the events that fit.
  let fitting: [Int]
}

/// Events have several ids of one customer; nothing was written.
struct OneCustomer: Error {
  /// The customers' own ids, by the other names in the events.
  let ids: [ExactText: String]
}

/// Events name orders of other customers; the transaction was undone.
struct ForeignOrders: Error {
  /// Of these events among those given.
  let positions: [Int]
}

extension IncomingEvent {
  /// The id of the order that it changes, or only refers to.
  fileprivate var orderID: String? { effect.orderID ?? PastEvent.orderID(in: event.properties) }
}

extension EventEffect {
  /// Of the order it changes.
  var orderID: String? {
    switch self {
    case .orderPlaced(let order): order.id
    case .orderCancelled(let id), .orderRefunded(let id, _, _): id
    case .identify, .consent, .cartChanged, .none: nil
    }
  }
}
