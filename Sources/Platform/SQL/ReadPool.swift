/// Reading connections behind one queue, each on its own thread.
package final class ReadPool: Sendable {
  private let jobs = JobQueue<@Sendable (Result<any SQLConnection, SQLError>) -> Void>()
  private let threads: [ConnectionThread]

  /// Opens all connections and returns when they are ready; if one fails, the others are closed again.
  ///
  /// - Parameters:
  ///   - name: the threads' name.
  ///   - size: the number of connections, at least 1.
  ///   - open: opens a connection, also after one was lost.
  package init(
    name: String, size: Int, open: @escaping @Sendable () throws(SQLError) -> any SQLConnection
  ) throws(SQLError) {
    let jobs = jobs
    let opened = JobQueue<Result<Void, SQLError>>()
    var threads: [ConnectionThread] = []
    var failure: SQLError?
    for _ in 0..<max(1, size) {
      do throws(SQLError) {
        threads.append(try ConnectionThread(name: name) { Self.serve(jobs, open) { _ = opened.put($0) } })
        try opened.take()?.get()
      } catch {
        failure = error
        break
      }
    }
    self.threads = threads
    if let failure {
      jobs.close()
      for thread in threads { thread.blockUntilEnd() }
      throw failure
    }
  }

  deinit { jobs.close() }

  private static func serve(
    _ jobs: JobQueue<@Sendable (Result<any SQLConnection, SQLError>) -> Void>,
    _ open: @Sendable () throws(SQLError) -> any SQLConnection, _ opened: (Result<Void, SQLError>) -> Void
  ) {
    var connection: any SQLConnection
    do throws(SQLError) {
      connection = try open()
      opened(.success(()))
    } catch {
      return opened(.failure(error))
    }
    while let job = jobs.take() {
      do throws(SQLError) {
        if connection.isLost {
          connection.close()
          connection = try open()
        }
        job(.success(connection))
        connection.rollback()
      } catch {
        job(.failure(error))
      }
    }
    connection.close()
  }

  /// Runs `body` with one of the connections; rethrows its error.
  ///
  /// Each query sees the commits before it; use `transaction(.snapshot)` for one view across several. Throws
  /// `connection_lost` after `close`.
  package func read<T: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let isQueued = jobs.put { connection in
        continuation.resume(with: Result { try body(connection.get()) })
      }
      if !isQueued {
        continuation.resume(throwing: SQLError(.connectionLost, "the store is closed for reading"))
      }
    }
  }

  /// Accepts no more jobs, finishes the queued ones, closes the connections and returns.
  package func close() async {
    jobs.close()
    for thread in threads { await thread.waitForEnd() }
  }
}
