internal import CSQLite
internal import Glibc

extension SQLiteConnection {
  /// The result of `PRAGMA name`; null if there is none.
  package func pragma(_ name: String) throws -> SQLValue {
    try first(SQLText("PRAGMA \(name)")) { $0.value(0) } ?? .null
  }

  /// The structural errors of the file; empty if there are none.
  ///
  /// Indexes are not compared with their tables, which would take minutes on a large file: a changed byte
  /// inside a value goes unnoticed.
  package func quickCheck() throws -> [String] {
    do {
      let lines = try all("PRAGMA quick_check(20)") { $0.string(0) }
      return lines == ["ok"] ? [] : lines
    } catch let error as SQLError where error.kind == .corrupt {
      // Some damage aborts the check itself.
      return [error.message]
    }
  }

  package enum CheckpointMode: Sendable {
    /// Moves what it can without waiting.
    case passive
    /// Waits for readers and empties the WAL file.
    case truncate
  }

  package struct Checkpoint: Equatable, Sendable {
    /// Pages in the WAL, and how many of them are in the database file now; both -1 outside WAL mode.
    package let logPages: Int
    package let movedPages: Int
  }

  /// Moves the WAL into the database file. Throws `busy` if a reader kept it from being emptied.
  ///
  /// - Parameter waiting: how long to wait for readers; the connection's busy timeout by default.
  @discardableResult
  package func checkpoint(
    _ mode: CheckpointMode, waiting: Duration? = nil
  ) throws(SQLError) -> Checkpoint {
    let database = try open()
    if let waiting { setBusyTimeout(waiting) }
    defer { if waiting != nil { setBusyTimeout(busyTimeout) } }
    var log: Int32 = 0
    var moved: Int32 = 0
    let flag = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
    let code = sqlite3_wal_checkpoint_v2(database, nil, flag, &log, &moved)
    guard code == SQLITE_OK else { throw SQLiteError.last(of: database, code: code) }
    return Checkpoint(logPages: Int(log), movedPages: Int(moved))
  }

  /// Copies a snapshot of the database into a new file that only its owner may read.
  ///
  /// In WAL mode, reading and writing continue meanwhile. The file must not exist; a failed copy is removed.
  package func backup(to path: String) throws(SQLError) {
    let source = try open()
    let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw SQLError(.cannotOpen, "cannot create the copy \(path): \(String(cString: strerror(errno)))")
    }
    Glibc.close(descriptor)
    do throws(SQLError) {
      let copy = try SQLiteConnection(path: path, mode: .writer)
      defer { copy.close() }
      let target = try copy.open()
      guard let backup = sqlite3_backup_init(target, "main", source, "main") else {
        throw SQLiteError.last(of: target, code: sqlite3_extended_errcode(target))
      }
      _ = sqlite3_backup_step(backup, -1)
      let code = sqlite3_backup_finish(backup)
      guard code == SQLITE_OK else { throw SQLiteError.last(of: target, code: code) }
    } catch {
      unlink(path)
      throw error
    }
  }
}
