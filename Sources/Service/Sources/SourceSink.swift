internal import Import
internal import Store
internal import Synchronization

/// Passes the rows of a source to the intake in batches small enough not to delay other work, and can stop between two
/// batches.
final class SourceSink: ImportSink {
  /// A batch holds a file of usual size, and occupies the writer for some tens of milliseconds.
  static let limit = ImportBatchLimit(rows: 2000, bytes: 256 << 10)

  /// The size, in bytes, up to which a file cannot exceed one batch: a row has at least two bytes.
  static let surelyOneBatch = Int64(2 * limit.rows)

  private let direct: DirectImport
  private let isStopped: @Sendable () -> Bool
  private let finishing: @Sendable (Int64) async -> Void
  private let counted: @Sendable ([SourceRows: Int64]) -> Void
  /// The totals of the batches so far.
  private let before = Mutex((imported: Int64(0), rejected: Int64(0)))

  /// - Parameters:
  ///   - finishing: called before the last batch is stored, whose transaction marks the file as taken, with the number
  ///     of rows in the file of rejected rows.
  ///   - counted: called with the results of each batch.
  init(
    _ direct: DirectImport, isStopped: @escaping @Sendable () -> Bool,
    finishing: @escaping @Sendable (Int64) async -> Void,
    counted: @escaping @Sendable ([SourceRows: Int64]) -> Void
  ) {
    self.direct = direct
    self.isStopped = isStopped
    self.finishing = finishing
    self.counted = counted
  }

  func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit { Self.limit }

  func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    let known = try await direct.progress(fingerprint: fingerprint)
    if let known { before.withLock { $0 = (known.imported, known.rejected) } }
    return known
  }

  func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    if isStopped() { throw .daemon("it is stopping") }
    if batch.progress.finishedAt != nil { await finishing(batch.keptRows) }
    let receipt = try await direct.take(batch)
    // Consents of unknown people are only rejected while they are being stored.
    let progress =
      batch.kind == .consents ? batch.progress.refusing(receipt.refusals.count) : batch.progress
    let (imported, rejected) = before.withLock { before in
      let new = (progress.imported - before.imported, progress.rejected - before.rejected)
      before = (progress.imported, progress.rejected)
      return new
    }
    let unchanged = Int64(receipt.duplicates)
    counted([.taken: max(0, imported - unchanged), .unchanged: unchanged, .rejected: rejected])
    return receipt
  }

  func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    try await direct.compare(batch)
  }
}
