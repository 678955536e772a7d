internal import Domain
internal import Platform

extension Store {
  /// Takes the lock of a writable file.
  static func session(_ location: StoreLocation, _ options: Options) throws -> SQLiteSession? {
    guard case .sqlite(let path) = location, !options.readsOnly else { return nil }
    return try SQLiteSession(path: path, keepsBallast: options.keepsBallast)
  }

  /// - Parameters:
  ///   - claim: takes the lock for the writer of a server's database; `nil` for a reader.
  ///   - isNew: whether this is the first connection, which gets more time: later, callers are waiting and
  ///     must soon learn of a failure.
  static func connect(
    to location: StoreLocation, as mode: SQLiteConnection.Mode, claim: PostgresClaim?, isNew: Bool
  ) throws(SQLError) -> any SQLConnection {
    let connection: any SQLConnection
    switch location {
    case .sqlite(let path):
      connection = try SQLiteConnection(path: path, mode: mode)
    case .postgresql(let url):
      let server = try PostgresConnection(url: url, timeouts: .init(connect: .seconds(isNew ? 10 : 3)))
      try claim?.take(server)
      connection = server
    }
    for setting in Dialect.sessionSettings(of: connection.dialect, writer: mode == .writer) {
      try connection.execute(setting)
    }
    return connection
  }

  /// Establishes what must hold before the first use, on a separate connection that is closed before the
  /// writer's opens: two connections must never write one file.
  ///
  /// - Returns: the files kept outside the database, and what was learned from them.
  static func prepare(
    _ location: StoreLocation, _ session: SQLiteSession?, _ options: Options
  ) throws -> Outside {
    switch location {
    case .sqlite(let path) where options.readsOnly:
      try UnchangedFile.requireReadable(path)
      return Outside()
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
        try SQLiteRemains.requireUnused(connection, path)
        try session?.begin()
        for setting in Dialect.birthSettings(of: .sqlite) { try connection.execute(setting) }
      }
      try Migrator.migrate(connection)
      return try openJournal(options.journal, connection)
    case .postgresql(let url):
      let connection = try PostgresConnection(url: url)
      defer { connection.close() }
      if !options.allowsUnsafeServer { try requireSafety(of: connection) }
      try PostgresClaim(location, wait: options.lockWait).take(connection)
      let generation = try options.generation.map {
        try PostgresGeneration(path: $0, location: location, readsOnly: options.readsOnly)
      }
      try generation?.check(connection, acceptsOlderCopy: options.acceptsOlderCopy)
      try Migrator.migrate(connection)
      var opened = try openJournal(options.journal, connection)
      opened.generation = generation
      // Unlock explicitly: the server ends a closed session a moment later, but the writer's session needs the lock
      // now.
      try connection.query("SELECT pg_advisory_unlock(7310291440)") { _ in }
      return opened
    }
  }

  /// Opens the journal and replays what the database lacks.
  private static func openJournal(
    _ path: String?, _ connection: any SQLConnection
  ) throws -> Outside {
    guard let path else { return Outside() }
    try Files.makeDirectories(FilePath.directory(of: path), permissions: 0o700)
    let header = try ConsentJournal.look(path)
    let shop = try connection.transaction { try Transaction(connection).shopIdentity(beside: header) }
    let (journal, setAside) = try ConsentJournal.open(path, of: shop)
    return try connection.transaction {
      let tx = Transaction(connection)
      let replay = try tx.replay(journal, now: Instant(milliseconds: SystemTime.wallMilliseconds()))
      if try tx.journalPosition(of: journal.id) == nil {
        try tx.setJournalPosition(journal.last, of: journal.id)
      }
      return Outside(journal: journal, replay: replay, setAside: setAside)
    }
  }

  /// The parts of a store outside its database.
  struct Outside {
    var journal: ConsentJournal?
    var replay: JournalReplay?
    var setAside: String?
    var generation: PostgresGeneration?
  }

  static func requireSafety(of server: PostgresConnection) throws {
    for setting in ["fsync", "full_page_writes"] {
      let value = try server.first(SQLText("SHOW \(setting)")) { $0.string(0) }
      guard value == "on" else { throw StoreError.unsafeServer(setting: "\(setting)=\(value ?? "?")") }
    }
  }
}

extension StoreError {
  /// Translates an error during opening into one about the whole store.
  init(_ error: any Error, location: StoreLocation) {
    switch (error, location) {
    case (let error as StoreError, _): self = error
    case (let error as SQLError, _) where error.kind == .busy || error.kind == .taken:
      self = .locked(path: location.description, holder: nil)
    case (let error as SQLError, .sqlite(let path))
    where error.kind == .corrupt || error.kind == .notADatabase:
      self = .damaged(path: path, findings: [error.message])
    case (let error as SQLError, _): self = .database(error)
    default: self = .io(path: location.description, reason: ErrorText.text(error))
    }
  }
}
