package import Domain
package import Store

/// Where an import goes: the store itself, or the daemon that has it open.
package protocol ImportSink: Sendable {
  /// How much of a file one batch may hold.
  ///
  /// - Parameter line: the line of the file on which the batch begins.
  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit

  /// How far the import of the file with this fingerprint has come; `nil` when it was never begun.
  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress?

  /// Stores a batch together with the progress after it: both or, after any failure, neither.
  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt

  /// What storing a batch would find; stores nothing.
  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison
}

/// What is stored already of a batch.
package struct ImportComparison: Equatable, Sendable {
  /// Rows whose customer, order, event or product is known.
  package var known: Int
  /// Those of them that would change nothing; looked at for events and products only.
  package var unchanged: Int

  package init(known: Int = 0, unchanged: Int = 0) {
    self.known = known
    self.unchanged = unchanged
  }
}

/// What became of the events of a batch.
package struct ImportReceipt: Equatable, Sendable {
  /// How many were known already and changed nothing.
  package var duplicates: Int
  /// Those that were refused, wholly or in part, by their positions in the batch.
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
  /// From a file of customers or events; empty for other kinds.
  package var events: [IncomingEvent]
  /// From a file of orders; always sealed.
  package var orders: OrderSheet
  package var products: [Product]
  package var suppressions: [ToldSuppression] = []
  package var consents: [ToldConsent] = []
  package var sent: [ToldSent] = []
  /// How far the import has come when this batch is stored.
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
