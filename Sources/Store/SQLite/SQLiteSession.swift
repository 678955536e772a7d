internal import Glibc
internal import Platform
internal import Synchronization

/// One process' hold on a database file: the lock, and the number of the last commit kept beside the file.
///
/// SQLite opens a file whose `-wal` was deleted after a crash without a word, and the commits that stood there are
/// gone. So every commit carries a number, and the side file holds the last one that was confirmed: a database that
/// is behind it has lost something, or is an old copy.
final class SQLiteSession: Sendable {
  private let path: String
  let room: SQLiteRoom
  private let lock: LockFile
  private let file: GenerationFile
  private let database: FileIdentity?
  private let lockFile: FileIdentity?
  private let state = Mutex(State())

  private struct State {
    /// SQLite's count of changed rows when it was last looked at: a job that changed nothing needs no number.
    var changes: Int64 = 0
    var generation: Int64 = 0
    /// Given to a job of the open transaction; `nil` when none has changed anything.
    var pending: Int64?
  }

  init(path: String, keepsBallast: Bool) throws {
    self.path = path
    try Files.makeDirectories(FilePath.directory(of: path), permissions: 0o700)
    do {
      lock = try LockFile(path + "-lock")
    } catch {
      switch error {
      case .held(_, let holder): throw StoreError.locked(path: path, holder: holder)
      case .file(let error) where error.problem == .diskFull:
        throw SQLError(.full, "the disk of \(path) is full")
      default: throw StoreError.io(path: path, reason: ErrorText.text(error))
      }
    }
    try SQLiteRemains.requireNone(of: path)
    room = try SQLiteRoom(path: path, keepsBallast: keepsBallast)
    do {
      // SQLite would make a file that others can read, and that stays root's when root makes it.
      _ = try Files.openKept(path)
      file = try GenerationFile(path: path + "-generation")
    } catch {
      throw StoreError.io(path: path, reason: ErrorText.text(error))
    }
    database = Files.identity(path)
    lockFile = Files.identity(path + "-lock")
  }

  /// Throws `taken` when another file stands in the place of the database, or of its lock: what is written here would
  /// be in no file that anybody finds, and another process may have the one that is there.
  func requireOwn() throws(SQLError) {
    guard Files.identity(path) == database else {
      throw SQLError(.taken, "\(path) was removed or replaced while it was in use")
    }
    guard Files.identity(path + "-lock") == lockFile else {
      throw SQLError(.taken, "\(path)-lock was removed or replaced while it was held")
    }
  }

  /// For a database that is about to be made: puts the side file on disk before anything can be confirmed in it, so
  /// that an empty one always means that the database came from elsewhere.
  func begin() throws {
    guard file.confirmed == nil else { return }
    file.write(0)
    try file.flush()
  }

  /// Compares the database, whose log SQLite has taken in, with what was confirmed.
  func check(_ connection: any SQLConnection, acceptsOlderCopy: Bool) throws {
    let found = try connection.integer("SELECT value FROM meta WHERE name = 'generation'") ?? 0
    let confirmed = file.confirmed
    if !acceptsOlderCopy {
      guard let confirmed else { throw StoreError.foreignCopy(path: path) }
      guard found >= confirmed else {
        throw StoreError.lostCommits(path: path, found: found, confirmed: confirmed)
      }
    }
    // Numbers go on above both, so that the older copy that was accepted is not refused again.
    state.withLock { $0.generation = max(found, confirmed ?? 0) }
  }

  /// Numbers what a job has just done, if it changed anything; in its transaction, as the last thing of it.
  func mark(_ connection: any SQLConnection) throws {
    let changes = try connection.integer("SELECT total_changes()") ?? 0
    let generation: Int64? = state.withLock { state in
      guard changes != state.changes else { return nil }
      // The statement below changes one row more.
      state.changes = changes + 1
      state.generation += 1
      state.pending = state.generation
      return state.generation
    }
    guard let generation else { return }
    try GenerationFile.write(generation, to: connection)
  }

  /// Numbers what is done once for all jobs of a transaction: it goes with the number of the last of them that has one.
  func markRest(_ connection: any SQLConnection) throws {
    guard state.withLock({ $0.pending != nil }) else { return try mark(connection) }
    let changes = try connection.integer("SELECT total_changes()") ?? 0
    state.withLock { $0.changes = changes }
  }

  /// After a commit, before anybody is told of it. A crash in between leaves the side file behind, which is no alarm.
  ///
  /// - Returns: whether anything was written and is now on disk.
  func confirm(_ commit: WriteQueue.Commit) -> Bool {
    let pending = state.withLock { state in
      defer { state.pending = nil }
      return commit.error == nil ? state.pending : nil
    }
    guard let pending else { return false }
    file.write(pending)
    return true
  }

  /// When nothing of the database is open any more: a value that lives on somewhere must not keep others out.
  func end() { lock.release() }
}
