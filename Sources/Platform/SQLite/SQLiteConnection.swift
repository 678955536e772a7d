internal import CSQLite

/// A connection to an SQLite file.
///
/// Opened with extended result codes, without SQLite's own mutexes (a connection belongs to one thread) and
/// hardened: double-quoted texts are errors, and the schema is not trusted. Exactly one connection of one
/// process may have mode `writer`: SQLite before 3.51.3 can damage a WAL when two write or checkpoint at
/// once.
package final class SQLiteConnection: SQLConnection {
  package enum Mode: Sendable {
    /// Reads and writes, and creates a missing file.
    case writer
    /// Only reads; the file must exist.
    case reader
    /// Reads the file without its WAL, without a lock, and without creating files next to it. Concurrent
    /// writes may be seen half done.
    case unchanged
  }

  package let dialect = SQLDialect.sqlite
  package let path: String
  /// How long a statement waits for another connection's lock.
  let busyTimeout: Duration
  private var database: OpaquePointer?
  private var cache = StatementCache<SQLiteStatement>()
  private let buffer = BindingBuffer()

  /// Turns off SQLite's memory statistics, which are kept under one global lock. Must be evaluated before the first
  /// use of SQLite.
  private static let configured: Void = {
    _ = csqlite_config_flag(SQLITE_CONFIG_MEMSTATUS, 0)
  }()

  /// Opens the file and sets the pragmas, in order.
  ///
  /// - Parameters:
  ///   - pragmas: texts such as `journal_mode=WAL`.
  ///   - busyTimeout: how long a statement waits for another connection's lock; zero for not at all.
  package init(
    path: String, mode: Mode, pragmas: [String] = [], busyTimeout: Duration = .seconds(5)
  ) throws(SQLError) {
    _ = Self.configured
    self.path = path
    self.busyTimeout = busyTimeout
    let access = mode == .writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    var handle: OpaquePointer?
    let name = mode == .unchanged ? Self.unchangedName(path) : path
    let code = sqlite3_open_v2(
      name, &handle,
      access | (mode == .unchanged ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard let handle else { throw SQLError(.other, "no memory to open \(path)", code: String(code)) }
    guard code == SQLITE_OK else {
      let error = SQLiteError.last(of: handle, code: code)
      sqlite3_close_v2(handle)
      throw SQLError(error.kind, "cannot open \(path): \(error.message)", code: error.code)
    }
    database = handle
    setBusyTimeout(busyTimeout)
    for (option, isOn) in [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0), (SQLITE_DBCONFIG_DQS_DML, 0),
      (SQLITE_DBCONFIG_DQS_DDL, 0), (SQLITE_DBCONFIG_ENABLE_FKEY, 1),
    ] {
      _ = csqlite_db_config_flag(handle, option, Int32(isOn))
    }
    for pragma in pragmas { try execute(SQLText("PRAGMA \(pragma)")) }
  }

  /// The path as a URI, in which three characters must be escaped.
  private static func unchangedName(_ path: String) -> String {
    var name = "file:"
    for scalar in path.unicodeScalars {
      switch scalar {
      case "%": name += "%25"
      case "?": name += "%3f"
      case "#": name += "%23"
      default: name.unicodeScalars.append(scalar)
      }
    }
    return name + "?immutable=1"
  }

  deinit { close() }

  package func close() {
    guard let database else { return }
    cache.removeAll()
    sqlite3_close_v2(database)
    self.database = nil
  }

  package var isLost: Bool { database == nil }

  package var transactionState: SQLTransactionState {
    guard let database else { return .none }
    return sqlite3_get_autocommit(database) == 0 ? .open : .none
  }

  func setBusyTimeout(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    sqlite3_busy_timeout(database, Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
  }

  func open() throws(SQLError) -> OpaquePointer {
    guard let database else { throw SQLError(.connectionLost, "the connection is closed") }
    return database
  }

  private func prepared(_ sql: SQLText) throws(SQLError) -> SQLiteStatement {
    let database = try open()
    let buffer = buffer
    // A program has a fixed set of statements; unlimited composed ones would be a leak.
    if cache.count > 1000 { cache.removeAll() }
    let statement = try cache.statement(for: sql) { text throws(SQLError) in
      try SQLiteStatement(database: database, text: text, buffer: buffer, isKept: true)
    }
    if !statement.isRunning { return statement }
    // The same statement is running: this is inside its own rows.
    return try SQLiteStatement(database: database, text: sql.description, buffer: buffer, isKept: false)
  }
}

// MARK: - Statements

extension SQLiteConnection {
  package func execute(_ script: SQLText) throws(SQLError) {
    let database = try open()
    let code = sqlite3_exec(database, script.description, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw SQLiteError.last(of: database, code: code, statement: script.description)
    }
  }

  @discardableResult
  package func run(_ sql: SQLText, _ bindings: [SQLValue]) throws(SQLError) -> Int {
    let statement = try prepared(sql)
    statement.start()
    defer { statement.finish() }
    for value in bindings { try statement.bind(value) }
    try statement.requireAllBound()
    return try changes { () throws(SQLError) in while try statement.step() {} }
  }

  package func forEachRow(
    of sql: SQLText, _ bindings: [SQLValue], while body: (borrowing Row) throws -> Bool
  ) throws {
    let statement = try prepared(sql)
    statement.start()
    defer { statement.finish() }
    for value in bindings { try statement.bind(value) }
    try statement.requireAllBound()
    while try statement.step() {
      guard try body(statement.row) else { return }
    }
  }

  package func runOpenBatch(
    _ sql: SQLText, count: Int, bind: (Int, any SQLBinder) throws -> Void,
    row: ((Int, borrowing Row) throws -> Void)?, finished: ((Int, Int) -> Void)?
  ) throws {
    let statement = try prepared(sql)
    for index in 0..<count {
      statement.start()
      defer { statement.finish() }
      try bind(index, statement)
      try statement.requireAllBound()
      let changed = try changes { while try statement.step() { try row?(index, statement.row) } }
      finished?(index, changed)
    }
  }

  /// Counts the rows that `body` changed directly, not through foreign keys.
  ///
  /// A statement without changes is recognised by an unchanged total, because `sqlite3_changes64` keeps the count of
  /// the last statement that changed anything.
  private func changes<E: Error>(_ body: () throws(E) -> Void) throws(E) -> Int {
    let before = sqlite3_total_changes64(database)
    try body()
    return sqlite3_total_changes64(database) == before ? 0 : Int(sqlite3_changes64(database))
  }
}

// MARK: - Transactions

extension SQLiteConnection {
  package func begin(_ access: SQLTransactionAccess) throws(SQLError) {
    guard transactionState == .none else { throw SQLError(.misuse, "a transaction is already open") }
    try run(access == .write ? "BEGIN IMMEDIATE" : "BEGIN")
  }

  package func commit() throws(SQLError) {
    do throws(SQLError) {
      try run("COMMIT")
    } catch {
      rollback()
      throw error
    }
  }

  package func rollback() {
    // SQLite has already rolled back after SQLITE_FULL and others; a second ROLLBACK would be an error.
    guard transactionState != .none else { return }
    _ = try? run("ROLLBACK")
  }
}
