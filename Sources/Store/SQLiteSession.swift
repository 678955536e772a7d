internal import Platform

/// One process' hold on a database file: the lock, and a mark that tells whether the last run ended in order.
///
/// SQLite opens a file whose `-wal` was deleted after a crash without a word, and what stood there is gone. The mark
/// stands beside the file while it is open; a mark without a log means that the log was taken away.
final class SQLiteSession: Sendable {
  private let path: String
  private let lock: LockFile

  init(path: String) throws {
    self.path = path
    do {
      try Files.makeDirectories(FilePath.directory(of: path), permissions: 0o700)
      lock = try LockFile(path + "-lock")
    } catch let error as LockError {
      switch error {
      case .held(_, let holder): throw StoreError.locked(path: path, holder: holder)
      default: throw StoreError.io(path: path, reason: "\(error)")
      }
    }
    if Files.exists(path), Files.exists(path + "-open"), !Files.exists(path + "-wal") {
      throw StoreError.lostLog(path: path)
    }
  }

  func begin() {
    try? Files.write([], to: path + "-open")
  }

  func end() {
    try? Files.remove(path + "-open")
  }
}
