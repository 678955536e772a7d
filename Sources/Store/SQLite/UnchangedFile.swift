internal import Platform

/// A SQLite file on a read-only file system, where neither a WAL index nor our lock file can be created. It is read
/// without its WAL, which is correct as long as there is none, since then no process is using it.
enum UnchangedFile {
  static func isOne(_ path: String) -> Bool {
    Files.isOnReadOnlyFileSystem(FilePath.directory(of: path))
  }

  /// Throws if the file alone is not the whole store, or needs recovery or migration first.
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
