extension SQLConnection {
  /// Runs `body` in a transaction, which commits if it returns and rolls back if it throws.
  ///
  /// Never leaves a transaction open. SQLite rolls back by itself on some errors (a full disk) and not on
  /// others (a read-only disk); both end the same way here.
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

  /// Runs `body` in a savepoint, so that only its own work is undone if it throws; a transaction must be
  /// open.
  ///
  /// If the database has ended the whole transaction (see `transaction`), rethrows the error, with
  /// `transactionState` at `none`.
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
          // If the savepoint cannot be undone alone, undo everything rather than keep half of it.
          rollback()
        }
      }
      throw error
    }
  }
}
