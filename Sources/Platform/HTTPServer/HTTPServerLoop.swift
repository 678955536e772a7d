internal import CLinux
internal import Glibc

/// The server's thread: watches all its sockets with epoll.
///
/// Everything here is created, used and freed on that one thread; other threads go through
/// `HTTPServerMailbox`.
final class HTTPServerLoop {
  let configuration: HTTPServer.Configuration
  let admit: HTTPServer.Admit
  let immediate: HTTPServer.Immediate?
  /// The buffer for every read.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  var room: BodyRoom

  private let handler: HTTPServer.Handler
  private let mailbox: HTTPServerMailbox
  private let epoll: Int32
  private var listening: Int32
  private var isListening = false
  /// When to watch the listener again after the process ran out of descriptors.
  private var listenAgainAt = UInt64.max

  private var connections: [UInt64: HTTPServerConnection] = [:]
  private var tasks: [UInt64: Task<Void, Never>] = [:]
  private var lastID = HTTPServerLoop.wakeID
  private var active = 0
  /// Connections with more to do whose turn is over; each at most once.
  private var again: [HTTPServerConnection] = []
  private var clock = HTTPDate()
  private let interval: Duration
  private var nextSweep: UInt64 = 0

  private enum Ending {
    /// Requests in progress may finish until then.
    case waiting(until: UInt64)
    /// The remaining requests were answered with 503, which is written until then.
    case cutting(until: UInt64)
  }
  private var ending: Ending?

  private static let listenerID: UInt64 = 0
  private static let wakeID: UInt64 = 1

  static let stopping = HTTPResponse(
    status: 503, text: "the server is stopping", headers: ["Retry-After": "5", "Connection": "close"])

  static let busy = HTTPResponse(
    status: 503, text: "too many bodies at once", headers: ["Retry-After": "1", "Connection": "close"])

  /// Takes ownership of both descriptors, the listening one and the epoll's.
  init(
    listening: Int32, epoll: Int32, configuration: HTTPServer.Configuration, mailbox: HTTPServerMailbox,
    admit: @escaping HTTPServer.Admit, immediate: HTTPServer.Immediate?, handler: @escaping HTTPServer.Handler
  ) {
    self.listening = listening
    self.epoll = epoll
    self.configuration = configuration
    self.mailbox = mailbox
    self.admit = admit
    self.immediate = immediate
    self.handler = handler
    room = BodyRoom(configuration.bodies)
    let shortest = min(
      configuration.headDeadline, configuration.bodyDeadline, configuration.responseDeadline,
      configuration.linger)
    interval = max(.milliseconds(10), min(.milliseconds(250), shortest / 4))
    watch(mailbox.wakeDescriptor, Self.wakeID, EPOLLIN.rawValue)
    listen()
  }

  deinit {
    buffer.deallocate()
    close(epoll)
  }

  func run() {
    while !isOver() {
      wait()
      for (id, response) in mailbox.take() {
        tasks[id] = nil
        connections[id]?.answer(response)
      }
      let more = again
      again = []
      for connection in more { connection.takeTurn() }
      let now = monotonicNanoseconds()
      if now >= nextSweep { sweep(now) }
    }
    for connection in Array(connections.values) { connection.close() }
  }

  // MARK: - Events

  private func watch(_ descriptor: Int32, _ id: UInt64, _ events: UInt32) {
    var event = epoll_event(events: events, data: epoll_data_t(u64: id))
    epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
  }

  private func wait() {
    let isQuiet = connections.isEmpty && ending == nil && listenAgainAt == .max
    let timeout = !again.isEmpty ? 0 : isQuiet ? -1 : Int32(clamping: interval.wholeMilliseconds)
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
      let count = epoll_wait(epoll, events.baseAddress!, 256, timeout)
      guard count > 0 else { return }
      for event in events[0..<Int(count)] {
        switch event.data.u64 {
        case Self.listenerID: accept()
        case Self.wakeID: mailbox.clearWake()
        case let id:
          let input = EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
          connections[id]?.ready(
            readable: event.events & input != 0,
            writable: event.events & (EPOLLOUT.rawValue | EPOLLERR.rawValue) != 0)
        }
      }
    }
  }

  private func sweep(_ now: UInt64) {
    nextSweep = now &+ interval.wholeNanoseconds
    for connection in Array(connections.values) where connection.deadline <= now { connection.close() }
    if listenAgainAt <= now { listen() }
  }

  // MARK: - Accepting

  private func listen() {
    listenAgainAt = .max
    guard !isListening, listening >= 0, connections.count < configuration.maximumConnections else { return }
    isListening = true
    watch(listening, Self.listenerID, EPOLLIN.rawValue)
  }

  private func pauseListening() {
    guard isListening else { return }
    isListening = false
    epoll_ctl(epoll, EPOLL_CTL_DEL, listening, nil)
  }

  private func accept() {
    for _ in 0..<64 {
      guard connections.count < configuration.maximumConnections else { return pauseListening() }
      var name = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let descriptor = withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          accept4(listening, $0, &length, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
        }
      }
      guard descriptor >= 0 else {
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
          pauseListening()
          listenAgainAt = monotonicNanoseconds() &+ 100_000_000
        }
        if errno == EAGAIN || listenAgainAt != .max { return }
        continue
      }
      let address = withUnsafeBytes(of: name) { NetworkAddress(socketAddress: $0)?.unmapped }
      guard mailbox.addresses.enter(address) else {
        refuse(descriptor)
        mailbox.addresses.leave(address)
        continue
      }
      add(descriptor, address)
    }
  }

  private func add(_ descriptor: Int32, _ address: NetworkAddress?) {
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    lastID += 1
    let connection = HTTPServerConnection(id: lastID, descriptor: descriptor, address: address, loop: self)
    connections[lastID] = connection
    mailbox.count(connections.count)
    watch(descriptor, lastID, EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue)
    connection.drive()
  }

  /// Refuses a connection beyond an address's maximum, without reading from it. The socket's buffer takes the response
  /// at once.
  private func refuse(_ descriptor: Int32) {
    let response = HTTPResponse(
      status: 429, text: "too many connections from this address", headers: ["Retry-After": "1"])
    let bytes = response.serialized(date: date, connection: "close", withoutBody: false)
    send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    shutdown(descriptor, Int32(SHUT_WR))
    close(descriptor)
  }

  // MARK: - For connections

  var date: String { clock.now() }
  var isStopping: Bool { ending != nil }

  func requestBegan() { active += 1 }
  func requestEnded() { active -= 1 }

  /// The address that bodies are counted against; `nil` if all clients share a proxy's.
  func accountable(_ address: NetworkAddress?) -> NetworkAddress? {
    configuration.maximumConnectionsPerAddress > 0 ? address.map(AddressCounts.network) : nil
  }

  func turnAgain(_ connection: HTTPServerConnection) { again.append(connection) }

  func work(on request: HTTPRequest, for connection: HTTPServerConnection) {
    let (id, mailbox, handler) = (connection.id, mailbox, handler)
    tasks[id] = Task { mailbox.post(await handler(request), for: id) }
  }

  func forget(_ connection: HTTPServerConnection) {
    connections[connection.id] = nil
    mailbox.addresses.leave(connection.address)
    mailbox.count(connections.count)
    if listenAgainAt == .max { listen() }
  }

  // MARK: - Stopping

  /// Whether the server has been stopped and has nothing left to do.
  private func isOver() -> Bool {
    guard let deadline = mailbox.stopDeadline else { return false }
    let now = monotonicNanoseconds()
    switch ending {
    case nil:
      pauseListening()
      close(listening)
      listening = -1
      ending = .waiting(until: deadline)
      return isOver()
    case .waiting(let limit):
      for connection in Array(connections.values) where connection.isIdle { connection.close() }
      if active == 0 { return true }
      guard now >= limit else { return false }
      ending = .cutting(until: now &+ 500_000_000)
      for task in tasks.values { task.cancel() }
      tasks = [:]
      for connection in Array(connections.values) { connection.answer(Self.stopping) }
      return active == 0
    case .cutting(let limit): return active == 0 || now >= limit
    }
  }
}
