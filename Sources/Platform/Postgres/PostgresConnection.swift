internal import CPostgres
internal import Glibc

/// A connection to a PostgreSQL server.
///
/// Values and results are transferred as text, `bytea` values as bytes. A lost connection sets `isLost` and
/// throws `connection_lost`; the caller must open a new one.
package final class PostgresConnection: SQLConnection {
  package struct Timeouts: Sendable {
    /// For connecting and logging in, in whole seconds, at least 2 (libpq's rule).
    package var connect: Duration
    /// How long to wait for a result before the connection counts as lost.
    package var answer: Duration

    package init(connect: Duration = .seconds(10), answer: Duration = .seconds(60)) {
      self.connect = connect
      self.answer = answer
    }
  }

  struct Statement {
    let name: String
    let text: String
    let parameterCount: Int
  }

  package let dialect = SQLDialect.postgresql
  let parameters = PostgresParameters()
  private var handle: OpaquePointer?
  private var cache = StatementCache<Statement>()
  private var answerTimeout: Duration
  private var hasTimedOut = false

  /// Connects to a server and logs in.
  ///
  /// - Parameters:
  ///   - url: `postgresql://user@host:port/database?option=value`; missing parts follow libpq: the `PG...`
  ///     environment variables and `~/.pgpass`. Its timeouts override `timeouts`.
  ///   - applicationName: shown in `pg_stat_activity`.
  package init(
    url: String, timeouts: Timeouts = Timeouts(), applicationName: String = "reprise"
  ) throws(SQLError) {
    answerTimeout = timeouts.connect
    guard let options = PQconninfoParse(url, nil) else {
      // libpq's message would quote the URL, and with it a password.
      throw SQLError(
        .cannotOpen, "the PostgreSQL URL cannot be read; write postgresql://user@host:port/database")
    }
    PQconninfoFree(options)
    let seconds = max(2, timeouts.connect.components.seconds)
    let settings: [(String, String)] = [
      // Later settings win: the URL overrides those before dbname, but not those after it.
      ("connect_timeout", String(seconds)), ("fallback_application_name", applicationName),
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", String(timeouts.answer.components.seconds * 1000)), ("dbname", url),
      ("client_encoding", "UTF8"),
    ]
    handle = try Self.connect(settings)
    // By default, libpq prints every NOTICE on standard error.
    _ = PQsetNoticeReceiver(handle, { _, _ in }, nil)
    try execute(
      "SET client_min_messages=error; SET bytea_output=hex; SET TimeZone='UTC'; SET standard_conforming_strings=on"
    )
    answerTimeout = timeouts.answer
  }

  private static func connect(_ settings: [(String, String)]) throws(SQLError) -> OpaquePointer {
    var names = settings.map { UnsafePointer(strdup($0.0)) } + [nil]
    var values = settings.map { UnsafePointer(strdup($0.1)) } + [nil]
    defer { for text in names + values { free(UnsafeMutableRawPointer(mutating: text)) } }
    guard let handle = PQconnectdbParams(&names, &values, 1) else {
      throw SQLError(.other, "no memory for a PostgreSQL connection")
    }
    if PQstatus(handle) == CONNECTION_OK { return handle }
    let message = PostgresError.trimmed(PQerrorMessage(handle))
    let needsPassword = PQconnectionNeedsPassword(handle) == 1
    PQfinish(handle)
    throw PostgresRefusal.error(message, needsPassword: needsPassword, names: names, values: values)
  }

  deinit { close() }

  package func close() {
    if let handle { PQfinish(handle) }
    handle = nil
    cache.removeAll()
  }

  package var isLost: Bool {
    guard let handle else { return true }
    return hasTimedOut || PQstatus(handle) != CONNECTION_OK
  }

  package var transactionState: SQLTransactionState {
    switch PQtransactionStatus(handle) {
    case PQTRANS_INTRANS, PQTRANS_ACTIVE: .open
    case PQTRANS_INERROR: .aborted
    default: .none
    }
  }

  func open() throws(SQLError) -> OpaquePointer {
    guard let handle, !hasTimedOut else { throw SQLError(.connectionLost, "the connection is closed") }
    return handle
  }

  func prepared(_ sql: SQLText) throws(SQLError) -> Statement {
    let handle = try open()
    let name = "s\(cache.count + 1)"
    return try cache.statement(for: sql) { text throws(SQLError) in
      guard PQsendPrepare(handle, name, numberedForPostgres(text), 0, nil) == 1 else { throw lost(text) }
      try drain(text)
      guard PQsendDescribePrepared(handle, name) == 1 else { throw lost(text) }
      var count = 0
      try drain(text) { count = Int(PQnparams($0)) }
      return Statement(name: name, text: text, parameterCount: count)
    }
  }
}

// MARK: - Results

extension PostgresConnection {
  /// The error for a call that libpq refused.
  func lost(_ statement: String?) -> SQLError {
    let message = handle.map { PostgresError.trimmed(PQerrorMessage($0)) } ?? "the connection is closed"
    return SQLError(isLost ? .connectionLost : .other, message, statement: statement)
  }

  /// The next result, which the caller must clear; `nil` after the last one.
  func nextResult(_ statement: String?) throws(SQLError) -> OpaquePointer? {
    let handle = try open()
    let deadline = ContinuousClock.now + answerTimeout
    while PQisBusy(handle) == 1 {
      let (seconds, attoseconds) = (deadline - .now).components
      let left = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
      let ready = left <= 0 ? 0 : poll(&descriptor, 1, Int32(clamping: left))
      if ready == 0 {
        // The state of the statement on the server is unknown, so the connection cannot be used any more.
        hasTimedOut = true
        throw SQLError(
          .connectionLost, "no answer within \(answerTimeout)", statement: statement)
      }
      if ready < 0 && errno != EINTR { throw lost(statement) }
      if ready > 0 && PQconsumeInput(handle) == 0 { throw lost(statement) }
    }
    return PQgetResult(handle)
  }

  /// Reads all results, passing on each good one; throws the first error after the last result.
  func drain(_ statement: String?, _ body: (OpaquePointer) -> Void = { _ in }) throws(SQLError) {
    var failure: SQLError?
    while let result = try nextResult(statement) {
      if let error = self.error(of: result, statement) {
        failure = failure ?? error
      } else {
        body(result)
      }
      PQclear(result)
    }
    if let failure { throw failure }
  }

  /// `nil` for a good result.
  func error(of result: OpaquePointer, _ statement: String?) -> SQLError? {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC: return nil
    default:
      let error = PostgresError.error(of: result, statement: statement)
      return isLost ? SQLError(.connectionLost, error.message, code: error.code, statement: statement) : error
    }
  }
}
