internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// Writing, within the transaction.
extension IntakeBatch {
  /// The part of duplicates that still counts: withdrawals of consent. A withdrawal counts even if its id was
  /// used for another event, and a repeated one may come after a grant.
  private func withdrawals(of known: [Int], differing: Set<Int>) -> [Int: IncomingEvent] {
    var withdrawals: [Int: IncomingEvent] = [:]
    for (place, position) in known.enumerated() {
      let event = events[position]
      withdrawals[position] = differing.contains(place) ? event.withdrawal : event.unsubscription
    }
    return withdrawals
  }

  /// Whether this was prepared by the rules of this shop.
  func isPrepared(for other: ShopSnapshot) -> Bool { other.revision == shop.revision }

  /// The known customers that it was prepared for.
  var knownCustomers: [CustomerKey] { people.compactMap(\.key) }

  /// The customers who are known now, for a batch that is not prepared.
  func knownCustomers(in tx: Transaction) throws -> [CustomerKey] {
    try tx.customerKeys(ids: people.map(\.id)).compactMap(\.self)
  }

  /// Writes everything. The caller has marked `knownCustomers` as changed.
  ///
  /// - Parameter stale: those among `knownCustomers` who have changed since they were read.
  /// - Returns: the outcome, and the customers that were written.
  func write(
    to tx: Transaction, stale changed: Set<CustomerKey>
  ) throws -> (receipt: IntakeReceipt, customers: [CustomerKey]) {
    var keys = people.map(\.key)
    var stale = Set(people.indices.filter { keys[$0].map { changed.contains($0) } ?? false })
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
      if people[place].mayExit { rows.addExit(of: key) }
      guard let own = redone == nil ? people[place].rows : redone?.rows else { continue }
      rows.add(own, of: key)
      cutShort.formUnion(own.cutShort)
      receipt.plansChanged += own.plans.count + (own.wakes || own.heldUntil != nil ? 1 : 0)
    }
    let written = try rows.write(to: tx, at: now, source: source)
    if !written.foreign.isEmpty { throw foreignOrders(written.foreign, keys) }
    receipt.messagesWoken = written.messagesWoken
    try tx.noteVisitors(
      people.indices.filter { Visitor.isVisitor(people[$0].id) }.compactMap { keys[$0] }.sorted(), now: now)
    receipt.membershipsChanged = written.membershipsChanged
    if !cutShort.isEmpty {
      receipt.refusals += events.indices.filter { cutShort.contains(ExactText(events[$0].event.messageID)) }
        .map { IntakeRefusal(position: $0, reason: .tooManyAttributes) }
    }
    return (receipt, customers)
  }

  /// Reusing the id of another event is an error of the sender and must be reported: the second event would
  /// be lost silently.
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

  /// Creates the unknown customers. Those who turn out to exist, or were forgotten meanwhile, become stale.
  private func enter(_ keys: inout [CustomerKey?], _ stale: inout Set<Int>, _ tx: Transaction) throws {
    let old = stale.sorted()
    if !old.isEmpty {
      for (place, key) in zip(old, try tx.customerKeys(ids: old.map { people[$0].id })) { keys[place] = key }
      // By their current keys: a customer may have been forgotten and created again.
      try tx.markChanged(old.compactMap { keys[$0] })
    }
    let new = people.indices.filter { keys[$0] == nil }
    if new.isEmpty { return }
    for (place, key) in zip(new, try tx.addCustomers(ids: new.map { people[$0].id })) { keys[place] = key }
    let known = new.filter { keys[$0] == nil }
    guard !known.isEmpty else { return }
    for (place, key) in zip(known, try tx.customerKeys(ids: known.map { people[$0].id })) {
      keys[place] = key
    }
    // Another transaction has created them since.
    try tx.markChanged(known.compactMap { keys[$0] })
    stale.formUnion(known)
  }

  /// - Returns: the positions of events that were already stored.
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

  /// A customer who was prepared again.
  private struct Redone {
    /// Whether all events are duplicates.
    var isKnown: Bool
    var rows: IntakeRows?
  }

  /// Prepares stale customers again, from what the transaction shows. Of duplicates only withdrawals of
  /// consent count.
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
        section.now(on: .event, id: self.events[own[0]].event.messageID, count: own.count)
        var change = CustomerChange(state: state, now: now)
        for index in own { change.apply(withdrawals[index] ?? self.events[index], rules) }
        change.evaluate(rules, isNew: people[place].key == nil)
        redone[place]?.rows = IntakeRows(change, planningBy: rules)
      }
    }
    return redone
  }
}
