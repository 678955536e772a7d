internal import Decisioning
package import Domain
package import Store

extension Intake {
  /// Merges rows of a file, see `Product.imported`, and re-plans the triggers that depend on a product's duration
  /// if that changes.
  package func take(
    products: [Product], now: Instant, alongside: (@Sendable (Transaction) throws -> Void)? = nil
  ) async throws {
    let program = shop.current.program
    let (changed, stale, segments, stamp) = try await store.write { [shop] tx in
      try shop.catchUp(beforeChangeIn: tx)
      let (before, changed) = try Self.merge(products, in: tx) { $0.imported($1) }
      let isMoved = changed.contains { $0.cycleDays != before[$0.sku]?.cycleDays }
      let stale = isMoved ? program.triggers(affectedBy: [.products]).map(\.id) : []
      try tx.save(changed)
      // By its category, a product may bring somebody into a segment.
      let isMovedOn = changed.contains { $0.category != before[$0.sku]?.category }
      let segments = isMovedOn ? program.audience.productSegments : []
      try tx.setPassAfter(CustomerKey(0), of: segments)
      for trigger in stale { try tx.setReplanAfter(CustomerKey(0), of: trigger) }
      try alongside?(tx)
      return (changed, stale, segments, try tx.shopStamp())
    }
    show(changed, stamp)
    if !stale.isEmpty || !segments.isEmpty {
      // Batches planned between the commit and this update used the old products.
      try await store.write { tx in
        try tx.setPassAfter(CustomerKey(0), of: segments)
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
    try await change { tx in try Self.merge(reports, in: tx) { $0.updated(by: $1) }.changed }
  }

  /// - Parameter rule: merges a reported product into a known one.
  /// - Returns: the products before, and the changed ones after, each once and in order.
  private static func merge(
    _ told: [Product], in tx: Transaction, by rule: (Product, Product) -> Product
  ) throws -> (before: [ExactText: Product], changed: [Product]) {
    let before = try tx.products(skus: told.map(\.sku))
    var known = before
    for product in told { known[product.sku] = known[product.sku].map { rule($0, product) } ?? product }
    let changed = known.keys.filter { known[$0] != before[$0] }
    return (before, changed.sorted().compactMap { known[$0] })
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
    show(changed, stamp)
    planned()
    return changed.count
  }

  private func show(_ changed: [Product], _ stamp: ShopStamp) {
    shop.update(showing: stamp) { shop in
      for product in changed { shop.catalog.products[product.sku] = product }
    }
  }
}
