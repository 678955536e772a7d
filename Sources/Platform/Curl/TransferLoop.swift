internal import CCurl
internal import CLinux
internal import Glibc

/// The engine's thread: libcurl's multi handle for HTTP and for connecting, epoll for mail connections.
///
/// Everything here is created, used and freed on that one thread; other threads go through `TransferInbox`.
final class TransferLoop {
  private let inbox: TransferInbox
  private let multi: UnsafeMutableRawPointer
  private let epoll: Int32

  /// Connections that libcurl is working on, by handle.
  private var connecting: [UnsafeMutableRawPointer: SMTPConnection] = [:]
  private var exchanges: [UnsafeMutableRawPointer: HTTPExchange] = [:]
  private var exchangesByID: [TransferID: HTTPExchange] = [:]
  private var waitingHTTP: HTTPQueue
  private var spareHandles: [CurlHandle] = []

  private var pools: [UInt64: SMTPPool] = [:]
  private var watched: [Int32: SMTPConnection] = [:]
  var atGate: [TransferID: SMTPConnection] = [:]

  private var dispatchList: [SMTPPool] = []
  private var flushList: [SMTPPool] = []
  /// Closed in this turn; freed at its end, when none of their methods is on the stack.
  private var removed: [SMTPConnection] = []

  /// Not later than the earliest deadline of any mail connection.
  private var nextDeadline = UInt64.max
  private var stopDeadline: UInt64?
  private var stopWaiters: [@Sendable () -> Void] = []

  init(inbox: TransferInbox, configuration: TransferEngine.Configuration) {
    self.inbox = inbox
    waitingHTTP = HTTPQueue(places: configuration.maximumHTTPTransfers)
    guard let multi = curl_multi_init() else { fatalError("libcurl: out of memory") }
    self.multi = multi
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: inbox.wakeDescriptor))
    epoll_ctl(epoll, EPOLL_CTL_ADD, inbox.wakeDescriptor, &event)
  }

  func run() {
    while true {
      wait()
      execute(inbox.take())
      if !connecting.isEmpty || !exchanges.isEmpty { drive() }
      if monotonicNanoseconds() >= nextDeadline { sweep() }
      endTurn()
      if let stopDeadline {
        let isDone = exchanges.isEmpty && waitingHTTP.isEmpty && !pools.values.contains { $0.hasWork }
        if isDone || monotonicNanoseconds() >= stopDeadline { break }
      }
    }
    execute(inbox.take(closing: true))
    cancelAll()
    endTurn()
    spareHandles = []
    curl_multi_cleanup(multi)
    close(epoll)
    for waiter in stopWaiters { waiter() }
  }

  // MARK: - Waiting

  private func wait() {
    var timeout: Int64 = 60_000
    let deadline = min(nextDeadline, stopDeadline ?? .max)
    if deadline != .max {
      let now = monotonicNanoseconds()
      timeout = deadline <= now ? 0 : min(timeout, Int64((deadline - now) / 1_000_000) + 1)
    }
    if connecting.isEmpty && exchanges.isEmpty {
      return takeEvents(timeout: Int32(timeout))
    }
    var extra = curl_waitfd(fd: epoll, events: Int16(CURL_WAIT_POLLIN), revents: 0)
    var count: Int32 = 0
    curl_multi_poll(multi, &extra, 1, Int32(timeout), &count)
    takeEvents(timeout: 0)
  }

  private func takeEvents(timeout: Int32) {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
      let count = epoll_wait(epoll, events.baseAddress!, 256, timeout)
      guard count > 0 else { return }
      for event in events[0..<Int(count)] {
        if event.data.fd == inbox.wakeDescriptor {
          clinux_clear_event(inbox.wakeDescriptor)
          continue
        }
        guard let connection = watched[event.data.fd] else { continue }
        if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
          connection.readable()
        }
        if event.events & EPOLLOUT.rawValue != 0, !connection.isClosed { connection.writable() }
        connection.pool.settle(connection)
      }
    }
  }

  // MARK: - Commands

  private func execute(_ commands: [TransferInbox.Command]) {
    for command in commands {
      switch command {
      case .mail(let relay, let submissions):
        let pool = pools[relay.number] ?? SMTPPool(relay: relay, loop: self)
        pools[relay.number] = pool
        pool.take(submissions)
      case .releaseDot(let identifiers):
        for id in identifiers {
          guard let connection = atGate.removeValue(forKey: id) else { continue }
          connection.releaseDot()
          connection.pool.settle(connection)
        }
      case .abort(let identifiers): identifiers.forEach(abort)
      case .http(let id, let transfer, let completion):
        waitingHTTP.add(HTTPQueue.Entry(id: id, transfer: transfer, completion: completion))
        startHTTP()
      case .stop(let deadline, let waiter):
        stopWaiters.append(waiter)
        stopDeadline = min(stopDeadline ?? .max, deadline)
      }
    }
  }

  private func abort(_ id: TransferID) {
    if let exchange = exchangesByID[id] { return end(exchange, .abortedByCallback) }
    if let entry = waitingHTTP.remove(id) {
      return entry.completion(
        HTTPTransferResult(code: .abortedByCallback, detail: "aborted before it began"))
    }
    for pool in pools.values {
      if pool.abortWaiting(id) { return }
      if let connection = pool.all.first(where: { $0.currentID == id }) { return connection.abort() }
    }
  }

  // MARK: - libcurl

  func add(_ connection: SMTPConnection) {
    connecting[connection.handle.raw] = connection
    curl_multi_add_handle(multi, connection.handle.raw)
  }

  private func startHTTP() {
    while let entry = waitingHTTP.next() {
      let exchange = HTTPExchange(
        id: entry.id, transfer: entry.transfer, handle: spareHandles.popLast() ?? CurlHandle(),
        completion: entry.completion)
      exchanges[exchange.handle.raw] = exchange
      exchangesByID[entry.id] = exchange
      if let problem = exchange.prepare() {
        forget(exchange)
        entry.completion(HTTPTransferResult(code: CurlCode(rawValue: 43), detail: problem))
        continue
      }
      curl_multi_add_handle(multi, exchange.handle.raw)
    }
  }

  private func drive() {
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle else { continue }
      let code = CurlCode(rawValue: Int32(message.pointee.data.result.rawValue))
      if let connection = connecting.removeValue(forKey: raw) {
        connection.pool.connected(connection, code)
      } else if let exchange = exchanges[raw] {
        end(exchange, code)
      }
    }
  }

  private func end(_ exchange: HTTPExchange, _ code: CurlCode) {
    let result = exchange.result(code)
    curl_multi_remove_handle(multi, exchange.handle.raw)
    forget(exchange)
    exchange.completion(result)
    startHTTP()
  }

  private func forget(_ exchange: HTTPExchange) {
    exchanges[exchange.handle.raw] = nil
    exchangesByID[exchange.id] = nil
    waitingHTTP.end(exchange.sender)
    exchange.handle.reset()
    if spareHandles.count < 64 { spareHandles.append(exchange.handle) }
  }

  // MARK: - Mail connections

  func watch(_ connection: SMTPConnection) {
    guard !connection.isClosed, connection.descriptor >= 0 else { return }
    let isNew = watched.updateValue(connection, forKey: connection.descriptor) == nil
    var event = epoll_event(
      events: EPOLLIN.rawValue | (connection.wantsWrite ? EPOLLOUT.rawValue : 0),
      data: epoll_data_t(fd: connection.descriptor))
    epoll_ctl(epoll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection.descriptor, &event)
  }

  /// Removing the handle closes the connection, without QUIT and without waiting.
  func remove(_ connection: SMTPConnection) {
    if connection.descriptor >= 0 {
      watched[connection.descriptor] = nil
      epoll_ctl(epoll, EPOLL_CTL_DEL, connection.descriptor, nil)
    }
    connecting[connection.handle.raw] = nil
    curl_multi_remove_handle(multi, connection.handle.raw)
    removed.append(connection)
  }

  func noteDeadline(_ deadline: UInt64) { nextDeadline = min(nextDeadline, deadline) }
  func needsDispatch(_ pool: SMTPPool) {
    if !dispatchList.contains(where: { $0 === pool }) { dispatchList.append(pool) }
  }
  func needsFlush(_ pool: SMTPPool) {
    if !flushList.contains(where: { $0 === pool }) { flushList.append(pool) }
  }

  private func sweep() {
    let now = monotonicNanoseconds()
    nextDeadline = .max
    for pool in pools.values {
      for connection in pool.all {
        if connection.deadline <= now {
          connection.deadlinePassed()
        } else {
          noteDeadline(connection.deadline)
        }
      }
    }
  }

  private func endTurn() {
    while !dispatchList.isEmpty {
      let list = dispatchList
      dispatchList = []
      for pool in list { pool.dispatch() }
    }
    let list = flushList
    flushList = []
    for pool in list { pool.flush() }
    removed = []
    for pool in list where pool.isUnused { pools[pool.relay.number] = nil }
  }

  private func cancelAll() {
    for pool in pools.values { pool.cancelAll() }
    for entry in waitingHTTP.removeAll() {
      entry.completion(
        HTTPTransferResult(code: .abortedByCallback, detail: "the transfer engine was stopped"))
    }
    for exchange in Array(exchanges.values) { end(exchange, .abortedByCallback) }
  }
}
