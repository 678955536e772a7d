internal import Platform

/// What lies beside the place of a database file.
///
/// SQLite makes a new database wherever it finds none, and removes or overwrites what an old one left. A shop that
/// started over like that would have forgotten what it has sent, and lost what it could have been restored from.
enum SQLiteRemains {
  /// Throws when there is no database in `path` and yet something of one beside it. Nothing is changed.
  ///
  /// A first start that was killed leaves an empty file, perhaps its journal, and a number that says that nothing was
  /// ever confirmed: that is no old store.
  static func requireNone(of path: String) throws(StoreError) {
    let size = (try? Files.status(path))?.size
    guard size ?? 0 == 0 else { return }
    var left = ["-wal", "-shm"].map { path + $0 }.filter { Files.exists($0) }
    if size == nil, Files.exists(path + "-journal") { left.append(path + "-journal") }
    if hasConfirmed(path) { left.append(path + "-generation") }
    guard left.isEmpty else { throw .remains(path: path, isEmpty: size != nil, left: left) }
  }

  /// Throws when a database that is there has none of our tables although it has others, or once had them. To be asked
  /// before the first table is made.
  static func requireUnused(_ connection: any SQLConnection, _ path: String) throws {
    guard try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 else {
      throw StoreError.foreignDatabase(path: path)
    }
    guard !hasConfirmed(path) else {
      throw StoreError.remains(path: path, isEmpty: true, left: [path + "-generation"])
    }
  }

  /// Whether the number beside the file says that anything was ever on disk.
  private static func hasConfirmed(_ path: String) -> Bool {
    guard let text = try? Files.readText(path + "-generation", limit: 4096) else {
      return Files.exists(path + "-generation")
    }
    return text.utf8.contains { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "\n") }
  }
}
