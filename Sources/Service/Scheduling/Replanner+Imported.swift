internal import Decisioning
package import Domain
internal import Platform
internal import Store

extension Replanner {
  /// Maximum batches waiting for the writer.
  private static let waitingLimit = 16

  /// Plans every trigger for customers with imported rows that are not planned yet, in ascending order.
  ///
  /// While one batch is planned, the next is read and the ones before it are written. A customer who changes
  /// between reading and writing stays marked and is planned the next time.
  ///
  /// - Parameters:
  ///   - last: the last customer to plan for.
  ///   - report: called now and then with the number of customers planned so far.
  /// - Returns: how many customers were planned.
  @discardableResult
  package func planImported(
    upTo last: CustomerKey = CustomerKey(.max), now: Instant, report: (Int) -> Void = { _ in }
  ) async throws -> Int {
    var planned = 0
    var writing: [Task<Int, any Error>] = []
    var reading = Task { try await read(after: CustomerKey(.min), upTo: last) }
    do {
      while let round = try await reading.value, let end = round.customers.last {
        beat()
        // What was read is still planned and written, then it stops.
        let isCancelled = Task.isCancelled
        reading = Task { try await isCancelled ? nil : read(after: end, upTo: last) }
        let (plans, audience) = plan(round, now)
        // Without the states, which take far more memory than the plans.
        let (customers, snapshot, books) = (round.customers, round.snapshot, round.newBooks)
        writing.append(
          Task { try await write(plans, audience, books, for: customers, since: snapshot) })
        while writing.count > Self.waitingLimit {
          planned += try await writing.removeFirst().value
          beat()
          report(planned)
        }
      }
      for task in writing {
        planned += try await task.value
        beat()
      }
      return planned
    } catch {
      _ = try? await reading.value
      for task in writing { _ = try? await task.value }
      throw error
    }
  }

  /// A batch of customers as they were when it was read.
  private struct Round: Sendable {
    var shop: Shop
    var snapshot: CustomerSnapshot
    var customers: [CustomerKey]
    var states: [CustomerState]

    /// Books built while reading, which must be stored or they would be rebuilt for the next event.
    var newBooks: [(customer: CustomerKey, book: OrderBook)] {
      states.compactMap { state in
        state.orderBook.flatMap { $0.isStored ? nil : (state.customer.key, $0) }
      }
    }
  }

  /// - Returns: `nil` if there are no more.
  private func read(after position: CustomerKey, upTo last: CustomerKey) async throws -> Round? {
    let (shop, limit) = (shop.current, quarantine.batch(of: .customer, importBatchSize))
    let box = quarantine.box
    let parts = StateParts.everything(eventNames: shop.program.plannedEvents)
    var loaded = StateBounds(
      currency: shop.program.brand.currency, triggers: Set(shop.program.triggers.keys), history: .long)
    loaded.countsOrders = shop.program.audience.countsOrders
    let bounds = loaded
    let snapshot = store.snapshot()
    let (customers, states) = try await store.read { tx -> ([CustomerKey], [CustomerState]) in
      let customers = try tx.unplanned(after: position, upTo: last, limit: limit)
      guard let first = customers.first else { return (customers, []) }
      let found = try box.work(on: .customer, first.rawValue, count: customers.count) {
        try Self.read(customers, parts, bounds, tx)
      }
      try tx.observe(found.0, in: snapshot)
      return found
    }
    if customers.isEmpty { return nil }
    return Round(shop: shop, snapshot: snapshot, customers: customers, states: states)
  }

  /// How many customers' states are read together, and the approximate size of a batch's states.
  private static let statesAtOnce = 200
  private static let stateBytes = 4 << 20

  /// - Returns: as many of the first customers as fit, with their states.
  private static func read(
    _ customers: [CustomerKey], _ parts: StateParts, _ bounds: StateBounds, _ tx: Transaction
  ) throws -> ([CustomerKey], [CustomerState]) {
    var states: [CustomerState] = []
    states.reserveCapacity(customers.count)
    var bytes = 0
    var end = 0
    while end < customers.count, bytes < stateBytes {
      let next = min(end + statesAtOnce, customers.count)
      let (more, count) = try tx.firstStates(
        inOrder: Array(customers[end..<next]), parts: parts, within: bounds)
      for state in more { bytes += state.cost }
      states += more
      end += count
    }
    return (Array(customers[..<end]), states)
  }

  private func plan(_ found: Round, _ now: Instant) -> ([EnrollmentWriter], AudienceRows) {
    var round = found
    let audience = evaluate(&round.states, round.shop, now)
    let shop = round.shop
    let rules = shop.program.triggers.keys.compactMap { shop.enabled($0) }
    let size = 128
    let parts = stride(from: 0, to: round.states.count, by: size).map {
      round.states[$0..<min($0 + size, round.states.count)]
    }
    let quarantine = quarantine
    let plans = parallelMap(parts, minimum: 2) { states in
      quarantine.box.section { section in
        var writer = EnrollmentWriter()
        guard let first = states.first else { return writer }
        // One context for all: retaining the program for each customer would cost more than planning.
        for rule in rules {
          var context = PlanningContext(
            trigger: rule.trigger, state: first, catalog: shop.catalog, program: shop.program,
            enabledAt: rule.enabledAt, now: now)
          for state in states where !quarantine.holds(.customer, "\(state.customer.key.rawValue)") {
            section.now(on: .customer, state.customer.key.rawValue)
            CrashPoint.pass("plan", state.customer.id)
            context.state = state
            writer.add(Planner.replan(context), to: state)
          }
        }
        return writer
      }
    }
    return (plans, audience)
  }

  /// Brings the segments of imported customers up to date, before they are planned for.
  private func evaluate(_ states: inout [CustomerState], _ shop: Shop, _ now: Instant) -> AudienceRows {
    var rows = AudienceRows()
    let rules = shop.program.audience.rules
    if rules.isEmpty { return rows }
    let update = AudienceUpdate(shop.planningRules)
    let quarantine = quarantine
    quarantine.box.section { section in
      for place in states.indices {
        let key = states[place].customer.key.rawValue
        if quarantine.holds(.customer, "\(key)") { continue }
        section.now(on: .customer, key)
        let before = states[place].memberships
        var changes = update.advance(&states[place], to: now)
        changes += update.evaluate(&states[place], Array(rules.indices), at: now, .backfill)
        rows.add(states[place], of: states[place].memberships.changes(from: before), changes)
      }
    }
    return rows
  }

  private func write(
    _ plans: [EnrollmentWriter], _ audience: AudienceRows,
    _ books: [(customer: CustomerKey, book: OrderBook)],
    for customers: [CustomerKey], since snapshot: CustomerSnapshot
  ) async throws -> Int {
    var all = EnrollmentWriter()
    for plan in plans { all.add(plan) }
    let writer = all
    let count = try await store.write { tx in
      let changed = try tx.markChanged(run: customers, since: snapshot)
      if changed.isEmpty {
        try audience.write(to: tx)
        try writer.write(to: tx)
        try tx.save(books)
        try tx.markPlanned(customers)
        return customers.count
      }
      var rest = writer
      rest.leaveOut(changed)
      try rest.write(to: tx)
      var others = audience
      others.leaveOut(changed)
      try others.write(to: tx)
      try tx.save(books.filter { !changed.contains($0.customer) })
      let planned = customers.filter { !changed.contains($0) }
      try tx.markPlanned(planned)
      return planned.count
    }
    await acquit(customers)
    return count
  }
}

extension CustomerState {
  /// The approximate size in memory.
  fileprivate var cost: Int {
    let attributes = customer.attributes.cost
    let rows = 100 * (orders.count + enrollments.count)
    let lines = orders.reduce(0) { $0 + 50 * $1.lines.count }
    return carts.reduce(attributes + rows + lines) { $0 + $1.cost }
  }
}
