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
  let session: SQLiteSession?
  private let isClosed = Atomic(false)
  /// Whether it was opened to be read only.
  package let isReadOnly: Bool
  private let journal: ConsentJournal?
  private let generation: PostgresGeneration?
  /// What this store has learned from its journal when it was opened: it was an older copy. `nil` when nothing.
  package let replay: JournalReplay?
  /// Where the journal of another shop is now that lay in the place of this one's; `nil` when there was none.
  package let journalSetAside: String?
  private let probeMark: ProbeMark
  private let onWrite: @Sendable (SQLError?) -> Void
  /// Set for an SQLite store; a server keeps versions in rows.
  private let changes: ChangeLog?
  private let snapshots = CustomerSnapshot.Count()

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
    /// Keeps room on the disk of an SQLite file for what must still be written when it is full; refuses to open while
    /// there is none.
    package var keepsBallast: Bool
    /// The file that keeps what is said about consent outside the store; `nil` keeps none. See `ConsentJournal`.
    package var journal: String?
    /// The file that keeps, on this machine, how far a PostgreSQL database had come; `nil` does not notice one that went
    /// back.
    package var generation: String?
    /// For a look at what lies on a read-only file system: an SQLite file is read as it lies there, without a lock, and
    /// what is kept of a server's database on this machine is not written. To be used with `read` alone.
    package var readsOnly: Bool
    /// How long a PostgreSQL server gets to notice that the daemon before this one is gone.
    package var lockWait: Duration
    /// Called after each commit, on the writing thread.
    package var onCommit: @Sendable (WriteQueue.Commit) -> Void
    /// Called before any caller is told: with `nil` when something that was written is on disk, with the error when the
    /// database cannot be written. Runs on the writing thread, or on any after a read that shows that no write could
    /// succeed. A commit that changed nothing proves nothing and is not reported.
    package var onWrite: @Sendable (SQLError?) -> Void

    package init(
      readers: Int = 2, checksIntegrity: Bool = false, allowsUnsafeServer: Bool = false,
      acceptsOlderCopy: Bool = false, keepsBallast: Bool = false, journal: String? = nil,
      generation: String? = nil, readsOnly: Bool = false,
      lockWait: Duration = .seconds(10),
      onCommit: @escaping @Sendable (WriteQueue.Commit) -> Void = { _ in },
      onWrite: @escaping @Sendable (SQLError?) -> Void = { _ in }
    ) {
      self.readers = readers
      self.checksIntegrity = checksIntegrity
      self.allowsUnsafeServer = allowsUnsafeServer
      self.acceptsOlderCopy = acceptsOlderCopy
      self.keepsBallast = keepsBallast
      self.journal = journal
      self.generation = generation
      self.readsOnly = readsOnly
      self.lockWait = lockWait
      self.onCommit = onCommit
      self.onWrite = onWrite
    }
  }

  /// Opens the database, makes it if it is not there, takes it for this process alone, and brings its schema up.
  package init(_ location: StoreLocation, options: Options = Options()) throws(StoreError) {
    self.location = location
    onWrite = options.onWrite
    isReadOnly = options.readsOnly
    changes = location.isServer ? nil : ChangeLog()
    let session: SQLiteSession?
    do {
      session = try Self.session(location, options)
    } catch {
      throw StoreError(error, location: location)
    }
    self.session = session
    do {
      let outside = try Self.prepare(location, session, options)
      (journal, replay, generation) = (outside.journal, outside.replay, outside.generation)
      journalSetAside = outside.setAside
      let (journal, generation) = (outside.journal, outside.generation)
      let claim: PostgresClaim? =
        if case .postgresql = location {
          PostgresClaim(location, wait: options.lockWait)
        } else { nil }
      let isNew = FirstTime()
      let probeMark = ProbeMark()
      self.probeMark = probeMark
      let writer = try WriteQueue(
        name: "store-writer",
        onCommit: { commit in
          let isProbed = probeMark.take()
          journal?.dropProposed()
          generation?.confirm(succeeded: commit.error == nil)
          // A server does not say whether a commit changed anything; there the probe alone proves it.
          let isWritten = session?.confirm(commit) ?? (isProbed && commit.error == nil)
          if let error = commit.error {
            if error.isStorageFailure { options.onWrite(error) }
          } else if isWritten, session?.room.isSpent != true {
            options.onWrite(nil)
          }
          options.onCommit(commit)
        },
        beforeCommit: { (connection: any SQLConnection) throws(SQLError) in
          guard let journal, let last = journal.proposedLast else { return }
          do {
            try Transaction(connection).setJournalPosition(last, of: journal.id)
            try session?.markRest(connection)
            try journal.writeProposed()
          } catch {
            throw SQLError(outside: error)
          }
        },
        upkeep: { connection, failure in
          guard let session else { return }
          session.room.tend(connection, after: failure)
          do throws(SQLError) { try session.requireOwn() } catch { options.onWrite(error) }
        }
      ) { () throws(SQLError) in
        let connection = try Self.connect(
          to: location, as: options.readsOnly ? .unchanged : .writer, claim: claim, isNew: isNew.take())
        try session?.room.prepare(connection)
        return connection
      }
      self.writer = writer
      do throws(SQLError) {
        readers = try ReadPool(name: "store-reader", size: options.readers) { () throws(SQLError) in
          try Self.connect(
            to: location, as: options.readsOnly ? .unchanged : .reader, claim: nil, isNew: false)
        }
      } catch {
        writer.closeBlocking()
        throw error
      }
    } catch {
      session?.end()
      throw StoreError(error, location: location)
    }
  }

  /// What a write may have of a disk that is full.
  package enum Urgency: Sendable {
    case ordinary
    /// How an attempt ended, a person's word: it may take the room that is kept for it.
    case urgent
  }

  /// Runs `body` in the next commit and returns when that is on disk. An error thrown by `body` undoes its work alone.
  ///
  /// Urgent work that found the disk full runs a second time: its first failure is what makes room.
  package func write<T: Sendable>(
    as urgency: Urgency = .ordinary, _ body: @escaping @Sendable (Transaction) throws -> T
  ) async throws -> T {
    do {
      return try await writeOnce(as: urgency, body)
    } catch let error as SQLError where urgency == .urgent && error.kind == .full {
      return try await writeOnce(as: urgency, body)
    }
  }

  private func writeOnce<T: Sendable>(
    as urgency: Urgency, _ body: @escaping @Sendable (Transaction) throws -> T
  ) async throws -> T {
    let work = changes?.begin()
    defer { if let work { changes?.end(work) } }
    return try await writer.write { [session, journal, generation] connection in
      if urgency == .ordinary, let room = session?.room, room.isSpent { throw room.refusal }
      let buffer = journal.map { ConsentJournal.Buffer($0) }
      let value = try body(Transaction(connection, journal: buffer, changes: work))
      try generation?.mark(connection)
      try session?.mark(connection)
      if let journal, let buffer { journal.propose(buffer.entries) }
      return value
    }
  }

  /// Take it before reading facts that a later write depends on; see `CustomerSnapshot`.
  package func snapshot() -> CustomerSnapshot { CustomerSnapshot(changes, snapshots) }

  /// Whether no snapshot is in use and no change is recorded for one.
  package var isAtRest: Bool { snapshots.isZero && (changes?.isEmpty ?? true) }

  /// Writes one small row, to see whether the database takes it; `onWrite` is told, as of every write.
  package func probe() async throws {
    try await writer.write { [session, journal, probeMark] connection in
      try session?.room.refill()
      do throws(FileError) { try journal?.requireRoom() } catch { throw SQLError(outside: error) }
      try Transaction(connection).touch()
      try session?.mark(connection)
      probeMark.set()
    }
  }

  /// Runs `body` on a reading connection, in one snapshot of the database. It waits for no writer and holds none up.
  /// One that finds no database tells `onWrite`: no write would go through either.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    do {
      return try await readTwice(body)
    } catch let error as SQLError {
      if error.isStorageFailure, !isClosed.load(ordering: .relaxed) { onWrite(error) }
      throw error
    }
  }

  private func readTwice<T: Sendable>(
    _ body: @escaping @Sendable (Transaction) throws -> T
  ) async throws -> T {
    do {
      return try await readers.read { try Self.look($0, body) }
    } catch let lost as LostBeforehand {
      // The server restarted while the connection rested; the next one is new.
      do {
        return try await readers.read { try Self.look($0, body) }
      } catch is LostBeforehand {
        throw lost.reason
      }
    }
  }

  /// A connection was gone before anything was asked of it.
  private struct LostBeforehand: Error {
    let reason: any Error
  }

  private static func look<T>(_ connection: any SQLConnection, _ body: (Transaction) throws -> T) throws -> T
  {
    do {
      try connection.begin(.snapshot)
    } catch  where connection.isLost {
      throw LostBeforehand(reason: error)
    }
    defer { connection.rollback() }
    return try body(Transaction(connection))
  }

  /// Looks whether the database is still there and still this process's, without writing; `onWrite` is told when not.
  package func confirmHold() async throws { try await writer.write { _ in } }

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
    isClosed.store(true, ordering: .relaxed)
    await readers.close()
    await writer.close()
    session?.end()
  }
}

extension SQLError {
  /// What a failure beside the database means for it: it cannot be written either, since nothing may be committed that
  /// the journal does not hold.
  fileprivate init(outside error: any Error) {
    switch error {
    case let error as SQLError: self = error
    case let error as FileError:
      let kind: Kind =
        switch error.problem {
        case .diskFull: .full
        case .readOnlyFileSystem: .readOnly
        default: .io
        }
      self.init(kind, error.description)
    default: self.init(.other, ErrorText.text(error))
    }
  }
}

/// True once. Asked on the writing thread.
private final class FirstTime: Sendable {
  private let isFirst = Atomic(true)

  func take() -> Bool { isFirst.exchange(false, ordering: .relaxed) }
}

/// Whether a probe is in the open transaction. Set and taken on the writing thread.
private final class ProbeMark: Sendable {
  private let isSet = Atomic(false)

  func set() { isSet.store(true, ordering: .relaxed) }
  func take() -> Bool { isSet.exchange(false, ordering: .relaxed) }
}
