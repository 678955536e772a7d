package import Domain
internal import Platform

/// The stored row of a source's file: its state when it was last checked.
package struct SourceFile: Equatable, Sendable {
  package enum Outcome: String, Sendable, CaseIterable {
    /// The import has begun; if interrupted, it continues if the content is the same.
    case running
    case taken
    /// The file cannot be read; not tried again until it or its options change.
    case refused
  }

  package var source: String
  package var file: String
  /// In bytes.
  package var size: Int64
  /// The time of the last change, in a form that depends on where the file is.
  package var modified: String
  package var etag: String?
  /// Identifies the options it was read with.
  package var reading: String
  /// Identifies the content together with how it is read; empty if it could not be read yet.
  package var fingerprint: String
  package var outcome: Outcome
  /// The number of rows, like `rejected`.
  package var imported: Int64
  package var rejected: Int64
  /// Why it was refused, or how many rows of it were imported only in part; `nil` otherwise.
  package var problem: String?
  package var at: Instant

  package init(
    source: String, file: String, size: Int64, modified: String, etag: String? = nil, reading: String,
    fingerprint: String, outcome: Outcome, imported: Int64 = 0, rejected: Int64 = 0, problem: String? = nil,
    at: Instant
  ) {
    self.source = source
    self.file = file
    self.size = size
    self.modified = modified
    self.etag = etag
    self.reading = reading
    self.fingerprint = fingerprint
    self.outcome = outcome
    self.imported = imported
    self.rejected = rejected
    self.problem = problem
    self.at = at
  }
}

extension Transaction {
  /// The rows of a source's files, in no particular order.
  package func files(ofSource source: String) throws -> [SourceFile] {
    try connection.all(SourceFile.selectStatement, [.text(source)]) { try SourceFile($0) }
  }

  package func save(_ file: SourceFile) throws {
    try connection.run(SourceFile.saveStatement, file.values)
  }

  /// Removes the rows of these files.
  package func remove(files: [String], ofSource source: String) throws {
    for file in files {
      try connection.run(
        "DELETE FROM source_files WHERE source = ?1 AND file = ?2", [.text(source), .text(file)])
    }
  }
}

extension SourceFile {
  private enum Column: Int, TableColumn {
    case source, file, size, modified, etag, reading, fingerprint, outcome, imported, rejected, problem, at
  }

  fileprivate static let selectStatement = SQLText(
    constant: "SELECT \(SQL.list(Column.allCases.names)) FROM source_files WHERE source = ?1")

  fileprivate static let saveStatement: SQLText = {
    let changing = Column.allCases.filter { $0 != .source && $0 != .file }
    return SQLText(
      constant: """
        \(SQL.insert(into: "source_files", Column.allCases.names))
        ON CONFLICT (source, file) DO UPDATE SET \(SQL.takeExcluded(changing.names))
        """)
  }()

  fileprivate init(_ row: borrowing Row) throws {
    self.init(
      source: row.string(Column.source), file: row.string(Column.file), size: row.int64(Column.size),
      modified: row.string(Column.modified), etag: row.optionalString(Column.etag),
      reading: row.string(Column.reading), fingerprint: row.string(Column.fingerprint),
      outcome: try row.word(Column.outcome, as: Outcome.self),
      imported: row.int64(Column.imported), rejected: row.int64(Column.rejected),
      problem: row.optionalString(Column.problem), at: row.instant(Column.at))
  }

  fileprivate var values: [SQLValue] {
    Column.allCases.map { column in
      switch column {
      case .source: .text(source)
      case .file: .text(file)
      case .size: .integer(size)
      case .modified: .text(modified)
      case .etag: etag.map { .text($0) } ?? .null
      case .reading: .text(reading)
      case .fingerprint: .text(fingerprint)
      case .outcome: .text(outcome.rawValue)
      case .imported: .integer(imported)
      case .rejected: .integer(rejected)
      case .problem: problem.map { .text($0) } ?? .null
      case .at: at.sql
      }
    }
  }
}
