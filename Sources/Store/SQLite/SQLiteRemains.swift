internal import Platform

/// Finds the remains of an earlier database.
///
/// SQLite creates a database wherever it finds none, and removes or overwrites what an old one left behind. A shop
/// that started over like that would forget what it has sent, and lose the files it could be restored from.
enum SQLiteRemains {
  /// Throws if there is no database in `path`, but files of an earlier one next to it. Changes nothing.
  ///
  /// A first start that was killed leaves an empty file, perhaps its journal, and a number saying that
  /// nothing was ever confirmed: that does not count as an earlier database.
  static func requireNone(of path: String) throws(StoreError) {
    let size = (try? Files.status(path))?.size
    guard size ?? 0 == 0 else { return }
    var left = ["-wal", "-shm"].map { path + $0 }.filter { Files.exists($0) }
    if size == nil, Files.exists(path + "-journal") { left.append(path + "-journal") }
    if hasConfirmed(path) { left.append(path + "-generation") }
    guard left.isEmpty else { throw .remains(path: path, isEmpty: size != nil, left: left) }
  }

  /// Throws if an existing database has none of our tables but has others, or had some once. Call before the
  /// first table is created.
  static func requireUnused(_ connection: any SQLConnection, _ path: String) throws {
    guard try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 else {
      throw StoreError.foreignDatabase(path: path)
    }
    guard !hasConfirmed(path) else {
      throw StoreError.remains(path: path, isEmpty: true, left: [path + "-generation"])
    }
  }

  /// Whether the number next to the file says that anything was ever committed.
  private static func hasConfirmed(_ path: String) -> Bool {
    guard let text = try? Files.readText(path + "-generation", limit: 4096) else {
      return Files.exists(path + "-generation")
    }
    return text.utf8.contains { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "\n") }
  }
}
