package import Domain
internal import Platform

/// How far an import of one file has come; enough to go on after a crash.
package struct ImportProgress: Equatable, Sendable {
  /// Names the file by its content and the way its columns were mapped.
  package var fingerprint: String
  package var kind: String
  package var path: String
  /// Where the next record starts.
  package var byteOffset: Int64
  /// Its line, from 1.
  package var line: Int64
  package var imported: Int64
  package var rejected: Int64
  package var startedAt: Instant
  /// `nil` while it runs.
  package var finishedAt: Instant?

  package init(
    fingerprint: String, kind: String, path: String, byteOffset: Int64, line: Int64, imported: Int64,
    rejected: Int64, startedAt: Instant, finishedAt: Instant? = nil
  ) {
    self.fingerprint = fingerprint
    self.kind = kind
    self.path = path
    self.byteOffset = byteOffset
    self.line = line
    self.imported = imported
    self.rejected = rejected
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }
}

extension Transaction {
  /// `nil` when this file was never begun.
  package func importProgress(fingerprint: String) throws -> ImportProgress? {
    try connection.first(
      "SELECT fingerprint, kind, path, byte_offset, line, imported, rejected, started_at, finished_at FROM imports WHERE fingerprint = ?1",
      [.text(fingerprint)]
    ) { row in
      ImportProgress(
        fingerprint: row.string(0), kind: row.string(1), path: row.string(2), byteOffset: row.int64(3),
        line: row.int64(4), imported: row.int64(5), rejected: row.int64(6), startedAt: row.instant(7),
        finishedAt: row.optionalInstant(8))
    }
  }

  /// Written in the transaction of the rows it speaks of: a crash leaves both or neither.
  package func save(_ progress: ImportProgress) throws {
    try connection.run(
      """
      INSERT INTO imports (fingerprint, kind, path, byte_offset, line, imported, rejected, started_at, finished_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
      ON CONFLICT (fingerprint) DO UPDATE SET byte_offset = excluded.byte_offset, line = excluded.line,
        imported = excluded.imported, rejected = excluded.rejected, finished_at = excluded.finished_at
      """,
      [
        .text(progress.fingerprint), .text(progress.kind), .text(progress.path),
        .integer(progress.byteOffset),
        .integer(progress.line), .integer(progress.imported), .integer(progress.rejected),
        progress.startedAt.sql,
        progress.finishedAt.sql,
      ])
  }
}
