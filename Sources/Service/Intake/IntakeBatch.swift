internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// A batch of events on its way into the store.
///
/// The work is done in two steps, so that the one writing thread is left with what only it can do. `prepare` reads a
/// picture of the database beside the writer, applies the events to it and plans. `write`, in the writing transaction,
/// stores the events and what was prepared; a customer of whom the picture turns out not to show everything is loaded
/// and worked out anew there, so that the result is that of one batch after the other.
///
/// Whether an event is known already is told by storing it. A customer with such an event is worked out anew without
/// it, but for consent that it takes back.
struct IntakeBatch: Sendable {
  let events: [IncomingEvent]
  /// Positions of events that are not stored themselves; of these only what takes back consent is here.
  let unstored: Set<Int>
  let now: Instant
  let source: String
  let keepsEvents: Bool
  let rules: PlanningRules
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
    var touched = TouchedParts()
    /// `nil` for somebody whom the picture does not know.
    var key: CustomerKey?
    /// `nil` when nothing but events is written.
    var rows: IntakeRows?
  }

  init(
    _ events: [IncomingEvent], unstored: Set<Int> = [], now: Instant, source: String, keepsEvents: Bool,
    rules: PlanningRules, box: BlackBox
  ) {
    self.box = box
    self.events = events
    self.unstored = unstored
    self.now = now
    self.source = source
    self.keepsEvents = keepsEvents
    self.rules = rules
    owners.reserveCapacity(events.count)
    var places: [ExactText: Int] = [:]
    for (index, event) in events.enumerated() {
      // Events of one customer mostly come one after the other.
      let last = owners.last.flatMap { people[$0].id.hasSameBytes(as: event.customerID) ? $0 : nil }
      let place = last ?? places[ExactText(event.customerID)] ?? people.count
      if place == people.count {
        places[ExactText(event.customerID)] = place
        people.append(Person(id: event.customerID, events: []))
      }
      people[place].events.append(index)
      people[place].touched.add(event, rules)
      owners.append(place)
    }
    if keepsEvents { prepared = events.map { PreparedEvent($0.event) } }
  }

  /// The same by other rules, not prepared.
  func following(_ rules: PlanningRules) -> IntakeBatch {
    IntakeBatch(
      events, unstored: unstored, now: now, source: source, keepsEvents: keepsEvents, rules: rules, box: box)
  }

  // MARK: - Beside the writer

  /// What is known of the customers, read at one moment.
  struct Picture: Sendable {
    fileprivate var keys: [CustomerKey?]
    /// By position in `people`; only of those of whom more than events is written.
    fileprivate var states: [Int: CustomerState]
    /// So many people it shows; the states of the others would take too much memory beside theirs.
    fileprivate var count: Int
  }

  /// How many people have states that are looked at.
  var stateCount: Int { people.count { !$0.touched.isEmpty } }

  /// - Parameters:
  ///   - bytes: what the states may take, each part of them; then the picture shows fewer people than there are.
  ///   - admitsFirst: whether it shows the first of them in any case.
  func look(_ tx: Transaction, bytes: Int = .max, admitsFirst: Bool = true) throws -> Picture {
    let (active, passive) = split(people.indices)
    var picture = Picture(
      keys: Array(repeating: nil, count: people.count), states: [:], count: people.count)
    for (place, key) in zip(passive, try tx.customerKeys(ids: passive.map { people[$0].id })) {
      picture.keys[place] = key
    }
    let (states, count) = try states(of: active, tx, bytes, admitsFirst)
    for (place, state) in states {
      picture.keys[place] = state.customer.key
      picture.states[place] = state
    }
    if count < active.count { picture.count = active[count] }
    return picture
  }

  /// The positions of the events whose people `picture` shows; `nil` when it shows all.
  func shown(in picture: Picture) -> [Int]? {
    picture.count == people.count ? nil : events.indices.filter { owners[$0] < picture.count }
  }

  /// Those of whom more than events is written, and the others.
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
    var bounds = StateBounds(currency: rules.shop.program.brand.currency, triggers: [])
    (bounds.bytes, bounds.admitsFirst) = (bytes, admitsFirst)
    let (customers, looked) = try tx.firstCustomers(ids: places.map { people[$0].id }, within: bounds)
    let known = customers.compactMap(\.self)
    guard !known.isEmpty else { return ([:], looked) }
    for (place, customer) in zip(places, customers) {
      parts.formUnion(people[place].touched.needed(rules))
      for rule in rules.rules where people[place].touched.concerns(rule) {
        bounds.triggers.insert(rule.trigger.id)
      }
      guard let customer else { continue }
      for index in people[place].events {
        guard let id = events[index].effect.orderID else { continue }
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

  /// Works out what is to be written, from `picture`.
  mutating func prepare(_ picture: Picture) {
    box.section { section in
      for place in people.indices {
        people[place].key = picture.keys[place]
        guard !people[place].touched.isEmpty else { continue }
        // Who is new has no number yet; it is put in when the rows are written.
        let new = CustomerState(customer: Customer(key: CustomerKey(0), id: people[place].id))
        people[place].rows = rows(of: people[place].events, on: picture.states[place] ?? new, section)
      }
    }
  }

  private func rows(
    of events: [Int], on state: CustomerState, _ section: BlackBox.Section
  ) -> IntakeRows {
    section.now(on: .event, id: self.events[events[0]].event.messageID, count: events.count)
    for index in events { CrashPoint.pass("event", self.events[index].event.messageID) }
    return IntakeRows(events.lazy.map { self.events[$0] }, on: state, rules, now: now)
  }
}

/// The customers of these events are as many as are loaded at once; nothing was written.
struct TooMuchAtOnce: Error {
  /// Positions among the events given.
  let fitting: [Int]
}

/// Events name orders of other customers; the transaction was undone.
struct ForeignOrders: Error {
  /// Of these events among those given.
  let positions: [Int]
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
