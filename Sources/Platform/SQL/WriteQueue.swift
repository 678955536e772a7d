/// The one writer of a database: many callers, one thread, one connection, few commits.
///
/// Jobs are run in the order in which they were put. The thread opens a transaction, runs the first job, then every
/// job that waits meanwhile, each in a savepoint, and commits once for all of them; only then do the callers go on.
/// So what `write` returned is durable, and a hundred callers share one sync of the disk.
package final class WriteQueue: Sendable {
  package struct Limits: Sendable {
    /// Jobs in one transaction.
    package var jobs: Int
    /// After this time no further job joins the transaction; one long job may take longer.
    package var duration: Duration

    package init(jobs: Int = 1000, duration: Duration = .milliseconds(25)) {
      self.jobs = jobs
      self.duration = duration
    }
  }

  /// One transaction that has ended.
  package struct Commit: Sendable {
    /// Jobs whose work it holds; 0 when it failed.
    package let jobs: Int
    /// From the beginning of the transaction to the end of its commit.
    package let duration: Duration
    /// The commit alone: in SQLite the sync of the disk.
    package let commitDuration: Duration
    /// Why all of it was undone; `nil` when it was committed.
    package let error: SQLError?
  }

  private let jobs = JobQueue<WriteJob>()
  private let progress = Progress()
  private let thread: ConnectionThread

  /// Opens the connection on a thread of its own and returns when that has worked.
  ///
  /// - Parameters:
  ///   - name: the thread's name.
  ///   - onCommit: called on the writing thread after each transaction, and when the database failed before one could
  ///     be committed, before any caller is told; it must be short.
  ///   - beforeCommit: called on the writing thread as the last thing in each transaction; what it throws undoes that.
  ///   - upkeep: called on the writing thread after each transaction, when its callers have been told, with the error
  ///     that undid it; no transaction is open then. For what a database needs between transactions.
  ///   - open: makes the connection, again after each loss of it.
  package init(
    name: String, limits: Limits = Limits(), onCommit: @escaping @Sendable (Commit) -> Void = { _ in },
    beforeCommit: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Void = { _ in },
    upkeep: @escaping @Sendable (any SQLConnection, SQLError?) -> Void = { _, _ in },
    open: @escaping @Sendable () throws(SQLError) -> any SQLConnection
  ) throws(SQLError) {
    let jobs = jobs
    let progress = progress
    let opened = JobQueue<Result<Void, SQLError>>()
    thread = try ConnectionThread(name: name) {
      let writer = GroupWriter(
        jobs: jobs, progress: progress, limits: limits, onCommit: onCommit,
        beforeCommit: beforeCommit, upkeep: upkeep, open: open)
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
  /// `body` must not begin or end transactions; it may use savepoints. When it throws, its work alone is undone and
  /// its error is thrown here. When the commit fails, or the database has undone the transaction, everybody in it
  /// gets that error. After `close` it throws `connection_lost`. A cancelled task's job is run all the same.
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

  /// Jobs that wait; for back-pressure and metrics.
  package var pending: Int { jobs.count }

  /// How long the thread has been at one job or commit; zero while it waits for work.
  package var stalledFor: Duration { progress.stalledFor }

  /// Takes no more jobs, finishes those it has, closes the connection and returns.
  package func close() async {
    jobs.close()
    await thread.waitForEnd()
  }

  /// The same for a caller that blocks.
  package func closeBlocking() {
    jobs.close()
    thread.blockUntilEnd()
  }
}

/// A job on its way to the writing thread.
struct WriteJob: Sendable {
  /// Does the work, and returns how to tell the caller once the commit's outcome is known.
  let perform: @Sendable (any SQLConnection) throws -> @Sendable ((any Error)?) -> Void
  /// Tells the caller that the work was not done.
  let fail: @Sendable (any Error) -> Void
}
