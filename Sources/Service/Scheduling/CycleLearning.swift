internal import Analytics
internal import Decisioning
internal import Domain
internal import Platform
internal import Store

extension Replanner {
  /// Learns from all orders how long products last. Where that has moved, the triggers whose plans rest on it are
  /// marked to be re-planned: customers may have bought before there was anything to learn from.
  ///
  /// A cycle that moved by a tenth or less stays as it is, so that each order does not move everybody's plans. Does
  /// nothing when no trigger learns.
  ///
  /// - Returns: whether there is planning to do.
  package func learnCycles() async throws -> Bool {
    let shop = shop.current
    guard shop.program.learnsCycles, !quarantine.holds(.learning, "0") else { return false }
    let known = shop.catalog.learnedCycles
    let cycles = Self.settled(try await measuredCycles(), known: known)
    guard cycles != known else { return false }
    let stale = shop.program.triggers.values.filter(\.when.learnsCycles).map(\.id)
    // The snapshot before the mark: no batch may be planned with the old cycles and count as done.
    let live = self.shop
    live.update { $0.catalog.learnedCycles = cycles }
    do {
      let stamp = try await store.write { tx in
        try live.catchUp(beforeChangeIn: tx)
        // What was read has the cycles as they were.
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

  /// The median interval of each sku over all customers; see `ProductCycles`. Reads every order once.
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

  /// The measured cycles, with those that hardly moved as they were known.
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
