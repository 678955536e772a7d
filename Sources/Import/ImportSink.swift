package import Domain
package import Store

/// Where an import writes to: the store, or the daemon that has it open.
package protocol ImportSink: Sendable {
  /// The maximum size of a batch that begins at `line` of the file.
  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit

  /// The progress of the import with this fingerprint; `nil` if there was none.
  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress?

  /// Stores a batch together with the progress after it; neither, if it throws.
  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt

  /// Compares a batch with what is stored, without storing it.
  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison
}

/// How much of a batch is stored already.
package struct ImportComparison: Equatable, Sendable {
  /// Rows whose customer, order, event or product is stored.
  package var known: Int
  /// Those of them that would not change anything; counted for events and products only.
  package var unchanged: Int

  package init(known: Int = 0, unchanged: Int = 0) {
    self.known = known
    self.unchanged = unchanged
  }
}

/// The result of storing a batch.
package struct ImportReceipt: Equatable, Sendable {
  /// Events that were stored before and changed nothing.
  package var duplicates: Int
  /// The events that were refused in whole or in part, by their positions in the batch.
  package var refusals: [IntakeRefusal]

  package init(duplicates: Int = 0, refusals: [IntakeRefusal] = []) {
    self.duplicates = duplicates
    self.refusals = refusals
  }
}

package struct ImportBatchLimit: Equatable, Sendable {
  package var rows: Int
  /// In bytes of the file.
  package var bytes: Int64

  package init(rows: Int, bytes: Int64) {
    self.rows = rows
    self.bytes = bytes
  }
}

/// Decoded rows, ready to be stored.
package struct ImportBatch: Equatable, Sendable {
  package var kind: ImportKind
  /// The rows of files of customers and events.
  package var events: [IncomingEvent]
  /// The rows of files of orders; always sealed.
  package var orders: OrderSheet
  package var products: [Product]
  package var suppressions: [ToldSuppression] = []
  package var consents: [ToldConsent] = []
  package var sent: [ToldSent] = []
  /// The number of rows in the file of rejected rows up to here. Not passed on to a daemon.
  package var keptRows: Int64 = 0
  /// The progress after this batch.
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
