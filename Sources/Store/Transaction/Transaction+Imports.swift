package import Domain
internal import Platform

/// The progress of importing one file; enough to resume after a crash.
package struct ImportProgress: Equatable, Sendable {
  /// Identifies the file by its content and column mapping.
  package var fingerprint: String
  package var kind: String
  package var path: String
  /// The start of the next record.
  package var byteOffset: Int64
  /// The line of the next record, from 1.
  package var line: Int64
  package var imported: Int64
  package var rejected: Int64
  package var startedAt: Instant
  /// `nil` while it is running.
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

extension ImportProgress {
  /// The progress after refusing `count` more rows because their customers are unknown.
  package func refusing(_ count: Int) -> ImportProgress {
    var progress = self
    progress.imported -= Int64(count)
    progress.rejected += Int64(count)
    return progress
  }
}

extension Transaction {
  /// `nil` if this file was never imported.
  package func importProgress(fingerprint: String) throws -> ImportProgress? {
    try connection.first(ImportProgress.selectStatement, [.text(fingerprint)]) { ImportProgress($0) }
  }

  /// Saved in the transaction of the imported rows: a crash leaves both or neither.
  package func save(_ progress: ImportProgress) throws {
    try connection.run(ImportProgress.saveStatement, progress.values)
  }

  /// The paths of the imported files, as they were given.
  package func importedPaths() throws -> [String] {
    try connection.all("SELECT DISTINCT path FROM imports") { $0.string(0) }
  }

  /// Removes the progress of an import whose completion is recorded elsewhere.
  package func removeImport(fingerprint: String) throws {
    try connection.run("DELETE FROM imports WHERE fingerprint = ?1", [.text(fingerprint)])
  }
}

extension ImportProgress {
  private enum Column: Int, TableColumn {
    case fingerprint, kind, path, byteOffset, line, imported, rejected, startedAt, finishedAt
  }

  fileprivate static let selectStatement = SQLText(
    constant: "SELECT \(SQL.list(Column.allCases.names)) FROM imports WHERE fingerprint = ?1")

  fileprivate static let saveStatement: SQLText = {
    // Includes the start, since an import that starts over has a new one.
    let changing: [Column] = [.byteOffset, .line, .imported, .rejected, .startedAt, .finishedAt]
    return SQLText(
      constant: """
        \(SQL.insert(into: "imports", Column.allCases.names))
        ON CONFLICT (fingerprint) DO UPDATE SET \(SQL.takeExcluded(changing.names))
        """)
  }()

  fileprivate init(_ row: borrowing Row) {
    self.init(
      fingerprint: row.string(Column.fingerprint), kind: row.string(Column.kind),
      path: row.string(Column.path), byteOffset: row.int64(Column.byteOffset), line: row.int64(Column.line),
      imported: row.int64(Column.imported), rejected: row.int64(Column.rejected),
      startedAt: row.instant(Column.startedAt), finishedAt: row.optionalInstant(Column.finishedAt))
  }

  fileprivate var values: [SQLValue] {
    Column.allCases.map { column in
      switch column {
      case .fingerprint: .text(fingerprint)
      case .kind: .text(kind)
      case .path: .text(path)
      case .byteOffset: .integer(byteOffset)
      case .line: .integer(line)
      case .imported: .integer(imported)
      case .rejected: .integer(rejected)
      case .startedAt: startedAt.sql
      case .finishedAt: finishedAt.sql
      }
    }
  }
}
