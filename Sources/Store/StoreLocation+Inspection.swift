internal import Platform

extension StoreLocation {
  /// Checks, without changing anything and while others use the database, whether this program could open it:
  /// that no newer program has written it, that nothing is missing, and that a file has space on its disk. A
  /// missing file is fine.
  package func inspect() throws(StoreError) {
    do {
      switch self {
      case .sqlite(let path): try Self.inspect(path)
      case .postgresql(let url):
        let connection = try PostgresConnection(url: url, timeouts: .init(connect: .seconds(3)))
        defer { connection.close() }
        try Store.requireSafety(of: connection)
        try Self.requireKnownSchema(connection)
      }
    } catch {
      throw StoreError(error, location: self)
    }
  }

  /// Throws if a server cannot be reached or refuses us; does nothing for a file.
  package func requireServer() throws(StoreError) {
    guard case .postgresql(let url) = self else { return }
    do throws(SQLError) {
      try PostgresConnection(url: url).close()
    } catch {
      throw StoreError(error, location: self)
    }
  }

  private static func inspect(_ path: String) throws {
    try SQLiteRemains.requireNone(of: path)
    // Last, because free space would not help with the problems checked above.
    try inspectFile(path)
    try SQLiteRoom.requireRoom(for: path)
  }

  private static func inspectFile(_ path: String) throws {
    guard let size = (try? Files.status(path))?.size, size > 0 else { return }
    // The WAL can be ignored: it only holds what this program wrote, which the next start recovers.
    let connection = try SQLiteConnection(path: path, mode: .unchanged)
    defer { connection.close() }
    if try Migrator.version(of: connection) == 0 { try SQLiteRemains.requireUnused(connection, path) }
    try requireKnownSchema(connection)
  }

  private static func requireKnownSchema(_ connection: any SQLConnection) throws {
    let found = try Migrator.version(of: connection)
    guard found <= Schema.version else {
      throw StoreError.newerSchema(found: found, known: Schema.version)
    }
  }
}
