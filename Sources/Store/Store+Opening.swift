internal import Platform

extension Store {
  static func connect(
    to location: StoreLocation, asWriter: Bool, lockWait: Duration
  ) throws(SQLError) -> any SQLConnection {
    let connection: any SQLConnection
    switch location {
    case .sqlite(let path):
      connection = try SQLiteConnection(path: path, mode: asWriter ? .writer : .reader)
    case .postgresql(let url):
      let server = try PostgresConnection(url: url)
      if asWriter { try claim(server, location, wait: lockWait) }
      connection = server
    }
    for setting in Dialect.sessionSettings(of: connection.dialect, writer: asWriter) {
      try connection.execute(setting)
    }
    return connection
  }

  /// One daemon a database: the lock is the connection's, so a lost connection gives it back, a moment after the
  /// client has learned of it.
  private static func claim(
    _ connection: PostgresConnection, _ location: StoreLocation, wait: Duration
  ) throws(SQLError) {
    do {
      try connection.execute(
        SQLText(
          "SET lock_timeout = '\(wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000)ms'"
        ))
      try connection.execute("SELECT pg_advisory_lock(7310291440)")
    } catch  where error.kind == .busy {
      throw SQLError(.busy, "another reprise uses \(location)")
    }
  }

  /// What must hold before the first use, on a connection of its own that is closed again before the writer's opens:
  /// two connections must never write one file.
  static func prepare(_ location: StoreLocation, _ session: SQLiteSession?, _ options: Options) throws {
    switch location {
    case .sqlite(let path):
      let connection = try SQLiteConnection(path: path, mode: .writer)
      defer { connection.close() }
      if options.checksIntegrity {
        let findings = try connection.quickCheck()
        guard findings.isEmpty else { throw StoreError.damaged(path: path, findings: findings) }
      }
      if try Migrator.version(of: connection) > 0 {
        try session?.check(connection, acceptsOlderCopy: options.acceptsOlderCopy)
      } else {
        try session?.begin()
        for setting in Dialect.birthSettings(of: .sqlite) { try connection.execute(setting) }
      }
      try Migrator.migrate(connection)
    case .postgresql(let url):
      let connection = try PostgresConnection(url: url)
      defer { connection.close() }
      if !options.allowsUnsafeServer { try requireSafety(of: connection) }
      try claim(connection, location, wait: options.lockWait)
      try Migrator.migrate(connection)
      // The server ends a closed connection a moment later; the writer's must have the lock now.
      try connection.query("SELECT pg_advisory_unlock(7310291440)") { _ in }
    }
  }

  private static func requireSafety(of server: PostgresConnection) throws {
    for setting in ["fsync", "full_page_writes"] {
      let value = try server.first(SQLText("SHOW \(setting)")) { $0.string(0) }
      guard value == "on" else { throw StoreError.unsafeServer(setting: "\(setting)=\(value ?? "?")") }
    }
  }
}

extension StoreError {
  /// What an error of opening means for the whole store.
  init(_ error: any Error, location: StoreLocation) {
    switch (error, location) {
    case (let error as StoreError, _): self = error
    case (let error as SQLError, _) where error.kind == .busy:
      self = .locked(path: location.description, holder: nil)
    case (let error as SQLError, .sqlite(let path))
    where error.kind == .corrupt || error.kind == .notADatabase:
      self = .damaged(path: path, findings: [error.message])
    case (let error as SQLError, _): self = .database(error)
    default: self = .io(path: location.description, reason: ErrorText.text(error))
    }
  }
}
