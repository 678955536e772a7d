internal import CPostgres
internal import Glibc

extension PostgresConnection {
  package func execute(_ script: SQLText) throws(SQLError) {
    let handle = try open()
    let text = script.description
    guard PQsendQuery(handle, text) == 1 else { throw lost(text) }
    try drain(text)
  }

  @discardableResult
  package func run(_ sql: SQLText, _ bindings: [SQLValue]) throws(SQLError) -> Int {
    let statement = try prepared(sql)
    try send(statement, bindings)
    var changed = 0
    try drain(statement.text) { changed = Self.changes(of: $0) }
    return changed
  }

  package func forEachRow(
    of sql: SQLText, _ bindings: [SQLValue], while body: (borrowing Row) throws -> Bool
  ) throws {
    let statement = try prepared(sql)
    try send(statement, bindings)
    // The results are read completely before the first row is passed on, so `body` may run other statements.
    var kept: OpaquePointer?
    defer { PQclear(kept) }
    var failure: SQLError?
    while let result = try nextResult(statement.text) {
      if let error = error(of: result, statement.text) {
        failure = failure ?? error
        PQclear(result)
      } else {
        PQclear(kept)
        kept = result
      }
    }
    if let failure { throw failure }
    guard let kept else { return }
    for line in 0..<PQntuples(kept) {
      guard try body(Row(postgres: kept, line: line)) else { return }
    }
  }

  private func send(_ statement: Statement, _ bindings: [SQLValue]) throws(SQLError) {
    parameters.start(statement: statement.text)
    for value in bindings { try parameters.bind(value) }
    try send(statement)
  }

  /// Sends the statement with the values bound in `parameters`.
  func send(_ statement: Statement) throws(SQLError) {
    let handle = try open()
    guard parameters.count == statement.parameterCount else {
      throw .wrongCount(bound: parameters.count, wanted: statement.parameterCount, in: statement.text)
    }
    let isSent = parameters.withArguments { count, values, lengths, formats in
      PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 0)
    }
    guard isSent == 1 else { throw lost(statement.text) }
  }

  /// Rows inserted, updated or deleted, from the command tag: `INSERT 0 5`, `UPDATE 5`; 0 for a query.
  static func changes(of result: OpaquePointer) -> Int {
    guard let tag = PQcmdStatus(result), tag[0] != Int8(UInt8(ascii: "S")), let count = PQcmdTuples(result)
    else {
      return 0
    }
    return Int(strtoll(count, nil, 10))
  }

  package func begin(_ access: SQLTransactionAccess) throws(SQLError) {
    guard transactionState == .none else { throw SQLError(.misuse, "a transaction is already open") }
    try run(access == .write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
  }

  package func commit() throws(SQLError) {
    // The server answers the COMMIT of an aborted transaction with a rollback and no error.
    if transactionState == .aborted {
      rollback()
      throw SQLError(.misuse, "an earlier error aborted the transaction; it was rolled back, not committed")
    }
    do throws(SQLError) {
      try run("COMMIT")
    } catch {
      rollback()
      throw error
    }
  }

  package func rollback() {
    guard transactionState != .none, !isLost else { return }
    _ = try? run("ROLLBACK")
  }
}
