internal import Analytics
internal import Domain
package import Store

extension Store {
  /// The median interval of each sku over all customers; see `ProductCycles`. Reads every order once.
  package func learnedCycles() async throws -> [String: Duration] {
    try await read { tx in
      var cycles = ProductCycles()
      try tx.forEachPurchaser { cycles.add(purchases: $0) }
      return cycles.medians()
    }
  }
}
