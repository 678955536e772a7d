/// One connection to a database: the face that SQLite and PostgreSQL share.
///
/// A connection belongs to one thread at a time. Statements are prepared once and kept. Every error of the
/// database is an `SQLError`; what a closure throws passes through unchanged.
package protocol SQLConnection: AnyObject {
  var dialect: SQLDialect { get }

  var transactionState: SQLTransactionState { get }

  /// True when no later statement can succeed and a new connection is needed.
  var isLost: Bool { get }

  /// Runs a script of statements without values, such as a migration; nothing of it is cached.
  func execute(_ script: SQLText) throws(SQLError)

  /// Runs a statement and returns how many rows it inserted, updated or deleted; 0 for any other statement.
  @discardableResult
  func run(_ sql: SQLText, _ bindings: [SQLValue]) throws(SQLError) -> Int

  /// Runs a statement and passes its rows to `body` until that returns false.
  ///
  /// SQLite makes each row when it is asked for, PostgreSQL sends all of them first: limit what can be long.
  func forEachRow(
    of sql: SQLText, _ bindings: [SQLValue], while body: (borrowing Row) throws -> Bool) throws

  /// Runs one statement `count` times; PostgreSQL gets them without waiting for each answer.
  ///
  /// Outside a transaction the batch is one of its own. Inside one, an error leaves the transaction to be rolled
  /// back by the caller. `count` 0 does nothing.
  /// - Parameters:
  ///   - bind: binds the values of execution number `index`, counted from 0.
  ///   - row: gets the rows of each execution, in order.
  ///   - finished: gets the number of rows that each execution changed, after its rows.
  func runBatch(
    _ sql: SQLText, count: Int, bind: (_ index: Int, _ binder: any SQLBinder) throws -> Void,
    row: ((_ index: Int, _ row: borrowing Row) throws -> Void)?,
    finished: ((_ index: Int, _ changed: Int) -> Void)?) throws

  /// Begins a transaction; `misuse` when one is open.
  func begin(_ access: SQLTransactionAccess) throws(SQLError)

  /// Commits; on an error the transaction is over and its work undone, or its fate unknown when the kind is `io` or
  /// `connection_lost`. A transaction that an earlier error has aborted is rolled back and reported, never committed.
  func commit() throws(SQLError)

  /// Ends an open transaction without its work; does nothing when none is open, as after an automatic rollback.
  func rollback()

  /// Ends the connection; later calls throw `connection_lost`. Closing twice is harmless.
  func close()
}

package enum SQLTransactionState: String, Sendable {
  case none
  case open
  /// PostgreSQL only: an error has undone the transaction, and only a rollback, or one to a savepoint, is accepted.
  case aborted
}

package enum SQLTransactionAccess: String, Sendable {
  /// Takes SQLite's write lock at once, so that no later statement fails for want of it.
  case write
  /// One unchanging view of the data over several queries.
  case snapshot
}
