internal import Domain
package import Operations
package import Store

/// Where an import begins.
package struct ImportBegin: Equatable, Sendable {
  /// Bytes of the file.
  package var size: Int64
  /// Where it begins, and on which line.
  package var offset: Int64
  package var line: Int64
  /// Whether it continues an earlier run that was interrupted.
  package var isContinued: Bool
  package var notices: [String]
}

/// What became of an import.
package struct ImportSummary: Equatable, Sendable {
  package var kind: ImportKind
  package var outcome: ImportAnswer.Outcome
  /// In total, including earlier, interrupted runs of the same import.
  package var progress: ImportProgress
  package var continuedAtLine: Int64?
  /// Events of this run that were known already.
  package var duplicates = 0
  /// The first ten of this run.
  package private(set) var errors: [ImportRowError] = []
  /// Rejected rows of this run whose withdrawal of consent was taken.
  package private(set) var withdrawals = 0
  /// Rows of this run that were imported without a field that could not be read.
  package private(set) var partial = 0
  /// Rows of this run that were left out wholly or in part: the partial ones, and those that contradict what is stored.
  package var leftOut: Int { partial + refused }
  private var refused = 0
  /// Orders of this run that are not paid for yet.
  package private(set) var unpaid = 0
  /// Birthdays of this run that stand for none, and were left out.
  package private(set) var placeholders = 0
  /// Rows of this run that say nothing about consent, and were passed over.
  package private(set) var silent = 0
  /// The first ten of them.
  package private(set) var omissions: [ImportRowError] = []
  /// How each column is read; empty unless nothing is written.
  package var columns: [ImportAnswer.Column] = []
  /// The file with the rejected and the partial rows; `nil` when there are none.
  package var rejectedPath: String?

  /// Whether more rows were rejected than imported.
  package var isMostlyRejected: Bool { progress.rejected > progress.imported }

  init(kind: ImportKind, outcome: ImportAnswer.Outcome, progress: ImportProgress) {
    self.kind = kind
    self.outcome = outcome
    self.progress = progress
  }

  /// What is stored already; `nil` when nothing was compared.
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
