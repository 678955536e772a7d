internal import CPostgres
internal import Glibc

/// Determines why a connection failed: refused by the server, or unreachable.
///
/// libpq only gives a message, which the server writes in its own language. In verbose mode the message
/// includes the SQLSTATE, but that mode requires a step-by-step connection. So a second one is started that
/// way.
enum PostgresRefusal {
  private static let patience: Duration = .seconds(3)

  /// The error for a connection that `PQconnectdbParams` could not open.
  ///
  /// - Parameters:
  ///   - message: libpq's message without line ends.
  ///   - needsPassword: whether the server required a password and none was given.
  static func error(
    _ message: String, needsPassword: Bool, names: [UnsafePointer<CChar>?], values: [UnsafePointer<CChar>?]
  ) -> SQLError {
    let state = state(names, values) ?? ""
    let isRefused =
      needsPassword || ["28", "3D", "42", "0P", "0L"].contains { state.hasPrefix($0) }
      || ["does not support SSL", "certificate", "sslmode"].contains { message.holds($0) }
    return SQLError(isRefused ? .refused : .connectionLost, message, code: state)
  }

  private static func state(
    _ names: [UnsafePointer<CChar>?], _ values: [UnsafePointer<CChar>?]
  ) -> String? {
    guard let handle = PQconnectStartParams(names, values, 1) else { return nil }
    defer { PQfinish(handle) }
    _ = PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    let deadline = ContinuousClock.now + patience
    var awaited = Int16(POLLOUT)
    while PQstatus(handle) != CONNECTION_BAD {
      let (seconds, attoseconds) = (deadline - .now).components
      let left = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      guard left > 0 else { return nil }
      var descriptor = pollfd(fd: PQsocket(handle), events: awaited, revents: 0)
      let ready = poll(&descriptor, 1, Int32(clamping: left))
      if ready == 0 || ready < 0 && errno != EINTR { return nil }
      if ready < 0 { continue }
      switch PQconnectPoll(handle) {
      case PGRES_POLLING_READING: awaited = Int16(POLLIN)
      case PGRES_POLLING_WRITING: awaited = Int16(POLLOUT)
      case PGRES_POLLING_FAILED: return state(in: PostgresError.trimmed(PQerrorMessage(handle)))
      default: return nil
      }
    }
    return nil
  }

  /// `28P01` from `... failed: FATAL:  28P01: password authentication failed for user "x"`.
  static func state(in message: String) -> String? {
    let bytes = Array(message.utf8)
    var found: String?
    var index = 0
    while index + 9 <= bytes.count {
      let code = bytes[(index + 3)..<(index + 8)]
      if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == 32, bytes[index + 2] == 32,
        bytes[index + 8] == UInt8(ascii: ":"),
        code.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
      {
        // With several hosts, the last one's code.
        found = String(decoding: code, as: UTF8.self)
      }
      index += 1
    }
    return found
  }
}

extension String {
  fileprivate func holds(_ part: String) -> Bool {
    let (whole, wanted) = (Array(utf8), Array(part.utf8))
    guard whole.count >= wanted.count else { return false }
    return (0...(whole.count - wanted.count)).contains { whole[$0...].starts(with: wanted) }
  }
}
