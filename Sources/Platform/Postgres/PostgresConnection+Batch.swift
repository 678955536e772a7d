internal import CPostgres

extension PostgresConnection {
  /// Maximum executions sent before their results are read, which bounds libpq's buffers.
  private static let window = 1000

  package func runOpenBatch(
    _ sql: SQLText, count: Int, bind: (Int, any SQLBinder) throws -> Void,
    row: ((Int, borrowing Row) throws -> Void)?, finished: ((Int, Int) -> Void)?
  ) throws {
    let statement = try prepared(sql)
    for first in stride(from: 0, to: count, by: Self.window) {
      try runWindow(
        statement, first..<min(first + Self.window, count), bind: bind, row: row, finished: finished)
    }
  }

  /// Sends all executions of the window, then reads all results (libpq's pipeline mode).
  ///
  /// libpq reads incoming data while it waits to write, so neither side can block the other.
  private func runWindow(
    _ statement: Statement, _ window: Range<Int>, bind: (Int, any SQLBinder) throws -> Void,
    row: ((Int, borrowing Row) throws -> Void)?, finished: ((Int, Int) -> Void)?
  ) throws {
    let handle = try open()
    guard PQenterPipelineMode(handle) == 1 else { throw lost(statement.text) }
    var failure: (any Error)?
    var sent = window.lowerBound
    do {
      while sent < window.upperBound {
        parameters.start(statement: statement.text)
        try bind(sent, parameters)
        try send(statement)
        sent += 1
      }
    } catch {
      failure = error
    }
    guard PQpipelineSync(handle) == 1 else { throw lost(statement.text) }
    for index in window.lowerBound..<sent {
      guard let result = try nextResult(statement.text) else { continue }
      defer { PQclear(result) }
      if let error = error(of: result, statement.text) {
        // Executions after a failed one are reported as aborted: keep the first error.
        failure = failure ?? error
        if isLost { throw error }
      } else if failure == nil {
        do {
          for line in 0..<PQntuples(result) { try row?(index, Row(postgres: result, line: line)) }
          finished?(index, Self.changes(of: result))
        } catch {
          failure = error
        }
      }
      // Each execution's results end with a null.
      if let surplus = try nextResult(statement.text) { PQclear(surplus) }
    }
    if let synced = try nextResult(statement.text) { PQclear(synced) }
    guard PQexitPipelineMode(handle) == 1 else { throw lost(statement.text) }
    if let failure { throw failure }
  }
}
