internal import Analytics
internal import Decisioning
internal import Domain
internal import Platform
internal import Store

extension Replanner {
  /// Learns from all orders how long products last. If that has changed, the triggers that depend on it are
  /// marked to be re-planned: customers may have bought before there was anything to learn from.
  ///
  /// A cycle that changed by a tenth or less is kept, so that single orders do not move everybody's plans.
  /// Does nothing if no trigger learns.
  ///
  /// - Returns: whether anything must be re-planned.
  package func learnCycles() async throws -> Bool {
    let shop = shop.current
    guard shop.program.learnsCycles, !quarantine.holds(.learning, "0") else { return false }
    let known = shop.catalog.learnedCycles
    let cycles = Self.settled(try await measuredCycles(), known: known)
    guard cycles != known else { return false }
    let stale = shop.program.triggers.values.filter(\.when.learnsCycles).map(\.id)
    // The snapshot must be updated before the mark: no batch planned with the old cycles may count as done.
    let live = self.shop
    live.update { $0.catalog.learnedCycles = cycles }
    do {
      let stamp = try await store.write { tx in
        try live.catchUp(beforeChangeIn: tx)
        // The catalogue just read still has the old cycles.
        live.update { $0.catalog.learnedCycles = cycles }
        try tx.save(learnedCycles: cycles)
        for trigger in stale { try tx.setReplanAfter(CustomerKey(0), of: trigger) }
        return try tx.shopStamp()
      }
      live.update(showing: stamp) { _ in }
    } catch {
      live.update { $0.catalog.learnedCycles = known }
      throw error
    }
    return true
  }

  /// The median interval of each SKU over all customers; see `ProductCycles`. Reads every order once.
  private func measuredCycles() async throws -> [ExactText: Duration] {
    let (box, beat) = (quarantine.box, beat)
    let medians = try await store.read { tx in
      try box.work(on: .learning) {
        var cycles = ProductCycles()
        try tx.forEachPurchaser { purchases in
          beat()
          cycles.add(purchases: purchases)
        }
        return cycles.medians()
      }
    }
    await quarantine.acquit(quarantine.acquitted([WorkItem(.learning, 0)]), in: store)
    return medians
  }

  /// The measured cycles, but with the known value for those that hardly changed.
  static func settled(
    _ measured: [ExactText: Duration], known: [ExactText: Duration]
  ) -> [ExactText: Duration] {
    var cycles = measured
    for (sku, before) in known {
      guard let now = cycles[sku] else { continue }
      if abs(now.milliseconds - before.milliseconds) <= before.milliseconds / 10 { cycles[sku] = before }
    }
    return cycles
  }
}
