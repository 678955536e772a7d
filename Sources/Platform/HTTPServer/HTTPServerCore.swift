internal import CLinux
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// The running server: what its callbacks share. Alive from `start` until `stop` has ended the daemon.
final class HTTPServerCore: Sendable {
  let configuration: HTTPServer.Configuration
  let admit: HTTPServer.Admit
  let immediate: HTTPServer.Immediate?
  let handler: HTTPServer.Handler
  let reaper: ConnectionReaper
  let bodyBytes = Atomic<Int>(0)
  let addresses: AddressCounts

  private enum Phase { case running, stopping, cutting, stopped }

  private struct State {
    var phase = Phase.running
    /// The address of the `MHD_Daemon`.
    var daemon: UInt = 0
    /// Requests between their first line and their last byte.
    var active = 0
    var pending: [ObjectIdentifier: PendingAnswer] = [:]
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())
  private let idleSignal: Int32

  static let stopping = HTTPResponse(
    status: 503, text: "the server is stopping", headers: ["Retry-After": "5", "Connection": "close"])

  init(
    configuration: HTTPServer.Configuration, admit: @escaping HTTPServer.Admit,
    immediate: HTTPServer.Immediate?,
    handler: @escaping HTTPServer.Handler
  ) throws(SystemError) {
    self.configuration = configuration
    self.admit = admit
    self.immediate = immediate
    self.handler = handler
    addresses = AddressCounts(maximum: configuration.maximumConnectionsPerAddress)
    let shortest = min(configuration.headDeadline, configuration.bodyDeadline, configuration.responseDeadline)
    reaper = try ConnectionReaper(interval: min(.milliseconds(250), shortest / 4))
    idleSignal = clinux_open_event()
    guard idleSignal >= 0 else { throw SystemError.last("create an event descriptor") }
  }

  deinit { close(idleSignal) }

  func start(listening descriptor: Int32) throws(SystemError) {
    try reaper.start()
    // Released by `shutDown`, when no callback can come any more.
    let context = Unmanaged.passRetained(self).toOpaque()
    func item(_ option: MHD_OPTION, _ value: Int, _ pointer: UnsafeMutableRawPointer? = nil) -> MHD_OptionItem
    {
      MHD_OptionItem(option: option, value: value, ptr_value: pointer)
    }
    var options = [
      item(.LISTEN_SOCKET, Int(descriptor)),
      // Head, body buffer and answer's head share this; a longer head is answered 431 by the library.
      item(.CONNECTION_MEMORY_LIMIT, configuration.maximumHeaderBytes * 2),
      item(.CONNECTION_LIMIT, configuration.maximumConnections),
      item(.CONNECTION_TIMEOUT, Int(max(1, (configuration.keepAlive.wholeMilliseconds + 999) / 1000))),
      item(.STRICT_FOR_CLIENT, 1),
      item(.NOTIFY_CONNECTION, unsafeBitCast(HTTPServerCallbacks.connection, to: Int.self), context),
      item(.URI_LOG_CALLBACK, unsafeBitCast(HTTPServerCallbacks.target, to: Int.self), context),
      item(.UNESCAPE_CALLBACK, unsafeBitCast(HTTPServerCallbacks.unescape, to: Int.self), context),
      item(.NOTIFY_COMPLETED, unsafeBitCast(HTTPServerCallbacks.completed, to: Int.self), context),
    ]
    if configuration.threads > 1 { options.append(item(.THREAD_POOL_SIZE, configuration.threads)) }
    options.append(item(.END, 0))
    let flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
    guard let daemon = cmhd_start_daemon(flags, 0, HTTPServerCallbacks.access, context, options) else {
      let code = errno
      reaper.stop()
      Unmanaged<HTTPServerCore>.fromOpaque(context).release()
      throw SystemError("start libmicrohttpd", code: code)
    }
    state.withLock { $0.daemon = UInt(bitPattern: daemon) }
  }

  // MARK: - Counting, from the server's threads

  func requestBegan() { state.withLock { $0.active += 1 } }

  func requestEnded() {
    let isIdle = state.withLock { state in
      state.active -= 1
      return state.active == 0 && state.phase != .running
    }
    if isIdle { signalIdle() }
  }

  var isStopping: Bool { state.withLock { $0.phase != .running } }

  /// Files a suspended request. False when the server no longer waits for tasks.
  func file(_ pending: PendingAnswer) -> Bool {
    state.withLock { state in
      guard state.phase == .running || state.phase == .stopping else { return false }
      state.pending[ObjectIdentifier(pending)] = pending
      return true
    }
  }

  func unfile(_ pending: PendingAnswer) {
    state.withLock { _ = $0.pending.removeValue(forKey: ObjectIdentifier(pending)) }
  }

  /// Reserves room for `count` body bytes. False when too much is in flight.
  func reserve(_ count: Int) -> Bool {
    if bodyBytes.add(count, ordering: .relaxed).newValue <= configuration.maximumBodyBytesInFlight {
      return true
    }
    bodyBytes.subtract(count, ordering: .relaxed)
    return false
  }

  func release(_ count: Int) { bodyBytes.subtract(count, ordering: .relaxed) }

  private func signalIdle() {
    clinux_raise_event(idleSignal)
  }

  // MARK: - Stopping

  func stop(within limit: Duration) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let begins: Bool? = state.withLock { state in
        if state.phase == .stopped { return nil }
        state.stopWaiters.append(continuation)
        guard state.phase == .running else { return false }
        state.phase = .stopping
        return true
      }
      guard let begins else { return continuation.resume() }
      guard begins else { return }
      let work: @Sendable () -> Void = { self.shutDown(within: limit) }
      do { try WorkerThread.start("http-stop", work) } catch { work() }
    }
  }

  /// Never with a suspended connection into `MHD_stop_daemon`: it would end the process.
  private func shutDown(within limit: Duration) {
    guard let daemon = OpaquePointer(bitPattern: state.withLock { $0.daemon }) else { return }
    let listening = MHD_quiesce_daemon(daemon)
    if listening >= 0 { close(listening) }
    waitUntilIdle(limit)
    let unanswered = state.withLock { state in
      state.phase = .cutting
      return Array(state.pending.values)
    }
    for pending in unanswered { pending.abandon() }
    if !unanswered.isEmpty { waitUntilIdle(.milliseconds(500)) }
    MHD_stop_daemon(daemon)
    reaper.stop()
    let waiters = state.withLock { state in
      state.phase = .stopped
      state.daemon = 0
      let waiters = state.stopWaiters
      state.stopWaiters = []
      return waiters
    }
    // The retain of `start`: the daemon's threads have ended.
    Unmanaged.passUnretained(self).release()
    for waiter in waiters { waiter.resume() }
  }

  private func waitUntilIdle(_ limit: Duration) {
    let deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds
    while state.withLock({ $0.active }) > 0 {
      let now = monotonicNanoseconds()
      guard now < deadline else { return }
      var item = pollfd(fd: idleSignal, events: Int16(POLLIN), revents: 0)
      poll(&item, 1, Int32(clamping: (deadline - now) / 1_000_000 + 1))
      clinux_clear_event(idleSignal)
    }
  }
}
