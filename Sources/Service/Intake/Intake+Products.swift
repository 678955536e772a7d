internal import Decisioning
package import Domain
package import Store

extension Intake {
  /// Stores products, and re-plans the triggers that depend on a product's duration if that changes.
  package func take(
    products: [Product], now: Instant, alongside: (@Sendable (Transaction) throws -> Void)? = nil
  ) async throws {
    let before = shop.current
    let isMoved = products.contains { $0.cycleDays != before.catalog.products[$0.sku]?.cycleDays }
    let stale = isMoved ? before.program.triggers(affectedBy: [.products]).map(\.id) : []
    let stamp = try await store.write { [shop] tx in
      try shop.catchUp(beforeChangeIn: tx)
      try tx.save(products)
      for trigger in stale { try tx.setReplanAfter(CustomerKey(0), of: trigger) }
      try alongside?(tx)
      return try tx.shopStamp()
    }
    shop.update(showing: stamp) { shop in
      for product in products { shop.catalog.products[product.sku] = product }
    }
    if !stale.isEmpty {
      // Batches planned between the commit and this update used the old products.
      try await store.write { tx in
        for trigger in stale { try tx.setReplanAfter(CustomerKey(0), of: trigger) }
      }
    }
    planned()
  }

  /// Merges product reports, see `Product.updated(by:)`. They do not change durations, so nothing is
  /// re-planned.
  ///
  /// - Returns: how many products changed.
  func take(reports: [Product]) async throws -> Int {
    try await change { tx in
      var known = try tx.products(skus: reports.map(\.sku))
      var changed: Set<ExactText> = []
      for told in reports {
        let before = known[told.sku]
        let product = before?.updated(by: told) ?? told
        guard product != before else { continue }
        known[told.sku] = product
        changed.insert(told.sku)
      }
      return changed.sortedTexts.compactMap { known[$0] }
    }
  }

  /// Marks the variants of a removed parent unavailable.
  ///
  /// - Returns: how many were available.
  func retire(parent: String, now: Instant) async throws -> Int {
    try await change { tx in
      try tx.products(ofParent: parent).compactMap { product in
        guard product.isAvailable != false else { return nil }
        var gone = product
        (gone.isAvailable, gone.toldAt) = (false, max(now, product.toldAt ?? now))
        return gone
      }
    }
  }

  private func change(_ read: @escaping @Sendable (Transaction) throws -> [Product]) async throws -> Int {
    let (changed, stamp) = try await store.write { [shop] tx in
      try shop.catchUp(beforeChangeIn: tx)
      let changed = try read(tx)
      try tx.save(changed)
      return (changed, try tx.shopStamp())
    }
    if changed.isEmpty { return 0 }
    shop.update(showing: stamp) { shop in
      for product in changed { shop.catalog.products[product.sku] = product }
    }
    planned()
    return changed.count
  }
}
