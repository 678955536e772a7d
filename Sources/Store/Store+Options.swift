package import Platform

extension Store {
  package struct Options: Sendable {
    /// The number of reading connections.
    package var readers: Int
    /// Checks the whole file for damage at the start; takes seconds per gigabyte.
    package var checksIntegrity: Bool
    /// Accepts a server that may lose acknowledged commits; only for tests.
    package var allowsUnsafeServer: Bool
    /// Accepts a file that lacks confirmed commits or came from elsewhere. Must be followed by
    /// `acceptRestore`.
    package var acceptsOlderCopy: Bool
    /// Reserves disk space for what must still be written when the disk of a SQLite file is full; without that space
    /// the store does not open.
    package var keepsBallast: Bool
    /// The file that records consent outside the store; `nil` for none. See `ConsentJournal`.
    package var journal: String?
    /// The file on this machine that records how far a PostgreSQL database has come; with `nil`, a database that was
    /// rolled back to an earlier state goes unnoticed.
    package var generation: String?
    /// For a read-only file system: a SQLite file is read without a lock, and nothing is written on this
    /// machine about a server's database. Allows only `read`.
    package var readsOnly: Bool
    /// How long a PostgreSQL server gets to notice that the previous daemon is gone.
    package var lockWait: Duration
    /// Called after each commit, on the writing thread.
    package var onCommit: @Sendable (WriteQueue.Commit) -> Void
    /// Called before any caller resumes: with `nil` once a change is durable, with the error if the database cannot be
    /// written. Runs on the writing thread, or on any thread after a read that failed in a way that writes would too.
    /// A commit without changes proves nothing and is not reported.
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
}
