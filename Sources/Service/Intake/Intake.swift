internal import Decisioning
package import Domain
package import Store

/// The one way in: events become state and plans in the transaction that stores them.
///
/// Thread-safe; concurrent calls share commits.
package final class Intake: Sendable {
  private let store: Store
  private let shop: LiveShop
  private let touches: TouchLog
  private let planned: @Sendable () -> Void

  /// - Parameter planned: called after a commit that may have made something due earlier.
  package init(store: Store, shop: LiveShop, touches: TouchLog, planned: @escaping @Sendable () -> Void = {})
  {
    self.store = store
    self.shop = shop
    self.touches = touches
    self.planned = planned
  }

  /// Stores the events and all that follows from them. When it returns they are on disk.
  ///
  /// - Parameters:
  ///   - source: where consent that is told on the way came from, for the evidence: `identify`, `import`.
  ///   - keepsEvents: whether the events themselves are kept, so that their message ids are known as duplicates later.
  ///     Imports of orders and customers do without: their ids make them unique. They are planned afterwards, by
  ///     `Replanner`.
  ///   - alongside: more work for the same transaction, such as the progress of an import.
  package func take(
    _ events: [IncomingEvent], now: Instant, source: String = "identify", keepsEvents: Bool = true,
    alongside: (@Sendable (Transaction) throws -> Void)? = nil
  ) async throws -> IntakeReceipt {
    let shop = shop.current
    let touches = touches
    let work = touches.begin()
    defer { touches.end(work) }
    let receipt = try await store.write { tx in
      if !keepsEvents, BulkBatch.fits(events) {
        var batch = BulkBatch(tx: tx, channels: shop.program.channels, now: now, source: source)
        let receipt = try batch.take(events)
        touches.add(batch.touchedCustomers, to: work)
        try alongside?(tx)
        return receipt
      }
      var batch = IntakeBatch(tx: tx, shop: shop, now: now, source: source, keepsEvents: keepsEvents)
      let receipt = try batch.take(events)
      touches.add(batch.touchedCustomers, to: work)
      try alongside?(tx)
      return receipt
    }
    if receipt.plansChanged > 0 { planned() }
    return receipt
  }

  /// Takes over products; triggers whose plans rest on them are planned anew.
  package func take(
    products: [Product], now: Instant, alongside: (@Sendable (Transaction) throws -> Void)? = nil
  ) async throws {
    try await store.write { tx in
      try tx.save(products)
      try alongside?(tx)
    }
    shop.update { shop in for product in products { shop.catalog.products[product.sku] = product } }
    planned()
  }
}

/// What became of a batch.
package struct IntakeReceipt: Equatable, Sendable {
  /// Events that were new.
  package var stored = 0
  /// Events whose message id was known already; they changed nothing.
  package var duplicates = 0
  /// Enrollments planned, moved or ended.
  package var plansChanged = 0
}
