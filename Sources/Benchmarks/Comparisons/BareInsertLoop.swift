internal import CSQLite
internal import Platform

/// Bare SQLite: one prepared statement, and a table of events with an index by customer. It stays the same however our
/// code changes, so that figures of different years are comparable; see `BareRowLoop`.
final class BareInsertLoop {
  struct Row: Sendable {
    var messageID: String
    var customer: Int64
    var name: String
    var at: Int64
    var properties: String
  }

  /// As many as the requests in flight contain.
  static let rowsPerCommit = 1600

  private var database: OpaquePointer?

  init(path: String) throws {
    guard sqlite3_open(path, &database) == SQLITE_OK else { throw BenchmarkError("cannot open \(path)") }
    try execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    try execute(
      """
      CREATE TABLE events (key INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, customer INTEGER NOT NULL,
        name TEXT NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL, properties TEXT NOT NULL) STRICT;
      CREATE INDEX events_customer ON events (customer, at);
      """)
  }

  deinit { sqlite3_close(database) }

  func insert(_ rows: [Row]) throws {
    var statement: OpaquePointer?
    let text =
      "INSERT INTO events (message_id, customer, name, at, received_at, properties) VALUES (?, ?, ?, ?, ?, ?)"
    guard sqlite3_prepare_v2(database, text, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw BenchmarkError("cannot prepare the insert")
    }
    defer { sqlite3_finalize(statement) }
    for start in stride(from: 0, to: rows.count, by: Self.rowsPerCommit) {
      try execute("BEGIN IMMEDIATE")
      for row in rows[start..<min(start + Self.rowsPerCommit, rows.count)] {
        Self.bind(row.messageID, 1, statement)
        sqlite3_bind_int64(statement, 2, row.customer)
        Self.bind(row.name, 3, statement)
        sqlite3_bind_int64(statement, 4, row.at)
        sqlite3_bind_int64(statement, 5, row.at)
        Self.bind(row.properties, 6, statement)
        guard sqlite3_step(statement) == SQLITE_DONE else { throw BenchmarkError("an insert failed") }
        sqlite3_reset(statement)
      }
      try execute("COMMIT")
    }
  }

  private static func bind(_ text: String, _ index: Int32, _ statement: OpaquePointer) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        _ = csqlite_bind_text_transient(statement, index, $0.baseAddress, UInt64($0.count))
      }
    }
  }

  private func execute(_ script: String) throws {
    guard sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK else {
      throw BenchmarkError("sqlite3: \(script)")
    }
  }
}
