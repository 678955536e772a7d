package import Platform

/// The database: customers and what is planned, decided and sent to them.
///
/// One connection writes, on a thread of its own, and groups what waits into one commit; a few others read. What
/// `write` has returned is on disk. Safe to use from any thread.
package final class Store: Sendable {
  package let location: StoreLocation
  private let writer: WriteQueue
  private let readers: ReadPool
  private let session: SQLiteSession?

  package struct Options: Sendable {
    /// Reading connections.
    package var readers: Int
    /// Look through the whole file for damage before use; seconds for each gigabyte.
    package var checksIntegrity: Bool
    /// A server that may lose what it has acknowledged is refused unless this is set; tests set it.
    package var allowsUnsafeServer: Bool
    /// Called after each commit, on the writing thread.
    package var onCommit: @Sendable (WriteQueue.Commit) -> Void

    package init(
      readers: Int = 2, checksIntegrity: Bool = false, allowsUnsafeServer: Bool = false,
      onCommit: @escaping @Sendable (WriteQueue.Commit) -> Void = { _ in }
    ) {
      self.readers = readers
      self.checksIntegrity = checksIntegrity
      self.allowsUnsafeServer = allowsUnsafeServer
      self.onCommit = onCommit
    }
  }

  /// Opens the database, makes it if it is not there, takes it for this process alone, and brings its schema up.
  package init(_ location: StoreLocation, options: Options = Options()) throws(StoreError) {
    self.location = location
    do {
      let session: SQLiteSession?
      if case .sqlite(let path) = location { session = try SQLiteSession(path: path) } else { session = nil }
      self.session = session
      // Before the writer, and closed again: two connections must never write one file.
      try Self.prepare(location, options)
      writer = try WriteQueue(name: "store-writer", onCommit: options.onCommit) { () throws(SQLError) in
        try Self.connect(to: location, mode: .writer, options: options)
      }
      session?.begin()
      readers = try ReadPool(name: "store-reader", size: options.readers) { () throws(SQLError) in
        try Self.connect(to: location, mode: .reader, options: options)
      }
    } catch {
      throw StoreError(error, path: location.description)
    }
  }

  /// Runs `body` in the next commit and returns when that is on disk. An error thrown by `body` undoes its work alone.
  package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await writer.write { try body(Transaction($0)) }
  }

  /// Runs `body` on a reading connection, in one snapshot of the database.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await readers.read { connection in
      try connection.transaction(.snapshot) { try body(Transaction(connection)) }
    }
  }

  /// Jobs that wait for the writer.
  package var pendingWrites: Int { writer.pending }

  /// Copies the whole database into a new file while work goes on. SQLite only; PostgreSQL has `pg_dump`.
  package func backup(to path: String) async throws {
    try await readers.read { connection in
      guard let connection = connection as? SQLiteConnection else {
        throw SQLError(.misuse, "back up PostgreSQL with pg_dump")
      }
      try connection.backup(to: path)
    }
  }

  /// Finishes what waits and lets go of the database.
  package func close() async {
    await readers.close()
    // Before the log goes: closing the last connection removes it, and a mark without a log would be an alarm.
    session?.end()
    await writer.close()
  }

  private static func connect(
    to location: StoreLocation, mode: SQLiteConnection.Mode, options: Options
  ) throws(SQLError) -> any SQLConnection {
    switch location {
    case .sqlite(let path):
      let connection = try SQLiteConnection(path: path, mode: mode)
      for setting in Dialect.sessionSettings(of: .sqlite) where mode == .writer || !setting.isForWriter {
        try connection.execute(setting)
      }
      // Makes the log file, whose presence the session's mark relies on.
      if mode == .writer { try connection.run("UPDATE meta SET value = value WHERE name = 'schema_version'") }
      return connection
    case .postgresql(let url):
      let connection = try PostgresConnection(url: url)
      for setting in Dialect.sessionSettings(of: .postgresql) { try connection.execute(setting) }
      if mode == .writer { try claimServer(connection, location) }
      return connection
    }
  }

  /// One daemon a database: the lock is the connection's, so a lost connection gives it back.
  private static func claimServer(
    _ connection: PostgresConnection, _ location: StoreLocation
  ) throws(SQLError) {
    do {
      let taken = try connection.first("SELECT pg_try_advisory_lock(7310291440)") { $0.bool(0) }
      guard taken == true else { throw SQLError(.busy, "another reprise uses \(location)") }
    } catch let error as SQLError {
      throw error
    } catch {
      throw SQLError(.other, "\(error)")
    }
  }

  /// What must hold before the first use, on a connection of its own that is closed again.
  private static func prepare(_ location: StoreLocation, _ options: Options) throws {
    switch location {
    case .sqlite(let path):
      let connection = try SQLiteConnection(path: path, mode: .writer)
      defer { connection.close() }
      if options.checksIntegrity {
        let findings = try connection.quickCheck()
        guard findings == ["ok"] || findings.isEmpty else {
          throw StoreError.damaged(path: path, findings: findings)
        }
      }
      try Migrator.migrate(connection)
    case .postgresql(let url):
      let connection = try PostgresConnection(url: url)
      defer { connection.close() }
      if !options.allowsUnsafeServer {
        for setting in ["fsync", "full_page_writes"] {
          let value = try connection.first(SQLText("SHOW \(setting)")) { $0.string(0) }
          guard value == "on" else { throw StoreError.unsafeServer(setting: "\(setting)=\(value ?? "?")") }
        }
      }
      try Migrator.migrate(connection)
    }
  }
}

extension SQLText {
  /// Pragmas that change the file, which a reader may not.
  fileprivate var isForWriter: Bool {
    description.contains("journal_mode") || description.contains("autocheckpoint")
  }
}

extension StoreError {
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as SQLError where error.kind == .busy: self = .locked(path: path, holder: nil)
    case let error as SQLError where error.kind == .corrupt || error.kind == .notADatabase:
      self = .damaged(path: path, findings: [error.message])
    case let error as SQLError: self = .database(error)
    default: self = .io(path: path, reason: "\(error)")
    }
  }
}
