internal import CLinux
internal import Glibc

/// Answers operators' commands on a unix socket that only this user and root may use.
///
/// Each connection has a thread; the handler itself runs as a task. If all slots are taken, a new connection replaces
/// the one that has been idle the longest, provided that it has been idle for at least `patience`.
package final class ControlServer: Sendable {
  /// Answers one request with `reply.send`; the reply is complete when it returns.
  package typealias Handler = @Sendable (_ request: JSON, _ reply: ControlReply) async -> Void

  private struct Connection: Sendable {
    /// When it started to wait for a complete request; `nil` while one is being answered.
    var waitingSince: Duration?
    /// Whether its slot was given away; its thread is about to close it.
    var isDismissed = false
  }

  private struct State: Sendable {
    var connections: [Int32: Connection] = [:]
    var isStopping = false
    var isAccepting = true
  }

  package let path: String
  private let handler: Handler
  private let patience: Duration
  private let stopEvent: Int32
  private let state = Monitor(State())

  /// Maximum connections; one more is closed at once, unless it replaces an idle one.
  private static let connectionLimit = 32

  /// Starts to listen. Replaces the socket of a dead daemon, but not one that answers: commands meant for
  /// that daemon would come here.
  package init(
    path: String, patience: Duration = .seconds(10), handler: @escaping Handler
  ) throws(ControlError) {
    self.path = path
    self.patience = patience
    self.handler = handler
    guard let address = UnixAddress(path) else { throw .invalidPath(path) }
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK {
      if Self.isAnswered(address) { throw .inUse(path: path) }
      unlink(path)
    }
    let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw .system(.last("open a socket")) }
    let listener = FileDescriptor(owning: raw)
    // Nobody can connect before `listen`, so the mode is right from the start.
    guard address.withSocketAddress({ bind(raw, $0, $1) }) == 0 else {
      throw .system(.last("listen on '\(path)'"))
    }
    guard chmod(path, 0o600) == 0, listen(raw, 16) == 0 else {
      let error = SystemError.last("listen on '\(path)'")
      unlink(path)
      throw .system(error)
    }
    stopEvent = clinux_open_event()
    guard stopEvent >= 0 else {
      let error = SystemError.last("make an event")
      unlink(path)
      throw .system(error)
    }
    let descriptor = listener.release()
    do {
      try WorkerThread.start("control") { self.accept(on: descriptor) }
    } catch {
      close(descriptor)
      close(stopEvent)
      unlink(path)
      throw .system(error)
    }
  }

  private static func isAnswered(_ address: UnixAddress) -> Bool {
    // Non-blocking: a daemon that hangs with a full queue still counts as alive.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let raw = socket(AF_UNIX, kind, 0)
    guard raw >= 0 else { return false }
    let probe = FileDescriptor(owning: raw)
    return address.withSocketAddress { connect(probe.raw, $0, $1) } == 0 || errno == EAGAIN
  }

  /// Closes the socket and all connections and waits, at most for `timeout`, until their handlers have
  /// returned. May be called once; a server that is never stopped lives as long as the process.
  package func stop(timeout: Duration = .seconds(5)) {
    let isFirst = state.update { state in
      defer { state.isStopping = true }
      for connection in state.connections.keys { shutdown(connection, Int32(SHUT_RDWR)) }
      return !state.isStopping
    }
    guard isFirst else { return }
    clinux_raise_event(stopEvent)
    _ = state.wait(timeout: timeout) { $0.connections.isEmpty && !$0.isAccepting ? true : nil }
    unlink(path)
  }

  private func accept(on listener: Int32) {
    defer {
      // Closing alone would leave it open as long as a child that is being started has a copy.
      shutdown(listener, Int32(SHUT_RDWR))
      close(listener)
      close(stopEvent)
      state.update { $0.isAccepting = false }
    }
    while true {
      var events = [
        pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stopEvent, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&events, 2, -1) < 0, errno != EINTR { return }
      if events[1].revents != 0 { return }
      guard events[0].revents != 0 else { continue }
      let connection = clinux_accept(listener)
      guard connection >= 0 else {
        // Out of descriptors: the connection stays pending, so pause instead of spinning.
        if errno == EMFILE || errno == ENFILE { poll(&events[1], 1, 100) }
        continue
      }
      let peer = clinux_peer_user(connection)
      let isWelcome = state.update { state in
        guard peer == 0 || peer == Int(geteuid()), !state.isStopping, makePlace(in: &state) else {
          return false
        }
        state.connections[connection] = Connection(waitingSince: SystemTime.monotonic())
        return true
      }
      guard isWelcome else {
        close(connection)
        continue
      }
      do {
        try WorkerThread.start("control-peer") { self.serve(connection) }
      } catch {
        end(connection)
      }
    }
  }

  private func makePlace(in state: inout State) -> Bool {
    let present = state.connections.filter { !$0.value.isDismissed }
    if present.count < Self.connectionLimit { return true }
    let idle = present.compactMap { connection, its in its.waitingSince.map { (connection, since: $0) } }
    guard let longest = idle.min(by: { $0.since < $1.since }),
      SystemTime.monotonic() - longest.since >= patience
    else { return false }
    state.connections[longest.0]?.isDismissed = true
    shutdown(longest.0, Int32(SHUT_RDWR))
    return true
  }

  private func end(_ connection: Int32) {
    // Closed under the lock, so that `stop` never uses a descriptor number that was reused.
    state.update { state in
      state.connections[connection] = nil
      close(connection)
    }
  }

  private func serve(_ connection: Int32) {
    defer { end(connection) }
    // A peer that does not read its reply for this long is gone.
    var patience = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var lines = LineBuffer(limit: ControlProtocol.lineLimit)
    while true {
      while let line = lines.next() {
        let isPresent = state.update { state in
          state.connections[connection]?.waitingSince = nil
          return state.connections[connection]?.isDismissed == false
        }
        guard isPresent, answer(line, on: connection) else { return }
        state.update { $0.connections[connection]?.waitingSince = SystemTime.monotonic() }
      }
      if lines.isTooLong {
        let error = ControlError.tooLong(limit: ControlProtocol.lineLimit)
        _ = sendAll(connection, ControlProtocol.line(["error": .string(error.description)]) + [0x0A])
        return
      }
      guard lines.read(from: connection) else { return }
    }
  }

  /// Runs one request to its end. Returns whether the connection can continue.
  private func answer(_ line: [UInt8], on connection: Int32) -> Bool {
    let request: JSON
    do {
      request = try JSON.parse(line, limits: ControlProtocol.limits)
    } catch {
      return sendAll(connection, ControlProtocol.line(["error": .string(error.description)]) + [0x0A])
    }
    let reply = ControlReply()
    let handler = handler
    Task {
      await handler(request, reply)
      reply.finish()
    }
    while true {
      let (bytes, isFinished) = reply.take()
      let isSent = sendAll(connection, bytes)
      if !isSent { reply.breakOff() }
      if isFinished { return isSent && sendAll(connection, [0x0A]) }
    }
  }
}

/// The reply to a request.
package final class ControlReply: Sendable {
  private struct State: Sendable {
    var pending: [UInt8] = []
    var waiting: [CheckedContinuation<Bool, Never>] = []
    var isFinished = false
    var isBroken = false
  }

  private let state = Monitor(State())
  /// Maximum pending bytes before the handler has to wait.
  private static let backlog = 1 << 20

  init() {}

  /// Sends one line. Suspends while the reader is slow; returns false if the reader is gone, and the handler should
  /// stop.
  @discardableResult
  package func send(_ value: JSON) async -> Bool {
    let line = ControlProtocol.line(value)
    return await withCheckedContinuation { continuation in
      let answer: Bool? = state.update { state in
        if state.isBroken { return false }
        state.pending += line
        if state.pending.count <= ControlReply.backlog { return true }
        state.waiting.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  func finish() { state.update { $0.isFinished = true } }

  /// Blocks until there is something to send or the reply is complete.
  func take() -> (bytes: [UInt8], isFinished: Bool) {
    let taken = state.wait { state -> ([UInt8], Bool, [CheckedContinuation<Bool, Never>])? in
      if state.pending.isEmpty, !state.isFinished { return nil }
      defer {
        state.pending = []
        state.waiting = []
      }
      return (state.pending, state.isFinished, state.waiting)
    }
    guard let (bytes, isFinished, waiting) = taken else { return ([], true) }
    for continuation in waiting { continuation.resume(returning: true) }
    return (bytes, isFinished)
  }

  func breakOff() {
    let waiting = state.update { state in
      defer {
        state.isBroken = true
        state.pending = []
        state.waiting = []
      }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: false) }
  }
}
