extension SQLConnection {
  /// Runs `body` in a transaction: committed when it returns, undone when it throws.
  ///
  /// Whatever happens, no transaction is open afterwards. SQLite undoes the whole transaction by itself on some
  /// errors (a full disk) and leaves it open on others (a read-only disk); both end here the same way.
  @discardableResult
  package func transaction<T>(
    _ access: SQLTransactionAccess = .write, _ body: () throws -> T
  ) throws -> T {
    try begin(access)
    let value: T
    do {
      value = try body()
    } catch {
      rollback()
      throw error
    }
    try commit()
    return value
  }

  /// Runs `body` so that only its own work is undone when it throws; a transaction must be open.
  ///
  /// When the database has ended the whole transaction (see `transaction`), the error is passed on and
  /// `transactionState` is `none`.
  @discardableResult
  package func savepoint<T>(_ body: () throws -> T) throws -> T {
    guard transactionState != .none else {
      throw SQLError(.misuse, "a savepoint needs an open transaction")
    }
    try run("SAVEPOINT part")
    do {
      let value = try body()
      try run("RELEASE SAVEPOINT part")
      return value
    } catch {
      if transactionState != .none {
        do {
          try run("ROLLBACK TO SAVEPOINT part")
          try run("RELEASE SAVEPOINT part")
        } catch {
          // The savepoint cannot be undone alone: better no transaction than one with half a part in it.
          rollback()
        }
      }
      throw error
    }
  }
}
