internal import CLinux
internal import Glibc
internal import Synchronization

/// Messages and requests from other threads to the server's.
final class HTTPServerMailbox: Sendable {
  private struct State {
    var answers: [(UInt64, HTTPResponse)] = []
    var stopDeadline: UInt64?
    var isOver = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let addresses: AddressCounts
  let wakeDescriptor: Int32
  private let state = Mutex(State())
  private let open = Atomic<Int>(0)

  init(_ addresses: AddressCounts) throws(SystemError) {
    self.addresses = addresses
    wakeDescriptor = clinux_open_event()
    guard wakeDescriptor >= 0 else { throw SystemError.last("create an event descriptor") }
  }

  deinit { close(wakeDescriptor) }

  // MARK: - For others

  func post(_ response: HTTPResponse, for id: UInt64) {
    let isFirst = state.withLock { state in
      state.answers.append((id, response))
      return state.answers.count == 1
    }
    if isFirst { clinux_raise_event(wakeDescriptor) }
  }

  /// Open connections.
  var connections: Int { open.load(ordering: .relaxed) }

  /// Returns when the server has ended. The first call sets the limit for requests in progress.
  func stop(within limit: Duration) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if state.isOver { return true }
        state.waiters.append(continuation)
        if state.stopDeadline == nil { state.stopDeadline = monotonicNanoseconds() &+ limit.wholeNanoseconds }
        return false
      }
      if isOver { continuation.resume() } else { clinux_raise_event(wakeDescriptor) }
    }
  }

  // MARK: - For the loop

  func clearWake() { clinux_clear_event(wakeDescriptor) }

  func take() -> [(UInt64, HTTPResponse)] {
    state.withLock { state in
      defer { state.answers = [] }
      return state.answers
    }
  }

  var stopDeadline: UInt64? { state.withLock { $0.stopDeadline } }

  func count(_ connections: Int) { open.store(connections, ordering: .relaxed) }

  func ended() {
    let waiters = state.withLock { state in
      state.isOver = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
