internal import Glibc
internal import Platform
internal import Synchronization

/// A process's exclusive ownership of a database file: the lock, and the number of the last commit in a side file.
///
/// If the `-wal` is deleted after a crash, SQLite opens the file silently without the commits in it. So every
/// commit is numbered, and the side file has the last confirmed number: a database behind it has lost commits
/// or is an old copy.
final class SQLiteSession: Sendable {
  private let path: String
  let room: SQLiteRoom
  private let lock: LockFile
  private let file: GenerationFile
  private let database: FileIdentity?
  private let lockFile: FileIdentity?
  private let state = Mutex(State())

  private struct State {
    /// SQLite's count of changed rows at the last check: a job that changed nothing needs no number.
    var changes: Int64 = 0
    var generation: Int64 = 0
    /// The number given to a job of the open transaction; `nil` if none has changed anything.
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
      // SQLite would create a file that others can read, and that would stay root's if created by root.
      _ = try Files.openKept(path)
      file = try GenerationFile(path: path + "-generation")
    } catch {
      throw StoreError.io(path: path, reason: ErrorText.text(error))
    }
    database = Files.identity(path)
    lockFile = Files.identity(path + "-lock")
  }

  /// Throws `taken` if the database or its lock file was replaced by another file: writes would go to an
  /// unlinked file, and another process may have the new one open.
  func requireOwn() throws(SQLError) {
    guard Files.identity(path) == database else {
      throw SQLError(.taken, "\(path) was removed or replaced while it was in use")
    }
    guard Files.identity(path + "-lock") == lockFile else {
      throw SQLError(.taken, "\(path)-lock was removed or replaced while it was held")
    }
  }

  /// Call before a database is created: syncs the side file before anything can be confirmed, so that an
  /// empty one always means that the database came from elsewhere.
  func begin() throws {
    guard file.confirmed == nil else { return }
    file.write(0)
    try file.flush()
  }

  /// Compares the database, after SQLite's recovery of the WAL, with what was confirmed.
  func check(_ connection: any SQLConnection, acceptsOlderCopy: Bool) throws {
    let found = try connection.integer("SELECT value FROM meta WHERE name = 'generation'") ?? 0
    let confirmed = file.confirmed
    if !acceptsOlderCopy {
      guard let confirmed else { throw StoreError.foreignCopy(path: path) }
      guard found >= confirmed else {
        throw StoreError.lostCommits(path: path, found: found, confirmed: confirmed)
      }
    }
    // Continue above both, so that an older copy that was accepted is not refused again.
    state.withLock { $0.generation = max(found, confirmed ?? 0) }
  }

  /// Numbers a job's work if it changed anything; must be the last statement of its part of the transaction.
  func mark(_ connection: any SQLConnection) throws {
    let changes = try connection.integer("SELECT total_changes()") ?? 0
    let generation: Int64? = state.withLock { state in
      guard changes != state.changes else { return nil }
      // The statement below changes another row.
      state.changes = changes + 1
      state.generation += 1
      state.pending = state.generation
      return state.generation
    }
    guard let generation else { return }
    try GenerationFile.write(generation, to: connection)
  }

  /// Includes work done once for all jobs of a transaction in the number of the last job that has one.
  func markRest(_ connection: any SQLConnection) throws {
    guard state.withLock({ $0.pending != nil }) else { return try mark(connection) }
    let changes = try connection.integer("SELECT total_changes()") ?? 0
    state.withLock { $0.changes = changes }
  }

  /// Call after a commit, before any caller resumes. A crash in between leaves the side file behind, which is
  /// harmless.
  ///
  /// - Returns: whether anything was written and is now durable.
  func confirm(_ commit: WriteQueue.Commit) -> Bool {
    let pending = state.withLock { state in
      defer { state.pending = nil }
      return commit.error == nil ? state.pending : nil
    }
    guard let pending else { return false }
    file.write(pending)
    return true
  }

  /// Call once everything is closed: a value kept alive elsewhere must not keep others out.
  func end() { lock.release() }
}
