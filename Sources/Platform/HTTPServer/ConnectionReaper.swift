internal import CLinux
internal import Glibc
internal import Synchronization

/// One accepted connection: its socket and the time by which the next step must be done.
final class ServerConnection: Sendable {
  let descriptor: Int32
  /// The peer's; `nil` when it has none.
  let address: NetworkAddress?
  /// On the clock of `monotonicNanoseconds`; `.max` while a handler works.
  private let deadline: Atomic<UInt64>

  init(descriptor: Int32, address: NetworkAddress?, limit: Duration) {
    self.descriptor = descriptor
    self.address = address
    deadline = Atomic(monotonicNanoseconds() &+ limit.wholeNanoseconds)
  }

  func allow(_ limit: Duration) {
    deadline.store(monotonicNanoseconds() &+ limit.wholeNanoseconds, ordering: .relaxed)
  }

  /// Writes an answer past libmicrohttpd and says that nothing follows. The socket's buffer takes it at once or, when
  /// the peer reads nothing, never: nobody waits.
  func tell(_ status: String, _ text: String, headers: String = "") {
    let answer =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(text.utf8.count + 1)\r\n"
      + "\(headers)Connection: close\r\n\r\n\(text)\n"
    let bytes = Array(answer.utf8)
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// One connection too many of its address: told so, and over before anything of it is read.
  func refuse() {
    tell("429 Too Many Requests", "too many connections from this address", headers: "Retry-After: 1\r\n")
    shutdown(descriptor, Int32(SHUT_RD))
  }

  func suspendDeadline() { deadline.store(.max, ordering: .relaxed) }
  func isLate(at now: UInt64) -> Bool { deadline.load(ordering: .relaxed) <= now }
}

/// Shuts down sockets that are past their deadline. libmicrohttpd's own timeout starts anew with every byte,
/// so that one byte every two seconds holds a connection for ever; these deadlines are total.
final class ConnectionReaper: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: ServerConnection] = [:]
    var isStopped = false
  }

  private let state = Mutex(State())
  private let wake: Int32
  private let interval: Int32

  init(interval: Duration) throws(SystemError) {
    wake = clinux_open_event()
    guard wake >= 0 else { throw SystemError.last("create an event descriptor") }
    self.interval = Int32(clamping: max(10, interval.wholeMilliseconds))
  }

  deinit { close(wake) }

  var count: Int { state.withLock { $0.connections.count } }

  func start() throws(SystemError) {
    try WorkerThread.start("http-deadlines", stackSize: 256 << 10) { [self] in
      while sweep() {}
    }
  }

  func add(_ connection: ServerConnection) {
    let isFirst = state.withLock {
      $0.connections[ObjectIdentifier(connection)] = connection
      return $0.connections.count == 1
    }
    if isFirst { signal() }
  }

  /// Called before libmicrohttpd closes the descriptor: a registered one is always still ours.
  func remove(_ connection: ServerConnection) {
    state.withLock { _ = $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
  }

  func stop() {
    state.withLock { $0.isStopped = true }
    signal()
  }

  private func signal() {
    clinux_raise_event(wake)
  }

  /// Waits one interval, or for the first connection, and looks at all of them. False at the end.
  private func sweep() -> Bool {
    let (isStopped, isEmpty) = state.withLock { ($0.isStopped, $0.connections.isEmpty) }
    if isStopped { return false }
    var item = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
    poll(&item, 1, isEmpty ? -1 : interval)
    clinux_clear_event(wake)
    let now = monotonicNanoseconds()
    state.withLock { state in
      for connection in state.connections.values where connection.isLate(at: now) {
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
        connection.suspendDeadline()
      }
    }
    return true
  }
}
