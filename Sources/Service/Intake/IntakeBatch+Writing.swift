internal import Decisioning
internal import Domain
internal import Platform
internal import Store

/// In the writing transaction.
extension IntakeBatch {
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
