internal import Platform
internal import Synchronization

/// The database: customers and what is planned, decided and sent to them.
///
/// One connection writes, on its own thread, grouping waiting jobs into one commit; a few others read. What
/// `write` returns is durable. Thread-safe.
package final class Store: Sendable {
  package let location: StoreLocation
  private let writer: WriteQueue
  private let readers: ReadPool
  let session: SQLiteSession?
  private let isClosed = Atomic(false)
  package let isReadOnly: Bool
  private let journal: ConsentJournal?
  private let generation: PostgresGeneration?
  /// What the store, being an older copy, replayed from its journal when it was opened; `nil` if nothing.
  package let replay: JournalReplay?
  /// The new path of another shop's journal that was found in the place of this one's; `nil` if there was none.
  package let journalSetAside: String?
  private let probeMark: ProbeMark
  private let onWrite: @Sendable (SQLError?) -> Void
  /// Only for SQLite; a server keeps versions in rows.
  private let changes: ChangeLog?
  private let snapshots = CustomerSnapshot.Count()

  /// Opens the database, creating it if necessary, takes exclusive ownership, and migrates its schema.
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
          // A server does not report whether a commit changed anything, so only the probe proves it.
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

  /// How much of a full disk a write may use.
  package enum Urgency: Sendable {
    case ordinary
    /// An attempt's result, or a statement by a person: may use the space reserved for such writes.
    case urgent
  }

  /// Runs `body` in the next commit and returns once that is durable. If `body` throws, only its own work is undone.
  ///
  /// Urgent work that hits a full disk runs a second time: its first failure frees the reserved space.
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

  /// Take one before reading facts that a later write depends on; see `CustomerSnapshot`.
  package func snapshot() -> CustomerSnapshot { CustomerSnapshot(changes, snapshots) }

  /// Whether no snapshot is in use and no change is recorded for one.
  package var isAtRest: Bool { snapshots.isZero && (changes?.isEmpty ?? true) }

  /// Writes one small row to check that the database accepts it; reported to `onWrite` like every write.
  package func probe() async throws {
    try await writer.write { [session, journal, probeMark] connection in
      try session?.room.refill()
      do throws(FileError) { try journal?.requireRoom() } catch { throw SQLError(outside: error) }
      try Transaction(connection).touch()
      try session?.mark(connection)
      probeMark.set()
    }
  }

  /// Runs `body` on a reading connection, in one snapshot of the database. Neither waits for writers nor
  /// blocks them. If the database is unreachable, it is reported to `onWrite`: writes would fail too.
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
      // The server was restarted while the connection was idle; the next one is new.
      do {
        return try await readers.read { try Self.look($0, body) }
      } catch is LostBeforehand {
        throw lost.reason
      }
    }
  }

  /// The connection was lost before any statement ran.
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

  /// Checks without writing that the database still exists and belongs to this process; reports to `onWrite`
  /// if not.
  package func confirmHold() async throws { try await writer.write { _ in } }

  /// Jobs waiting for the writer.
  package var pendingWrites: Int { writer.pending }

  /// Copies the whole database into a new file while work continues. SQLite only; PostgreSQL has `pg_dump`.
  package func backup(to path: String) async throws {
    try await readers.read { connection in
      guard let connection = connection as? SQLiteConnection else {
        throw SQLError(.misuse, "back up PostgreSQL with pg_dump")
      }
      try connection.backup(to: path)
    }
  }

  /// Finishes waiting jobs and releases the database.
  package func close() async {
    isClosed.store(true, ordering: .relaxed)
    await readers.close()
    await writer.close()
    session?.end()
  }
}

extension SQLError {
  /// A failure outside the database counts as a failure to write it: nothing may be committed that the journal lacks.
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

/// True once. Used on the writing thread.
private final class FirstTime: Sendable {
  private let isFirst = Atomic(true)

  func take() -> Bool { isFirst.exchange(false, ordering: .relaxed) }
}

/// Whether a probe is in the open transaction. Used on the writing thread.
private final class ProbeMark: Sendable {
  private let isSet = Atomic(false)

  func set() { isSet.store(true, ordering: .relaxed) }
  func take() -> Bool { isSet.exchange(false, ordering: .relaxed) }
}
