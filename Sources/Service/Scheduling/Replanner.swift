internal import Decisioning
package import Domain
package import Store

/// Plans what an import has brought in and plans anew what a changed configuration has changed, in batches between the
/// daemon's other work.
package struct Replanner: Sendable {
  let store: Store
  let shop: LiveShop
  let touches: TouchLog
  let batchSize: Int
  let importBatchSize: Int

  /// - Parameters:
  ///   - touches: shared with the scheduler, which must not write what it decided before a plan has changed.
  ///   - batchSize: customers that are planned anew in one transaction.
  ///   - importBatchSize: imported customers that are read, planned and written together.
  package init(
    store: Store, shop: LiveShop, touches: TouchLog, batchSize: Int = 1000, importBatchSize: Int = 2000
  ) {
    self.store = store
    self.shop = shop
    self.touches = touches
    self.batchSize = batchSize
    self.importBatchSize = importBatchSize
  }

  /// One piece of work: plans for all imported customers; when there are none, ends enrollments of removed triggers and
  /// plans changed ones for the next customers.
  ///
  /// - Returns: whether there may be more to do.
  package func step(now: Instant) async throws -> Bool {
    let shop = shop.current
    if try await planImported(now: now) > 0 { return true }
    let records = try await store.read { try $0.triggers() }
    guard let record = records.values.filter({ $0.replanAfter != nil }).min(by: { $0.id < $1.id }),
      let after = record.replanAfter
    else { return false }
    guard let trigger = shop.program.triggers[record.id] else {
      try await endBatch(of: record.id)
      return true
    }
    let batchSize = batchSize
    try await touches.write(to: store) { tx, work in
      let keys = try tx.customerKeys(after: after, limit: batchSize)
      work.add(keys)
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
      try writer.write(to: tx)
      try tx.setReplanAfter(last, of: trigger.id)
    }
    return true
  }

  /// A trigger whose file is gone: its enrollments end.
  private func endBatch(of trigger: TriggerID) async throws {
    let batchSize = batchSize
    try await touches.write(to: store) { tx, work in
      let ended = try tx.endEnrollments(of: trigger, reason: .triggerRemoved, limit: batchSize)
      work.add(ended)
      if ended.isEmpty { try tx.setReplanAfter(nil, of: trigger) }
    }
  }
}
