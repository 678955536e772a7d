internal import Platform

/// A copy of a SQLite store: making one while the daemon works, and putting one back.
package enum SQLiteBackup {
  /// What a copy holds, read from the copy itself.
  package struct Contents: Equatable, Sendable {
    package var schema: Int
    package var customers: Int64
    package var bytes: Int64
    /// When the last decision in it was made, in milliseconds since 1970; `nil` when none was.
    package var lastDecision: Int64?
  }

  /// Copies the store, as it is at one moment, into a file that must not exist, and looks through the copy. A copy that
  /// failed, or is damaged, is removed.
  ///
  /// Only reads the store: a daemon may be at work on it.
  package static func make(of path: String, to copy: String) throws(StoreError) -> Contents {
    guard Files.exists(path) else { throw .absent(path: path) }
    guard !Files.exists(copy) else { throw .inTheWay(path: copy) }
    let partial = copy + ".partial"
    do {
      try Files.remove(partial)
      let isUnchanged = UnchangedFile.isOne(path)
      if isUnchanged { try UnchangedFile.requireReadable(path) }
      let source = try SQLiteConnection(path: path, mode: isUnchanged ? .unchanged : .reader)
      defer { source.close() }
      try source.backup(to: partial)
      let contents = try look(into: partial)
      try Files.move(partial, to: copy)
      return contents
    } catch {
      try? Files.remove(partial)
      throw StoreError(error, location: .sqlite(path: copy))
    }
  }

  /// Puts a copy in the place of a store that no daemon has open. The store that was there is kept under another name,
  /// with its log; when the copy is no store of ours, or damaged, nothing is changed.
  ///
  /// To be followed by `acceptRestore`: nobody knows what was sent since the copy was made.
  ///
  /// - Parameters:
  ///   - stamp: part of the name under which the former store is kept.
  ///   - report: told how many bytes are copied.
  /// - Returns: what was put back, and where the former store is now, if there was one.
  package static func restore(
    _ copy: String, to path: String, stamp: String, report: (Int64) -> Void = { _ in }
  ) throws(StoreError) -> (contents: Contents, former: String?) {
    let lock = try lockStore(path)
    defer { lock.release() }
    let arriving = path + ".restoring"
    do {
      for name in ["", "-wal", "-shm"] { try Files.remove(arriving + name) }
      try Files.copy(copy, to: arriving, report: report)
      let contents = try look(into: arriving)
      var former: String?
      for name in ["-wal", "", "-shm"] where Files.exists(path + name) {
        if name == "-shm" {
          try Files.remove(path + name)
        } else {
          let kept = formerPath(of: path, stamp: stamp)
          try Files.move(path + name, to: kept + name)
          if name.isEmpty { former = kept }
        }
      }
      try Files.move(arriving, to: path)
      return (contents, former)
    } catch {
      for name in ["", "-wal", "-shm"] { try? Files.remove(arriving + name) }
      throw refusal(of: copy, for: error)
    }
  }

  /// Names the file that the operator gave, whatever its copy was called.
  private static func refusal(of copy: String, for error: any Error) -> StoreError {
    switch error {
    case StoreError.noBackup(_, let reason): .noBackup(path: copy, reason: reason)
    case StoreError.damaged(_, let findings): .damaged(path: copy, findings: findings)
    case let error as SQLError where error.kind == .notADatabase:
      .noBackup(path: copy, reason: "it is no database of SQLite")
    case let error as FileError where error.problem == .notRegular:
      .noBackup(path: copy, reason: "\(error)")
    default: StoreError(error, location: .sqlite(path: copy))
    }
  }

  /// Where the store that a backup takes the place of is kept.
  package static func formerPath(of path: String, stamp: String) -> String {
    "\(path).before-restore-\(stamp)"
  }

  private static func lockStore(_ path: String) throws(StoreError) -> LockFile {
    do throws(FileError) {
      try Files.makeDirectories(FilePath.directory(of: path), permissions: 0o700)
    } catch {
      throw .io(path: path, reason: "\(error)")
    }
    do throws(LockError) {
      return try LockFile(path + "-lock")
    } catch {
      if case .held(_, let holder) = error { throw .locked(path: path, holder: holder) }
      throw .io(path: path, reason: "\(error)")
    }
  }

  /// Looks through a copy for damage and for what it holds.
  private static func look(into path: String) throws -> Contents {
    let connection = try SQLiteConnection(path: path, mode: .writer)
    defer {
      connection.close()
      for name in ["-wal", "-shm"] { try? Files.remove(path + name) }
    }
    let findings = try connection.quickCheck()
    guard findings.isEmpty else { throw StoreError.damaged(path: path, findings: findings) }
    let schema = try Migrator.version(of: connection)
    guard schema > 0 else {
      throw StoreError.noBackup(path: path, reason: "it is a database, but no store of reprise")
    }
    guard schema <= Schema.version else {
      throw StoreError.newerSchema(found: schema, known: Schema.version)
    }
    return Contents(
      schema: schema, customers: try connection.integer("SELECT count(*) FROM customers") ?? 0,
      bytes: try Files.status(path).size,
      lastDecision: try connection.integer("SELECT at FROM decisions ORDER BY at DESC LIMIT 1"))
  }
}
