internal import Platform

extension StoreLocation {
  /// Looks, without changing anything and beside whoever uses the database, whether this program could open it: that
  /// it was not written by a newer one, that nothing of it is missing, and that a file has room on its disk. A file that
  /// is not there yet is no problem.
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

  /// Throws when a server cannot be reached, or turns us away; a file is not looked for.
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
    // Last: what no room would mend is told first.
    try inspectFile(path)
    try SQLiteRoom.requireRoom(for: path)
  }

  private static func inspectFile(_ path: String) throws {
    guard let size = (try? Files.status(path))?.size, size > 0 else { return }
    // A log is not read: what it holds is what this program wrote, or what a start takes in.
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
