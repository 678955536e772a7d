/// The answer to `reprise import`.
package struct ImportAnswer: JSONRecord {
  package enum Outcome: String, Sendable, CaseIterable, JSONRepresentable {
    case done
    /// An earlier run has imported this file completely; nothing was done.
    case doneBefore = "done_before"
    case dryRun = "dry_run"
  }

  package var file: String
  /// The word after `import`: `customers`, `sent`.
  package var kind: String
  package var outcome: Outcome
  /// In total, including earlier, interrupted runs of the same import.
  package var imported: Int64
  package var rejected: Int64
  /// Rejected rows with a withdrawal of consent, which was still recorded.
  package var withdrawalsOfRejected: Int
  /// Events already stored.
  package var duplicates: Int
  /// Orders not paid for yet.
  package var unpaid: Int
  /// Rows omitted wholly or in part because of stored data or an unreadable field.
  package var leftOut: Int
  /// The first omitted rows.
  package var omissions: [Row]
  /// `nil` if it began with the first row.
  package var continuedAtLine: Int64?
  /// `nil` if no row was rejected.
  package var rejectedFile: String?
  /// The first rejected rows.
  package var errors: [Row]
  /// How many of the rows that can be imported are already stored; `nil` if nothing was compared.
  package var known: Int64?
  /// How each column is read; only in a dry run, else empty.
  package var columns: [Column]

  package init(
    file: String, kind: String, outcome: Outcome, imported: Int64, rejected: Int64,
    withdrawalsOfRejected: Int, duplicates: Int, unpaid: Int = 0, leftOut: Int, omissions: [Row],
    continuedAtLine: Int64?,
    rejectedFile: String?, errors: [Row], columns: [Column] = [], known: Int64? = nil
  ) {
    self.file = file
    self.kind = kind
    self.outcome = outcome
    self.imported = imported
    self.rejected = rejected
    self.withdrawalsOfRejected = withdrawalsOfRejected
    self.duplicates = duplicates
    self.unpaid = unpaid
    self.leftOut = leftOut
    self.omissions = omissions
    self.continuedAtLine = continuedAtLine
    self.rejectedFile = rejectedFile
    self.errors = errors
    self.columns = columns
    self.known = known
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    ImportAnswer(
      file: try field("file", \.file), kind: try field("kind", \.kind),
      outcome: try field("outcome", \.outcome),
      imported: try field("imported", \.imported), rejected: try field("rejected", \.rejected),
      withdrawalsOfRejected: try field("withdrawals_of_rejected", \.withdrawalsOfRejected),
      duplicates: try field("duplicates", \.duplicates), unpaid: try field("unpaid", \.unpaid),
      leftOut: try field("left_out", \.leftOut),
      omissions: try field("omissions", \.omissions),
      continuedAtLine: try field.nullable("continued_at_line", \.continuedAtLine),
      rejectedFile: try field.nullable("rejected_file", \.rejectedFile),
      errors: try field("errors", \.errors),
      columns: try field("columns", \.columns), known: try field.nullable("known", \.known)
    )
  }
}

extension ImportAnswer {
  /// A row of the file, and why it was not imported unchanged.
  package struct Row: JSONRecord {
    package var line: Int
    package var reason: String

    package init(line: Int, reason: String) {
      self.line = line
      self.reason = reason
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Row(line: try field("line", \.line), reason: try field("reason", \.reason))
    }
  }
}

extension ImportAnswer {
  /// A column of the file, and how it is read.
  package struct Column: JSONRecord {
    package var name: String
    /// `nil` if the column is not imported.
    package var field: String?
    /// For display: `date, day first`.
    package var form: String
    /// The first cells that are not empty, at most three.
    package var samples: [String]

    package init(name: String, field: String?, form: String, samples: [String]) {
      self.name = name
      self.field = field
      self.form = form
      self.samples = samples
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Column(
        name: try field("name", \.name), field: try field.nullable("field", \.field),
        form: try field("form", \.form), samples: try field("samples", \.samples))
    }
  }
}
