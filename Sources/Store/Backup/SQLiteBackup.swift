internal import Platform

/// Copies a SQLite store while the daemon works, and restores such copies.
package enum SQLiteBackup {
  /// The contents of a copy, read from the copy itself.
  package struct Contents: Equatable, Sendable {
    package var schema: Int
    package var customers: Int64
    package var bytes: Int64
    /// The time of its last decision, in milliseconds since 1970; `nil` if there is none.
    package var lastDecision: Int64?
  }

  /// Copies a snapshot of the store into a file that must not exist, and checks the copy. A failed or damaged
  /// copy is removed.
  ///
  /// Only reads the store: a daemon may be running.
  package static func make(of path: String, to copy: String) throws(StoreError) -> Contents {
    guard Files.exists(path) else { throw .absent(path: path) }
    guard !Files.isTaken(copy) else { throw .inTheWay(path: copy) }
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

  /// Replaces a store with a copy, while no daemon has it open. The former store is kept under another name,
  /// with its WAL; if the copy is damaged or not a store of ours, nothing is changed.
  ///
  /// Must be followed by `acceptRestore`: what was sent since the copy was made is unknown.
  ///
  /// - Parameters:
  ///   - stamp: part of the former store's new name.
  ///   - report: called with the number of bytes copied.
  /// - Returns: the restored contents, and the path of the former store, if there was one.
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

  /// The error with the path that the operator gave, not that of its copy.
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

  /// The path under which a replaced store is kept.
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

  /// Checks a copy for damage and reads its contents.
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
