/// The work of a `WriteQueue`'s thread. Must not leave that thread.
final class GroupWriter {
  private let jobs: JobQueue<WriteJob>
  private let limits: WriteQueue.Limits
  private let onCommit: @Sendable (WriteQueue.Commit) -> Void
  private let beforeCommit: @Sendable (any SQLConnection) throws(SQLError) -> Void
  private let upkeep: @Sendable (any SQLConnection, SQLError?) -> Void
  private let open: @Sendable () throws(SQLError) -> any SQLConnection
  /// Why the last group, or one of its jobs, failed.
  private var failure: SQLError?
  private var connection: (any SQLConnection)?

  init(
    jobs: JobQueue<WriteJob>, limits: WriteQueue.Limits,
    onCommit: @escaping @Sendable (WriteQueue.Commit) -> Void,
    beforeCommit: @escaping @Sendable (any SQLConnection) throws(SQLError) -> Void,
    upkeep: @escaping @Sendable (any SQLConnection, SQLError?) -> Void,
    open: @escaping @Sendable () throws(SQLError) -> any SQLConnection
  ) {
    self.jobs = jobs
    self.limits = limits
    self.onCommit = onCommit
    self.beforeCommit = beforeCommit
    self.upkeep = upkeep
    self.open = open
  }

  /// Opens the connection if there is no working one.
  func connect() -> Result<Void, SQLError> {
    if connection?.isLost == false { return .success(()) }
    connection?.close()
    connection = nil
    return Result { () throws(SQLError) in connection = try open() }
  }

  /// Runs until the queue is closed and empty.
  func run() {
    while let first = jobs.take() {
      switch connect() {
      case .success:
        failure = nil
        runGroup(startingWith: first)
        if let connection, !connection.isLost { upkeep(connection, failure) }
      case .failure(let error):
        report(failure: error, since: .now)
        // Fail all waiting jobs now: a connection attempt for each would take forever.
        first.fail(error)
        while let job = jobs.takeIfAny() { job.fail(error) }
      }
    }
    connection?.close()
  }

  private func runGroup(startingWith first: WriteJob) {
    let start = ContinuousClock.now
    let connection: any SQLConnection
    do throws(SQLError) {
      connection = try begin()
    } catch {
      return end([{ first.fail($0 ?? error) }], jobs: 0, since: start, commit: start, with: error)
    }
    var done = 0
    var completions: [@Sendable ((any Error)?) -> Void] = []
    var suffered: SQLError?
    var next: WriteJob? = first
    while let job = next {
      do {
        // The first job needs no savepoint: if it fails, there is nothing else to keep.
        let completion =
          try done == 0 ? job.perform(connection) : connection.savepoint { try job.perform(connection) }
        try requireOpenTransaction(connection)
        completions.append(completion)
        done += 1
      } catch {
        if done == 0 {
          connection.rollback()
          if let error = error as? SQLError { report(failure: error, since: start) }
          return job.fail(error)
        }
        if connection.transactionState != .open {
          connection.rollback()
          completions.append { job.fail($0 ?? error) }
          let cause = error as? SQLError ?? SQLError(.other, "the transaction was undone by the database")
          return end(completions, jobs: 0, since: start, commit: .now, with: cause)
        }
        if let error = error as? SQLError, error.isStorageFailure { suffered = error }
        // The job saw the uncommitted work of its group, so its error only counts if that work is committed.
        completions.append { job.fail($0 ?? error) }
      }
      let hasRoom = completions.count < limits.jobs && ContinuousClock.now - start < limits.duration
      next = hasRoom ? jobs.takeIfAny() : nil
    }
    let commitStart = ContinuousClock.now
    do throws(SQLError) {
      try beforeCommit(connection)
      try connection.commit()
      end(completions, jobs: done, since: start, commit: commitStart, with: nil, although: suffered)
    } catch {
      connection.rollback()
      end(completions, jobs: 0, since: start, commit: commitStart, with: error)
    }
  }

  /// Reports a transaction that ended before its commit, so that observers see every failure of the database.
  private func report(failure: SQLError, since start: ContinuousClock.Instant) {
    self.failure = failure
    onCommit(
      WriteQueue.Commit(
        jobs: 0, duration: ContinuousClock.now - start, commitDuration: .zero, error: failure))
  }

  /// Reconnects if the connection was lost while idle, as when the server restarts: nothing was in flight then.
  private func begin() throws(SQLError) -> any SQLConnection {
    try connect().get()
    do throws(SQLError) {
      try connection?.begin(.write)
    } catch {
      guard connection?.isLost == true else { throw error }
      try connect().get()
      try connection?.begin(.write)
    }
    guard let connection else { throw SQLError(.connectionLost, "the connection is closed") }
    return connection
  }

  /// Catches a job that ignored a database error, after which the transaction may no longer be open.
  private func requireOpenTransaction(_ connection: any SQLConnection) throws {
    guard connection.transactionState == .open else {
      throw SQLError(.misuse, "the job went on although its transaction was undone")
    }
  }

  /// - Parameter suffered: a database error of one of the jobs, although the others were committed.
  private func end(
    _ completions: [@Sendable ((any Error)?) -> Void], jobs: Int, since start: ContinuousClock.Instant,
    commit: ContinuousClock.Instant, with error: SQLError?, although suffered: SQLError? = nil
  ) {
    let now = ContinuousClock.now
    failure = error
    onCommit(WriteQueue.Commit(jobs: jobs, duration: now - start, commitDuration: now - commit, error: error))
    if let suffered { report(failure: suffered, since: now) }
    for completion in completions { completion(error) }
  }
}
