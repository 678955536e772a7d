internal import Decisioning
internal import Domain
internal import Store

/// One batch of events inside the writing transaction.
struct IntakeBatch {
  let tx: Transaction
  let shop: Shop
  let now: Instant
  let source: String
  let keepsEvents: Bool

  private(set) var touchedCustomers: Set<CustomerKey> = []

  init(tx: Transaction, shop: Shop, now: Instant, source: String, keepsEvents: Bool) {
    self.tx = tx
    self.shop = shop
    self.now = now
    self.source = source
    self.keepsEvents = keepsEvents
  }

  mutating func take(_ incoming: [IncomingEvent]) throws -> IntakeReceipt {
    var receipt = IntakeReceipt()
    let events = try withoutDuplicates(incoming)
    receipt.stored = events.count
    receipt.duplicates = incoming.count - events.count
    guard !events.isEmpty else { return receipt }

    let customers = try Self.customers(of: events, in: tx)
    let affected = shop.program.triggers(affectedBy: events.reduce(into: []) { $0.formUnion($1.touches) })
    let states = try tx.states(of: Array(customers.values), parts: parts(for: events, affected))
    var changes: [CustomerKey: CustomerChange] = [:]
    changes.reserveCapacity(states.count)
    for event in events {
      guard let customer = customers[event.customerID], let state = states[customer.key] else { continue }
      changes[customer.key, default: CustomerChange(state: state, now: now)].apply(event)
    }
    touchedCustomers = Set(changes.keys)
    try write(changes.values, events: events, customers: customers)
    receipt.plansChanged = try plan(changes.values, affected)
    return receipt
  }

  /// Events whose message id is new to the store and to this batch.
  private func withoutDuplicates(_ events: [IncomingEvent]) throws -> [IncomingEvent] {
    guard keepsEvents else { return events }
    var fresh = try tx.unknownMessageIDs(events.map(\.event.messageID))
    return events.filter { fresh.remove($0.event.messageID) != nil }
  }

  /// Those the events are about, made where they are new.
  static func customers(of events: [IncomingEvent], in tx: Transaction) throws -> [String: Customer] {
    let ids = Array(Set(events.map(\.customerID)))
    var customers = try tx.customers(ids: ids)
    let missing = ids.filter { customers[$0] == nil }
    if !missing.isEmpty { customers.merge(try tx.createCustomers(ids: missing)) { $1 } }
    return customers
  }

  /// Loads what the events change and what the planners of the affected triggers read, no more.
  private func parts(for events: [IncomingEvent], _ affected: [Trigger]) -> StateParts {
    var parts = StateParts()
    for event in events {
      switch event.effect {
      case .orderPlaced:
        parts.orders = true
        parts.carts = true
      case .orderCancelled, .orderRefunded: parts.orders = true
      case .cartChanged:
        // A cart that is new here may have been emptied already by an order that came first.
        parts.carts = true
        parts.orders = true
      case .identify, .consent, .none: break
      }
    }
    for trigger in affected {
      parts.enrollments = true
      for part in Planner.affects(trigger) {
        switch part {
        case .orders: parts.orders = true
        case .carts: parts.carts = true
        case .event(let name): parts.eventNames.insert(name)
        case .customer, .products: break
        }
      }
    }
    return parts
  }

  private func write(
    _ changes: some Collection<CustomerChange>, events: [IncomingEvent], customers: [String: Customer]
  ) throws {
    if keepsEvents {
      try tx.insert(
        events.compactMap { event in
          customers[event.customerID].map { (customer: $0.key, event: event.event) }
        })
    }
    try Self.write(changes, channels: shop.program.channels, at: now, source: source, in: tx)
  }

  /// Writes what has changed of each customer.
  static func write(
    _ changes: some Collection<CustomerChange>, channels: [ChannelName: ChannelPolicy], at now: Instant,
    source: String, in tx: Transaction
  ) throws {
    try tx.save(changes.filter(\.customerChanged).map(\.state.customer))
    try tx.save(
      changes.flatMap { change in
        change.changedOrders.compactMap { id in
          change.state.orders.first { $0.id == id }.map { (customer: change.state.customer.key, order: $0) }
        }
      })
    try tx.save(
      changes.flatMap { change in
        change.changedCarts.compactMap { id in
          change.state.carts.first { $0.id == id }.map { (customer: change.state.customer.key, cart: $0) }
        }
      })
    for change in changes where !change.consentChanges.isEmpty {
      let key = change.state.customer.key
      try tx.recordConsent(
        change.consentChanges.map { (key, $0.channel, $0.state) }, at: now, source: source)
      for consent in change.consentChanges where consent.state == .withdrawn {
        try tx.suppressWaiting(customer: key, channel: consent.channel, at: now)
      }
    }
    try tx.unsubscribe(changes.flatMap { $0.withdrawnAddresses(channels) }, now: now)
    try tx.resubscribe(changes.flatMap { $0.grantedAddresses(channels) })
  }

  /// Plans the affected triggers of each changed customer. - Returns: how many enrollments changed.
  private func plan(_ changes: some Collection<CustomerChange>, _ affected: [Trigger]) throws -> Int {
    guard !affected.isEmpty else { return 0 }
    let rules = affected.compactMap { trigger in
      shop.enabled(trigger.id).map {
        (trigger: $0.trigger, enabledAt: $0.enabledAt, reads: Planner.affects(trigger))
      }
    }
    var writer = EnrollmentWriter()
    for change in changes {
      for rule in rules where !rule.reads.isDisjoint(with: change.touched) {
        writer.add(
          Planner.replan(
            trigger: rule.trigger, state: change.state, catalog: shop.catalog, program: shop.program,
            enabledAt: rule.enabledAt, now: now), to: change.state)
      }
    }
    return try writer.write(to: tx)
  }
}
