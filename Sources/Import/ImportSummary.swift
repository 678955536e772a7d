internal import Domain
package import Operations
package import Store

/// Where a run of an import starts.
package struct ImportBegin: Equatable, Sendable {
  /// The size of the file in bytes.
  package var size: Int64
  /// Where the run starts, in bytes, and at which line.
  package var offset: Int64
  package var line: Int64
  /// Whether it continues an interrupted run.
  package var isContinued: Bool
  package var notices: [String]
}

/// The result of an import.
package struct ImportSummary: Equatable, Sendable {
  package var kind: ImportKind
  package var outcome: ImportAnswer.Outcome
  /// The totals, including earlier, interrupted runs.
  package var progress: ImportProgress
  package var continuedAtLine: Int64?
  /// Events of this run that were stored before.
  package var duplicates = 0
  /// The errors of this run's rejected rows, at most ten.
  package private(set) var errors: [ImportRowError] = []
  /// Rejected rows of this run whose withdrawal of consent was imported.
  package private(set) var withdrawals = 0
  /// Rows of this run that were imported without an unreadable field.
  package private(set) var partial = 0
  /// Rows of this run that were imported in part, or contradict what is stored.
  package var leftOut: Int { partial + refused }
  private var refused = 0
  /// Orders of this run that are not paid yet.
  package private(set) var unpaid = 0
  /// Birthdays of this run that are placeholders, and were left out.
  package private(set) var placeholders = 0
  /// Rows of this run that say nothing about consent, and were skipped.
  package private(set) var silent = 0
  /// The errors of the rows that `leftOut` counts, at most ten.
  package private(set) var omissions: [ImportRowError] = []
  /// How each column is read; only set by a dry run.
  package var columns: [ImportAnswer.Column] = []
  /// The file with the rows that were rejected or imported in part; `nil` if there are none.
  package var rejectedPath: String?

  /// Whether more rows were rejected than imported.
  package var isMostlyRejected: Bool { progress.rejected > progress.imported }

  init(kind: ImportKind, outcome: ImportAnswer.Outcome, progress: ImportProgress) {
    self.kind = kind
    self.outcome = outcome
    self.progress = progress
  }

  /// What was stored already; `nil` unless a dry run compared.
  package private(set) var comparison: ImportComparison?

  mutating func note(_ found: ImportComparison) {
    comparison = ImportComparison(
      known: (comparison?.known ?? 0) + found.known, unchanged: (comparison?.unchanged ?? 0) + found.unchanged
    )
  }

  mutating func note(_ batch: DecodedBatch) {
    for row in batch.rejected.prefix(10 - errors.count) { errors.append(row.error) }
    withdrawals += batch.rejected.count { $0.error.outcome == .withdrawalTaken }
    unpaid += batch.unpaid
    placeholders += batch.placeholders
    silent += batch.silent
    partial += batch.partial.count
    for row in batch.partial.prefix(10 - omissions.count) { omissions.append(row.error) }
  }

  mutating func note(refused rows: [RejectedRow]) {
    refused -= rows.count
    for row in rows.prefix(max(0, 10 - errors.count)) { errors.append(row.error) }
  }

  /// - Parameter written: the receipt of a batch, and the line of each of its events.
  mutating func note(_ written: (receipt: ImportReceipt, lines: [Int32])) {
    duplicates += written.receipt.duplicates
    refused += written.receipt.refusals.count
    for refusal in written.receipt.refusals.prefix(10 - omissions.count)
    where written.lines.indices.contains(refusal.position) {
      let line = Int(written.lines[refusal.position])
      omissions.append(ImportRowError(line: line, problem: .refused(refusal.reason)))
    }
  }
}
