package import Store

/// What an import begins with.
package struct ImportBegin: Equatable, Sendable {
  /// Bytes of the file.
  package var size: Int64
  /// Where it begins, and on which line.
  package var offset: Int64
  package var line: Int64
  /// An earlier run was cut off here.
  package var isContinued: Bool
  package var notices: [String]
}

/// What became of an import.
package struct ImportSummary: Equatable, Sendable {
  package enum Outcome: Equatable, Sendable {
    case done
    /// This file was imported to its end by an earlier run; nothing was done.
    case doneBefore
    case dryRun
  }

  package var kind: ImportKind
  package var outcome: Outcome
  /// Altogether, earlier runs of an import that was cut off included.
  package var progress: ImportProgress
  package var continuedAtLine: Int64?
  /// Events of this run that were known already.
  package var duplicates = 0
  /// Of this run; the first ten.
  package private(set) var errors: [ImportRowError] = []
  /// Rejected rows of this run of which the withdrawal of consent was taken.
  package private(set) var withdrawals = 0
  /// Imported rows of this run of which something could not be read.
  package private(set) var partial = 0
  /// Imported rows of this run of which something, or everything, was left out: the partial ones, and those that do not
  /// fit what is stored.
  package var leftOut: Int { partial + refused }
  private var refused = 0
  /// The first ten of them.
  package private(set) var omissions: [ImportRowError] = []
  /// Where the rejected and the partial rows are; `nil` when there are none.
  package var rejectedPath: String?

  /// Whether more rows were rejected than anything was made of.
  package var isMostlyRejected: Bool { progress.rejected > progress.imported }

  init(kind: ImportKind, outcome: Outcome, progress: ImportProgress) {
    self.kind = kind
    self.outcome = outcome
    self.progress = progress
  }

  mutating func note(_ batch: DecodedBatch) {
    for row in batch.rejected.prefix(10 - errors.count) { errors.append(row.error) }
    withdrawals += batch.rejected.count { $0.error.outcome == .withdrawalTaken }
    partial += batch.partial.count
    for row in batch.partial.prefix(10 - omissions.count) { omissions.append(row.error) }
  }

  /// - Parameter written: what became of a batch, and the line of each of its events.
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
