internal import Decisioning
package import Domain
package import Store

/// Plans what an import has brought in and plans anew what a changed configuration has changed, in batches between the
/// daemon's other work.
package struct Replanner: Sendable {
  let store: Store
  let shop: LiveShop
  private let touches: TouchLog
  private let batchSize: Int

  /// - Parameter touches: shared with the scheduler, which must not write what it decided before a plan has changed.
  package init(store: Store, shop: LiveShop, touches: TouchLog, batchSize: Int = 1000) {
    self.store = store
    self.shop = shop
    self.touches = touches
    self.batchSize = batchSize
  }

  /// One batch of work: plans for the next imported customers; when there are none, ends enrollments of removed
  /// triggers and plans changed ones for the next customers.
  ///
  /// - Returns: whether there may be more to do.
  package func step(now: Instant) async throws -> Bool {
    let shop = shop.current
    if try await planImported(shop, now) > 0 { return true }
    let records = try await store.read { try $0.triggers() }
    guard let record = records.values.filter({ $0.replanAfter != nil }).min(by: { $0.id < $1.id }),
      let after = record.replanAfter
    else { return false }
    guard let trigger = shop.program.triggers[record.id] else {
      try await endBatch(of: record.id)
      return true
    }
    let (batchSize, touches) = (batchSize, touches)
    let work = touches.begin()
    defer { touches.end(work) }
    try await store.write { tx in
      let keys = try tx.customerKeys(after: after, limit: batchSize)
      touches.add(keys, to: work)
      guard let last = keys.last else {
        try tx.setReplanAfter(nil, of: trigger.id)
        return
      }
      var parts = StateParts(orders: true, carts: true, enrollments: true)
      for case .event(let name) in Planner.affects(trigger) { parts.eventNames.insert(name) }
      let states = try tx.states(of: keys, parts: parts)
      var writer = EnrollmentWriter()
      for key in keys {
        guard let state = states[key] else { continue }
        writer.add(
          Planner.replan(
            trigger: trigger, state: state, catalog: shop.catalog, program: shop.program,
            enabledAt: record.enabledAt, now: now, asksAgain: true), to: state)
      }
      _ = try writer.write(to: tx)
      try tx.setReplanAfter(last, of: trigger.id)
    }
    return true
  }

  /// A trigger whose file is gone: its enrollments end.
  private func endBatch(of trigger: TriggerID) async throws {
    let (batchSize, touches) = (batchSize, touches)
    let work = touches.begin()
    defer { touches.end(work) }
    try await store.write { tx in
      let ended = try tx.endEnrollments(of: trigger, reason: .triggerRemoved, limit: batchSize)
      touches.add(ended, to: work)
      if ended.isEmpty { try tx.setReplanAfter(nil, of: trigger) }
    }
  }

  /// Plans every trigger for the next customers with imported rows. - Returns: how many customers.
  private func planImported(_ shop: Shop, _ now: Instant) async throws -> Int {
    let (batchSize, touches) = (batchSize, touches)
    guard try await store.read({ try !$0.unplanned(limit: 1).isEmpty }) else { return 0 }
    let work = touches.begin()
    defer { touches.end(work) }
    return try await store.write { tx in
      let keys = try tx.unplanned(limit: batchSize)
      touches.add(keys, to: work)
      guard let last = keys.last else { return 0 }
      let rules = shop.program.triggers.keys.compactMap { shop.enabled($0) }
      let parts = StateParts(
        orders: true, carts: true, enrollments: true, eventNames: shop.program.plannedEvents)
      let states = try tx.states(of: keys, parts: parts)
      let planned = parallelMap(keys.compactMap { states[$0] }) { state in
        var writer = EnrollmentWriter()
        for rule in rules {
          writer.add(
            Planner.replan(
              trigger: rule.trigger, state: state, catalog: shop.catalog, program: shop.program,
              enabledAt: rule.enabledAt, now: now), to: state)
        }
        return writer
      }
      _ = try planned.reduce(into: EnrollmentWriter()) { $0.add($1) }.write(to: tx)
      try tx.markPlanned(upTo: last)
      return keys.count
    }
  }
}
