package import Domain
package import Import
internal import Platform
package import Store
internal import Synchronization

/// Keeps what it is given, as the store would, and fails when it is told to.
package final class RecordingSink: ImportSink {
  private struct State {
    var batches: [ImportBatch] = []
    var progress: [String: ImportProgress] = [:]
    var batchesBeforeCrash = Int.max
  }

  private let limit: ImportBatchLimit
  private let state: Mutex<State>

  package init(rows: Int = 1000, batchesBeforeCrash: Int = .max) {
    limit = ImportBatchLimit(rows: rows, bytes: 1 << 20)
    state = Mutex(State(batchesBeforeCrash: batchesBeforeCrash))
  }

  package func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit { limit }

  /// The next batches are taken again.
  package func recover(batchesBeforeCrash: Int = .max) {
    state.withLock { $0.batchesBeforeCrash = batchesBeforeCrash }
  }

  package var batches: [ImportBatch] { state.withLock { $0.batches } }
  /// Orders too, as the events that they are.
  package var events: [IncomingEvent] { batches.flatMap { $0.events + $0.orders.events } }
  package var products: [Product] { batches.flatMap(\.products) }

  package func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    state.withLock { $0.progress[fingerprint] }
  }

  /// Products that were taken; of other kinds nothing is compared here.
  package func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    let taken = products
    return ImportComparison(
      known: batch.products.count { product in taken.contains { $0.sku == product.sku } })
  }

  package func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    let isAlive = state.withLock { state in
      guard state.batchesBeforeCrash > 0 else { return false }
      state.batchesBeforeCrash -= 1
      state.batches.append(batch)
      state.progress[batch.progress.fingerprint] = batch.progress
      return true
    }
    guard isAlive else { throw .store(.database(SQLError(.full, "database or disk is full"))) }
    return ImportReceipt()
  }
}
