/// A database connection: the interface shared by SQLite and PostgreSQL.
///
/// A connection belongs to one thread at a time. Statements are prepared once and kept. Every database error
/// is an `SQLError`; errors of closures pass through unchanged.
package protocol SQLConnection: AnyObject {
  var dialect: SQLDialect { get }

  var transactionState: SQLTransactionState { get }

  /// Whether no later statement can succeed, so that a new connection is needed.
  var isLost: Bool { get }

  /// Runs a script of statements without values, such as a migration; nothing is cached.
  func execute(_ script: SQLText) throws(SQLError)

  /// Runs a statement and returns the number of rows inserted, updated or deleted; 0 for any other statement.
  @discardableResult
  func run(_ sql: SQLText, _ bindings: [SQLValue]) throws(SQLError) -> Int

  /// Runs a statement and passes its rows to `body` until that returns false.
  ///
  /// SQLite computes rows on demand, but PostgreSQL sends all of them first: add a limit if there may be
  /// many.
  func forEachRow(
    of sql: SQLText, _ bindings: [SQLValue], while body: (borrowing Row) throws -> Bool) throws

  /// `runBatch` within an open transaction; `count` must be at least 1.
  func runOpenBatch(
    _ sql: SQLText, count: Int, bind: (_ index: Int, _ binder: any SQLBinder) throws -> Void,
    row: ((_ index: Int, _ row: borrowing Row) throws -> Void)?,
    finished: ((_ index: Int, _ changed: Int) -> Void)?) throws

  /// Begins a transaction; throws `misuse` if one is open.
  func begin(_ access: SQLTransactionAccess) throws(SQLError)

  /// Commits. After an error the transaction has ended and is undone, unless the error is `io` or `connection_lost`:
  /// then the outcome is unknown. A transaction aborted by an earlier error is never committed, but rolled back and
  /// reported.
  func commit() throws(SQLError)

  /// Rolls back the open transaction; does nothing if there is none, as after an automatic rollback.
  func rollback()

  /// Closes the connection; later calls throw `connection_lost`. May be called twice.
  func close()
}

package enum SQLTransactionState: String, Sendable {
  case none
  case open
  /// PostgreSQL only: after an error the server accepts nothing but a rollback, or one to a savepoint.
  case aborted
}

package enum SQLTransactionAccess: String, Sendable {
  /// Takes SQLite's write lock at the start, so that no later statement has to wait for it.
  case write
  /// A consistent snapshot across several queries.
  case snapshot
}
