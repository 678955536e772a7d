package import Platform
internal import Synchronization

/// The database: customers and what is planned, decided and sent to them.
///
/// One connection writes, on a thread of its own, and groups what waits into one commit; a few others read. What
/// `write` has returned is on disk. Safe to use from any thread.
package final class Store: Sendable {
  package let location: StoreLocation
  private let writer: WriteQueue
  private let readers: ReadPool
  private let session: SQLiteSession?
  private let probeMark: ProbeMark

  package struct Options: Sendable {
    /// Reading connections.
    package var readers: Int
    /// Look through the whole file for damage before use; seconds for each gigabyte.
    package var checksIntegrity: Bool
    /// A server that may lose what it has acknowledged is refused unless this is set; tests set it.
    package var allowsUnsafeServer: Bool
    /// Takes a file that lacks confirmed commits, or was put here from elsewhere, as it is. To be followed by
    /// `acceptRestore`.
    package var acceptsOlderCopy: Bool
    /// How long a PostgreSQL server gets to notice that the daemon before this one is gone.
    package var lockWait: Duration
    /// Called after each commit, on the writing thread.
    package var onCommit: @Sendable (WriteQueue.Commit) -> Void
    /// Told on the writing thread, before any caller, when something that was written is on disk, with `nil`, and when
    /// the database could not be written, with the reason. A commit that changed nothing proves nothing and is silent.
    package var onWrite: @Sendable (SQLError?) -> Void

    package init(
      readers: Int = 2, checksIntegrity: Bool = false, allowsUnsafeServer: Bool = false,
      acceptsOlderCopy: Bool = false,
      lockWait: Duration = .seconds(10),
      onCommit: @escaping @Sendable (WriteQueue.Commit) -> Void = { _ in },
      onWrite: @escaping @Sendable (SQLError?) -> Void = { _ in }
    ) {
      self.readers = readers
      self.checksIntegrity = checksIntegrity
      self.allowsUnsafeServer = allowsUnsafeServer
      self.acceptsOlderCopy = acceptsOlderCopy
      self.lockWait = lockWait
      self.onCommit = onCommit
      self.onWrite = onWrite
    }
  }

  /// Opens the database, makes it if it is not there, takes it for this process alone, and brings its schema up.
  package init(_ location: StoreLocation, options: Options = Options()) throws(StoreError) {
    self.location = location
    do {
      let session: SQLiteSession?
      if case .sqlite(let path) = location { session = try SQLiteSession(path: path) } else { session = nil }
      self.session = session
      try Self.prepare(location, session, options)
      let probeMark = ProbeMark()
      self.probeMark = probeMark
      writer = try WriteQueue(
        name: "store-writer",
        onCommit: { commit in
          let isProbed = probeMark.take()
          // A server does not say whether a commit changed anything; there the probe alone proves it.
          let isWritten = session?.confirm(commit) ?? (isProbed && commit.error == nil)
          if let error = commit.error {
            if error.isStorageFailure { options.onWrite(error) }
          } else if isWritten {
            options.onWrite(nil)
          }
          options.onCommit(commit)
        }
      ) { () throws(SQLError) in
        try Self.connect(to: location, asWriter: true, lockWait: options.lockWait)
      }
      readers = try ReadPool(name: "store-reader", size: options.readers) { () throws(SQLError) in
        try Self.connect(to: location, asWriter: false, lockWait: options.lockWait)
      }
    } catch {
      throw StoreError(error, location: location)
    }
  }

  /// Runs `body` in the next commit and returns when that is on disk. An error thrown by `body` undoes its work alone.
  package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await writer.write { [session] connection in
      let value = try body(Transaction(connection))
      try session?.mark(connection)
      return value
    }
  }

  /// Writes one small row, to see whether the database takes it; `onWrite` is told, as of every write.
  package func probe() async throws {
    try await writer.write { [session, probeMark] connection in
      try Transaction(connection).touch()
      try session?.mark(connection)
      probeMark.set()
    }
  }

  /// Runs `body` on a reading connection, in one snapshot of the database. It waits for no writer and holds none up.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    do {
      return try await readers.read { try Self.look($0, body) }
    } catch is LostBeforehand {
      // The server restarted while the connection rested; the next one is new.
      do {
        return try await readers.read { try Self.look($0, body) }
      } catch let lost as LostBeforehand {
        throw lost.cause
      }
    }
  }

  /// The connection was gone before it was asked anything. Never leaves this file.
  private struct LostBeforehand: Error { var cause: any Error }

  private static func look<T>(_ connection: any SQLConnection, _ body: (Transaction) throws -> T) throws -> T
  {
    do {
      try connection.begin(.snapshot)
    } catch  where connection.isLost {
      throw LostBeforehand(cause: error)
    }
    defer { connection.rollback() }
    return try body(Transaction(connection))
  }

  /// Jobs that wait for the writer.
  package var pendingWrites: Int { writer.pending }

  /// How long the writer, or the slowest reader, has been at one job; zero when they rest. For the watchdog.
  package var stalledFor: Duration { max(writer.stalledFor, readers.stalledFor) }

  /// Copies the whole database into a new file while work goes on. SQLite only; PostgreSQL has `pg_dump`.
  package func backup(to path: String) async throws {
    try await readers.read { connection in
      guard let connection = connection as? SQLiteConnection else {
        throw SQLError(.misuse, "back up PostgreSQL with pg_dump")
      }
      try connection.backup(to: path)
    }
  }

  /// Finishes what waits and lets go of the database.
  package func close() async {
    await readers.close()
    await writer.close()
    session?.end()
  }
}

/// Whether a probe is in the open transaction. Set and taken on the writing thread.
private final class ProbeMark: Sendable {
  private let isSet = Atomic(false)

  func set() { isSet.store(true, ordering: .relaxed) }
  func take() -> Bool { isSet.exchange(false, ordering: .relaxed) }
}
