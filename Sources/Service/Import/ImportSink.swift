package import Domain
package import Store

/// Where an import goes: the store itself, or the daemon that has it open.
package protocol ImportSink: Sendable {
  /// How much of a file one batch may hold.
  ///
  /// - Parameter line: of the file, where the batch begins.
  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit

  /// How far the file with this fingerprint has come; `nil` when it was never begun.
  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress?

  /// Takes a batch with the progress that holds behind it: both or, after any failure, neither.
  ///
  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt
}

/// What became of the events of a batch.
package struct ImportReceipt: Equatable, Sendable {
  /// Those that were known already and changed nothing.
  package var duplicates: Int
  /// Those that were not taken, or not whole, by their places in the batch.
  package var refusals: [IntakeRefusal]

  package init(duplicates: Int = 0, refusals: [IntakeRefusal] = []) {
    self.duplicates = duplicates
    self.refusals = refusals
  }
}

package struct ImportBatchLimit: Equatable, Sendable {
  package var rows: Int
  /// Bytes of the file.
  package var bytes: Int64

  package init(rows: Int, bytes: Int64) {
    self.rows = rows
    self.bytes = bytes
  }
}

/// Rows of a file on their way into the store.
package struct ImportBatch: Equatable, Sendable {
  package var kind: ImportKind
  /// Those of a file of customers or events.
  package var events: [IncomingEvent]
  /// Sealed.
  package var orders: OrderSheet
  package var products: [Product]
  /// Where the import stands when this batch is in.
  package var progress: ImportProgress

  package init(
    kind: ImportKind, events: [IncomingEvent], orders: OrderSheet? = nil, products: [Product],
    progress: ImportProgress
  ) {
    self.kind = kind
    self.events = events
    self.orders = orders ?? OrderSheet(receivedAt: progress.startedAt)
    self.products = products
    self.progress = progress
  }
}
