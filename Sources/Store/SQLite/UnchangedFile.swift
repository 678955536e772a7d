internal import Platform

/// An SQLite file that lies where nothing can be written: SQLite can make no index of the log beside it, and this program
/// no lock. It is read as it lies there, which is right as long as there is no log and so nobody at work on it.
enum UnchangedFile {
  static func isOne(_ path: String) -> Bool {
    Files.isOnReadOnlyFileSystem(FilePath.directory(of: path))
  }

  /// Throws when the file alone is not the whole store, or one that this program has to bring up first.
  static func requireReadable(_ path: String) throws {
    try SQLiteRemains.requireNone(of: path)
    if let log = try? Files.status(path + "-wal"), log.size > 0 {
      throw refusal(path, "and \(path)-wal holds changes that are not in it yet")
    }
    let connection = try SQLiteConnection(path: path, mode: .unchanged)
    defer { connection.close() }
    let found = try Migrator.version(of: connection)
    if found == 0 { try SQLiteRemains.requireUnused(connection, path) }
    guard found <= Schema.version else {
      throw StoreError.newerSchema(found: found, known: Schema.version)
    }
    guard found == Schema.version else {
      throw refusal(
        path, "and it has to be brought up first (schema \(found), this program knows \(Schema.version))")
    }
  }

  private static func refusal(_ path: String, _ reason: String) -> StoreError {
    .io(
      path: path,
      reason:
        "the file system is read-only, \(reason); copy \(path)* to where it can be written, and name the copy with --store"
    )
  }
}
