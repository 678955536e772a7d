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
  private let events: [IncomingEvent]
  /// Positions of events that are not stored themselves; of these only what takes back consent is here.
  private let unstored: Set<Int>
  private let now: Instant
  private let source: String
  private let keepsEvents: Bool
  private let rules: PlanningRules
  private let box: BlackBox

  /// One entry a customer, in the order of the first events.
  private var people: [Person] = []
  private var prepared: [PreparedEvent] = []
  /// The person of each event.
  private var owners: [Int] = []

  private struct Person {
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
  private func split(_ places: some Sequence<Int>) -> (active: [Int], passive: [Int]) {
    places.reduce(into: ([], [])) { split, place in
      if people[place].touched.isEmpty { split.passive.append(place) } else { split.active.append(place) }
    }
  }

  /// The states of those among `places` who are known, as far as their events and the rules need them.
  ///
  /// - Returns: them, and how many of the places were looked at.
  private func states(
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

  /// What of events that are known already still counts: that they take back consent. An id that stood for something else
  /// does not keep a withdrawal out; and one that is said again may stand behind a grant.
  private func withdrawals(of known: [Int], differing: Set<Int>) -> [Int: IncomingEvent] {
    var withdrawals: [Int: IncomingEvent] = [:]
    for (place, position) in known.enumerated() {
      let event = events[position]
      withdrawals[position] = differing.contains(place) ? event.withdrawal : event.unsubscription
    }
    return withdrawals
  }

  // MARK: - In the writing transaction

  /// Whether the shop is still the one by whose rules this was prepared.
  func isPrepared(by other: PlanningRules) -> Bool { other.revision == rules.revision }

  /// The customers it was prepared for who are known.
  var knownCustomers: [CustomerKey] { people.compactMap(\.key) }

  /// Writes everything.
  ///
  /// - Parameter touched: those among `knownCustomers` whom the picture may not show as they are.
  /// - Returns: what became of the batch, and whom it was about.
  func write(
    to tx: Transaction, touched: Set<CustomerKey>
  ) throws -> (receipt: IntakeReceipt, customers: [CustomerKey]) {
    var keys = people.map(\.key)
    var stale = Set(people.indices.filter { keys[$0].map { touched.contains($0) } ?? false })
    try enter(&keys, &stale, tx)
    var receipt = IntakeReceipt()
    receipt.stored = events.count - unstored.count
    let known = keepsEvents ? try store(keys, tx) : []
    receipt.duplicates = known.count
    receipt.stored -= known.count
    for index in known { stale.insert(owners[index]) }
    let differing: Set<Int> =
      try known.isEmpty ? [] : tx.differing(known.map { (events[$0].customerID, events[$0].event) })
    let withdrawals = withdrawals(of: known, differing: differing)
    let fresh = try redo(stale, without: Set(known), but: withdrawals, keys, tx)
    reject(known, differing, withdrawals, from: &receipt)

    var rows = RowCollection()
    var cutShort: Set<ExactText> = []
    var customers: [CustomerKey] = []
    for place in people.indices {
      guard let key = keys[place] else { continue }
      let redone = fresh[place]
      if let redone, redone.isKnown { continue }
      customers.append(key)
      if people[place].touched.mayExit { rows.addExit(of: key) }
      guard let own = redone == nil ? people[place].rows : redone?.rows else { continue }
      rows.add(own, of: key)
      cutShort.formUnion(own.cutShort)
      receipt.plansChanged += own.plans.count + (own.wakes || own.heldUntil != nil ? 1 : 0)
    }
    let written = try rows.write(to: tx, at: now, source: source)
    if !written.foreign.isEmpty { throw foreignOrders(written.foreign, keys) }
    receipt.messagesWoken = written.messagesWoken
    if !cutShort.isEmpty {
      receipt.refusals += events.indices.filter { cutShort.contains(ExactText(events[$0].event.messageID)) }
        .map { IntakeRefusal(position: $0, reason: .tooManyAttributes) }
    }
    return (receipt, customers)
  }

  /// An id that stood for something else before is a fault of the sender, who must hear of it: the second event would be
  /// lost without a word.
  private func reject(
    _ known: [Int], _ differing: Set<Int>, _ withdrawals: [Int: IncomingEvent],
    from receipt: inout IntakeReceipt
  ) {
    receipt.duplicates -= differing.count
    receipt.refusals += differing.sorted().map {
      IntakeRefusal(
        position: known[$0], reason: .messageIDReused, isWithdrawalTaken: withdrawals[known[$0]] != nil)
    }
  }

  private func foreignOrders(
    _ foreign: [(customer: CustomerKey, orderID: String)], _ keys: [CustomerKey?]
  ) -> ForeignOrders {
    let ids = Dictionary(grouping: foreign, by: { ExactText($0.orderID) })
      .mapValues { Set($0.map { $0.customer }) }
    return ForeignOrders(
      positions: events.indices.filter { index in
        guard let id = events[index].effect.orderID, let key = keys[owners[index]] else { return false }
        return ids[ExactText(id)]?.contains(key) ?? false
      })
  }

  /// Makes those customers whom nobody knows. Whoever turns out to be known, or to be forgotten since, is stale.
  private func enter(_ keys: inout [CustomerKey?], _ stale: inout Set<Int>, _ tx: Transaction) throws {
    let old = stale.sorted()
    if !old.isEmpty {
      for (place, key) in zip(old, try tx.customerKeys(ids: old.map { people[$0].id })) { keys[place] = key }
    }
    let new = people.indices.filter { keys[$0] == nil }
    guard !new.isEmpty else { return }
    for (place, key) in zip(new, try tx.addCustomers(ids: new.map { people[$0].id })) { keys[place] = key }
    let known = new.filter { keys[$0] == nil }
    guard !known.isEmpty else { return }
    for (place, key) in zip(known, try tx.customerKeys(ids: known.map { people[$0].id })) {
      keys[place] = key
    }
    stale.formUnion(known)
  }

  /// - Returns: the positions of events that were there already.
  private func store(_ keys: [CustomerKey?], _ tx: Transaction) throws -> [Int] {
    var rows: [(customer: CustomerKey, event: PreparedEvent)] = []
    rows.reserveCapacity(prepared.count)
    var positions: [Int] = []
    for (index, event) in prepared.enumerated() where unstored.isEmpty || !unstored.contains(index) {
      // Every person has a number by now.
      guard let key = keys[owners[index]] else { continue }
      rows.append((key, event))
      if !unstored.isEmpty { positions.append(index) }
    }
    let known = try tx.insert(rows)
    return unstored.isEmpty ? known : known.map { positions[$0] }
  }

  /// What became of somebody who was worked out anew.
  private struct Redone {
    /// Whether every event was known already.
    var isKnown: Bool
    var rows: IntakeRows?
  }

  /// Works out anew, from what the transaction shows, those whom the picture did not show as they are; of events that are
  /// known only what they withdraw counts.
  private func redo(
    _ stale: Set<Int>, without known: Set<Int>, but withdrawals: [Int: IncomingEvent], _ keys: [CustomerKey?],
    _ tx: Transaction
  ) throws -> [Int: Redone] {
    guard !stale.isEmpty else { return [:] }
    var redone: [Int: Redone] = [:]
    var events: [Int: [Int]] = [:]
    for place in stale {
      let new = people[place].events.filter { !known.contains($0) || withdrawals[$0] != nil }
      redone[place] = Redone(isKnown: new.isEmpty, rows: nil)
      if !new.isEmpty { events[place] = new }
    }
    let active = split(events.keys.sorted()).active
    let states = try states(of: active, tx).states
    box.section { section in
      for (place, state) in states {
        guard let own = events[place] else { continue }
        let left = own.map { withdrawals[$0] ?? self.events[$0] }
        section.now(on: .event, id: left[0].event.messageID, count: left.count)
        redone[place]?.rows = IntakeRows(left, on: state, rules, now: now)
      }
    }
    return redone
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
  fileprivate var orderID: String? {
    switch self {
    case .orderPlaced(let order): order.id
    case .orderCancelled(let id), .orderRefunded(let id, _, _): id
    case .identify, .consent, .cartChanged, .none: nil
    }
  }
}
