internal import Decisioning
package import Domain
internal import Platform
package import Store

/// Plans what an import has brought in and re-plans what a new configuration has changed, in batches between
/// the daemon's other work.
package struct Replanner: Sendable {
  let store: Store
  let shop: LiveShop
  let batchSize: Int
  let importBatchSize: Int
  let quarantine: Quarantine
  /// Called with each batch, as a sign of life.
  let beat: @Sendable () -> Void

  /// - Parameters:
  ///   - batchSize: customers re-planned in one transaction.
  ///   - importBatchSize: imported customers that are read, planned and written together.
  package init(
    store: Store, shop: LiveShop, batchSize: Int = 1000, importBatchSize: Int = 2000,
    quarantine: Quarantine = .off, beat: @escaping @Sendable () -> Void = {}
  ) {
    self.quarantine = quarantine
    self.beat = beat
    self.store = store
    self.shop = shop
    self.batchSize = batchSize
    self.importBatchSize = importBatchSize
  }

  /// Does one piece of work: plans for all imported customers; if there are none, evaluates new and changed segments;
  /// then ends enrollments of removed
  /// triggers and re-plans changed ones for the next customers.
  ///
  /// - Returns: whether there may be more to do.
  package func step(now: Instant) async throws -> Bool {
    let live = shop
    if try await planImported(now: now) > 0 { return true }
    if try await passSegments(now: now) { return true }
    let records = try await store.read { try $0.triggers() }
    let snapshot = live.snapshot
    let shop = snapshot.shop
    // The store knows of a new configuration a moment before the shop does. Triggers on which they disagree
    // wait for the end of the reload, which wakes the replanner.
    let open = records.values.filter { $0.replanAfter != nil && Self.knows(shop.program, $0) }
    guard let record = open.min(by: { $0.id < $1.id }), let after = record.replanAfter else { return false }
    guard let trigger = shop.program.triggers[record.id] else {
      try await endBatch(of: record)
      return true
    }
    let quarantine = quarantine
    let batchSize = quarantine.batch(of: .customer, batchSize)
    let planned = try await store.write { tx -> [CustomerKey]? in
      // After a reload in between, the batch is read again from its start, with the new configuration.
      guard try live.snapshot(in: tx).revision == snapshot.revision, try Self.isUnchanged(record, tx) else {
        return nil
      }
      let keys = try tx.customerKeys(after: after, limit: batchSize)
      // The scheduler must not write what it decided by the old plan.
      try tx.markChanged(keys)
      guard let last = keys.last else {
        try tx.setReplanAfter(nil, of: trigger.id)
        return []
      }
      let parts = StateParts.everything(eventNames: trigger.when.reads.eventNames)
      var writer = EnrollmentWriter()
      try quarantine.box.section { section in
        section.now(on: .customer, keys[0].rawValue, count: keys.count)
        // Few states are held at a time, whatever their size.
        var bounds = StateBounds(
          currency: shop.program.brand.currency, triggers: [trigger.id], history: .long)
        bounds.countsOrders = shop.program.audience.countsOrders
        var start = 0
        while start < keys.count {
          let some = Array(keys[start..<min(start + Self.statesAtOnce, keys.count)])
          let (states, count) = try tx.firstStates(of: some, parts: parts, within: bounds)
          start += count
          for state in states where !quarantine.holds(.customer, "\(state.customer.key.rawValue)") {
            section.now(on: .customer, state.customer.key.rawValue)
            writer.add(
              Planner.replan(
                trigger: trigger, state: state, catalog: shop.catalog, program: shop.program,
                enabledAt: record.enabledAt, now: now, asksAgain: true), to: state)
          }
        }
      }
      try writer.write(to: tx)
      try tx.setReplanAfter(last, of: trigger.id)
      return keys
    }
    if let planned { await acquit(planned) }
    return true
  }

  private static let statesAtOnce = 50

  /// Whether the program agrees with the stored trigger.
  private static func knows(_ program: Program, _ record: TriggerRecord) -> Bool {
    guard let trigger = program.triggers[record.id] else { return record.removedAt != nil }
    return record.removedAt == nil && trigger.planningHash.hasSameBytes(as: record.planningHash)
  }

  private static func isUnchanged(_ record: TriggerRecord, _ tx: Transaction) throws -> Bool {
    try tx.triggers()[record.id] == record
  }

  /// Clears suspicions of these customers: they were planned without a trap.
  func acquit(_ customers: [CustomerKey]) async {
    if customers.isEmpty {
      quarantine.allDone(.customer)
    } else {
      quarantine.done(customers.count, of: .customer)
    }
    let done = quarantine.acquitted(customers.lazy.map { WorkItem(.customer, $0.rawValue) })
    await quarantine.acquit(done, in: store)
  }

  /// Ends enrollments of a trigger that was removed from the configuration.
  private func endBatch(of record: TriggerRecord) async throws {
    let (batchSize, trigger) = (batchSize, record.id)
    try await store.write { tx in
      // The trigger may be back.
      guard try Self.isUnchanged(record, tx) else { return }
      let ended = try tx.endEnrollments(of: trigger, reason: .triggerRemoved, limit: batchSize)
      try tx.markChanged(Set(ended))
      // Also of enrollments without a remaining step.
      try tx.takeBack(of: trigger)
      if ended.isEmpty { try tx.setReplanAfter(nil, of: trigger) }
    }
  }
}
