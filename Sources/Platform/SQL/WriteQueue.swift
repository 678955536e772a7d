/// The single writer of a database: many callers, one thread, one connection, few commits.
///
/// Jobs run in the order they were added. The thread begins a transaction, runs the first job and then every
/// waiting one, each in a savepoint, and commits once for all; only then do the callers resume. So the result
/// of `write` is durable, and a hundred callers share one disk sync.
package final class WriteQueue: Sendable {
  package struct Limits: Sendable {
    /// Maximum jobs per transaction.
    package var jobs: Int
    /// No job joins the transaction after this time; a single long job may still exceed it.
    package var duration: Duration

    package init(jobs: Int = 1000, duration: Duration = .milliseconds(25)) {
      self.jobs = jobs
      self.duration = duration
    }
  }

  /// One finished transaction.
  package struct Commit: Sendable {
    /// The number of jobs committed; 0 if it failed.
    package let jobs: Int
    /// From the start of the transaction to the end of its commit.
    package let duration: Duration
    /// The commit alone: with SQLite, the disk sync.
    package let commitDuration: Duration
    /// Why it was rolled back; `nil` if it was committed.
    package let error: SQLError?
  }

  private let jobs = JobQueue<WriteJob>()
  private let thread: ConnectionThread

  /// Opens the connection on its own thread and returns when it is ready.
  ///
  /// - Parameters:
  ///   - name: the thread's name.
  ///   - onCommit: called on the writing thread after each transaction, and after a database failure before the commit.
  ///     Runs before any caller resumes; must be short.
  ///   - beforeCommit: called on the writing thread at the end of each transaction; an error rolls it back.
  ///   - upkeep: maintenance of the database: called on the writing thread after each transaction, once its callers
  ///     have been resumed, with the error that rolled it back, if any; no transaction is open then.
  ///   - open: opens the connection, also each time it was lost.
  package init(
    name: String, limits: Limits = Limits(), onCommit: @escaping @Sendable (Commit) -> Void = { _ in },
    beforeCommit: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Void = { _ in },
    upkeep: @escaping @Sendable (any SQLConnection, SQLError?) -> Void = { _, _ in },
    open: @escaping @Sendable () throws(SQLError) -> any SQLConnection
  ) throws(SQLError) {
    let jobs = jobs
    let opened = JobQueue<Result<Void, SQLError>>()
    thread = try ConnectionThread(name: name) {
      let writer = GroupWriter(
        jobs: jobs, limits: limits, onCommit: onCommit, beforeCommit: beforeCommit, upkeep: upkeep,
        open: open)
      let result = writer.connect()
      _ = opened.put(result)
      if case .success = result { writer.run() }
    }
    if case .failure(let error)? = opened.take() {
      jobs.close()
      thread.blockUntilEnd()
      throw error
    }
  }

  deinit { jobs.close() }

  /// Runs `body` in a transaction and returns when that is committed.
  ///
  /// `body` must not begin or end transactions; it may use savepoints. If it throws, only its own work is
  /// undone, and its error is rethrown here. If the commit fails, or the database rolls the transaction back,
  /// every caller in it gets that error. Throws `connection_lost` after `close`. Cancellation does not remove
  /// a queued job.
  @discardableResult
  package func write<T: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let job = WriteJob(
        perform: { connection in
          let value = try body(connection)
          return { error in
            if let error {
              continuation.resume(throwing: error)
            } else {
              continuation.resume(returning: value)
            }
          }
        },
        fail: { continuation.resume(throwing: $0) })
      if !jobs.put(job) {
        continuation.resume(throwing: SQLError(.connectionLost, "the store is closed for writing"))
      }
    }
  }

  /// Waiting jobs, for back-pressure and metrics.
  package var pending: Int { jobs.count }

  /// Accepts no more jobs, finishes the queued ones, closes the connection and returns.
  package func close() async {
    jobs.close()
    await thread.waitForEnd()
  }

  /// The blocking form of `close`.
  package func closeBlocking() {
    jobs.close()
    thread.blockUntilEnd()
  }
}

/// A queued job.
struct WriteJob: Sendable {
  /// Does the work, and returns the closure that resumes the caller once the commit's outcome is known.
  let perform: @Sendable (any SQLConnection) throws -> @Sendable ((any Error)?) -> Void
  /// Tells the caller that the work was not done.
  let fail: @Sendable (any Error) -> Void
}
