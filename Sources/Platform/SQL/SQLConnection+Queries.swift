extension SQLConnection {
  @discardableResult
  package func run(_ sql: SQLText) throws(SQLError) -> Int { try run(sql, []) }

  /// Passes every row of the statement to `body`.
  package func query(
    _ sql: SQLText, _ bindings: [SQLValue] = [], _ body: (borrowing Row) throws -> Void
  ) throws {
    try forEachRow(of: sql, bindings) { row in
      try body(row)
      return true
    }
  }

  /// Maps every row with `body`, in order.
  package func all<T>(
    _ sql: SQLText, _ bindings: [SQLValue] = [], _ body: (borrowing Row) throws -> T
  ) throws -> [T] {
    var found: [T] = []
    try query(sql, bindings) { row in found.append(try body(row)) }
    return found
  }

  /// Maps the first row with `body`; `nil` if there is none.
  package func first<T>(
    _ sql: SQLText, _ bindings: [SQLValue] = [], _ body: (borrowing Row) throws -> T
  ) throws -> T? {
    var found: T?
    try forEachRow(of: sql, bindings) { row in
      found = try body(row)
      return false
    }
    return found
  }

  /// The first column of the first row as an integer; `nil` if there is no row or it is NULL.
  package func integer(_ sql: SQLText, _ bindings: [SQLValue] = []) throws -> Int64? {
    try first(sql, bindings) { $0.optionalInt64(0) } ?? nil
  }

  /// Runs one statement `count` times; with PostgreSQL, without waiting for each result.
  ///
  /// Outside a transaction, the batch runs in its own. Inside one, the caller must roll back after an error.
  /// Does nothing if `count` is 0.
  ///
  /// - Parameters:
  ///   - bind: binds the values of execution `index`, counted from 0.
  ///   - row: gets the rows of each execution, in order.
  ///   - finished: gets the number of rows changed by each execution, after its rows.
  package func runBatch(
    _ sql: SQLText, count: Int, bind: (_ index: Int, _ binder: any SQLBinder) throws -> Void,
    row: ((_ index: Int, _ row: borrowing Row) throws -> Void)?,
    finished: ((_ index: Int, _ changed: Int) -> Void)?
  ) throws {
    if count == 0 { return }
    if transactionState != .none {
      try runOpenBatch(sql, count: count, bind: bind, row: row, finished: finished)
    } else {
      try transaction { try runOpenBatch(sql, count: count, bind: bind, row: row, finished: finished) }
    }
  }

  /// Runs the statement `count` times and returns the total of changed rows.
  @discardableResult
  package func runBatch(
    _ sql: SQLText, count: Int, bind: (_ index: Int, _ binder: any SQLBinder) throws -> Void
  ) throws -> Int {
    var changed = 0
    try runBatch(sql, count: count, bind: bind, row: nil) { changed += $1 }
    return changed
  }

  /// Runs the statement once for each of `rows` and returns the total of changed rows.
  @discardableResult
  package func runBatch(_ sql: SQLText, rows: [[SQLValue]]) throws -> Int {
    try runBatch(sql, count: rows.count) { index, binder in
      for value in rows[index] { try binder.bind(value) }
    }
  }

  /// Runs the statement `count` times and passes on the rows of each, such as those of `RETURNING`.
  package func queryBatch(
    _ sql: SQLText, count: Int, bind: (_ index: Int, _ binder: any SQLBinder) throws -> Void,
    row: (_ index: Int, _ row: borrowing Row) throws -> Void
  ) throws {
    try withoutActuallyEscaping(row) { row in
      try runBatch(sql, count: count, bind: bind, row: row, finished: nil)
    }
  }
}
