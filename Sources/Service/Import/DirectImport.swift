package import Domain
package import Store

/// Imports into a store that this process has open.
package struct DirectImport: ImportSink {
  private let store: Store
  private let intake: Intake
  private let now: @Sendable () -> Instant

  /// - Parameter now: the clock, for what is planned.
  package init(store: Store, intake: Intake, now: @escaping @Sendable () -> Instant) {
    self.store = store
    self.intake = intake
    self.now = now
  }

  package var batchLimit: ImportBatchLimit { ImportBatchLimit(rows: 20_000, bytes: 4 << 20) }

  package func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    do {
      return try await store.read { try $0.importProgress(fingerprint: fingerprint) }
    } catch {
      throw ImportError(error)
    }
  }

  package func take(_ batch: ImportBatch) async throws(ImportError) -> Int {
    let progress = batch.progress
    do {
      if batch.kind == .products {
        try await intake.take(products: batch.products, now: now()) { try $0.save(progress) }
        return 0
      }
      // Orders and customers are unique by their own ids; events are by their message ids, which must be kept for it.
      return try await intake.take(
        batch.events, now: now(), source: "import", keepsEvents: batch.kind == .events
      ) { try $0.save(progress) }.duplicates
    } catch {
      throw ImportError(error)
    }
  }
}
