internal import Platform
internal import Synchronization

/// Ensures one daemon per database, with an advisory lock held by the writer's session: when the connection is lost
/// the server releases it, shortly after the client notices. Used on the writing thread.
final class PostgresClaim: Sendable {
  /// A session of the server, distinguished from later ones with the same process id.
  private struct Session: Equatable {
    var pid: Int64
    var startedAt: String
  }

  private struct State {
    /// The session that held the lock last; the server may not have noticed yet that it is gone.
    var last: Session?
    /// Since when another session has held a lock that used to be ours; monotonic.
    var keptSince: Duration?
  }

  private let location: StoreLocation
  private let wait: Duration
  private let state = Mutex(State())

  init(_ location: StoreLocation, wait: Duration) {
    self.location = location
    self.wait = wait
  }

  /// Takes the lock for this connection; throws `taken` if another session holds it for longer than `wait`.
  ///
  /// A connection that replaces a lost one waits only a second at a time and throws `connection_lost` until `wait` is
  /// over, so that writers soon learn that they cannot write.
  func take(_ connection: PostgresConnection) throws(SQLError) {
    do {
      let isFree = try connection.first("SELECT pg_try_advisory_lock(7310291440)") { $0.bool(0) }
      if isFree != true { try wait(connection) }
      let own = try connection.first(
        "SELECT pid, COALESCE(backend_start::text, '') FROM pg_stat_activity WHERE pid = pg_backend_pid()"
      ) { Session(pid: $0.int64(0), startedAt: $0.string(1)) }
      state.withLock { $0 = State(last: own) }
    } catch let error as SQLError {
      throw error
    } catch {
      throw SQLError(.other, "\(error)")
    }
  }

  private func wait(_ connection: PostgresConnection) throws {
    let holder = try connection.first(
      """
      SELECT a.pid, COALESCE(a.backend_start::text, '') FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1 AND l.objid = 3015324144 AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """
    ) { Session(pid: $0.int64(0), startedAt: $0.string(1)) }
    let last = state.withLock { $0.last }
    if let holder, holder == last {
      // Our own session from before the connection was lost; the server would keep it until it notices.
      try connection.query("SELECT pg_terminate_backend(?1::int)", [.integer(holder.pid)]) { _ in }
    }
    let patience = last == nil ? wait : min(wait, .seconds(1))
    let milliseconds =
      patience.components.seconds * 1000 + patience.components.attoseconds / 1_000_000_000_000_000
    do throws(SQLError) {
      try connection.execute(SQLText("SET lock_timeout = '\(milliseconds)ms'"))
      try connection.execute("SELECT pg_advisory_lock(7310291440)")
    } catch {
      throw error.kind == .busy ? refusal(holder) : error
    }
  }

  private func refusal(_ holder: Session?) -> SQLError {
    let words =
      "another reprise uses \(location)" + (holder.map { " (process \($0.pid) of the server)" } ?? "")
    let now = SystemTime.monotonic()
    return state.withLock { state in
      let since = state.keptSince ?? now
      state.keptSince = since
      return state.last == nil || now - since >= wait
        ? SQLError(.taken, words) : SQLError(.connectionLost, "the connection was cut, and \(words)")
    }
  }
}
