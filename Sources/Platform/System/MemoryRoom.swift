internal import Synchronization

/// Limits the memory used at once by many concurrent pieces of work, such as bodies of four kilobytes that
/// unpack to four megabytes. Waiters are served in order.
package final class MemoryRoom: Sendable {
  private struct State {
    var free: Int
    var waiters: [(bytes: Int, continuation: CheckedContinuation<Void, Never>)] = []
    /// The index of the first waiter still waiting; those before it have been admitted.
    var next = 0
  }

  private let total: Int
  private let state: Mutex<State>

  package init(bytes: Int) {
    total = bytes
    state = Mutex(State(free: bytes))
  }

  /// Waits until `wanted` bytes are free, and takes them; a request for more than the total takes the total.
  ///
  /// - Returns: the bytes taken, which must be returned with `leave`.
  package func enter(_ wanted: Int) async -> Int {
    let bytes = min(wanted, total)
    let isIn = state.withLock { state in
      guard state.waiters.isEmpty, state.free >= bytes else { return false }
      state.free -= bytes
      return true
    }
    if isIn { return bytes }
    await withCheckedContinuation { continuation in
      change { $0.waiters.append((bytes, continuation)) }
    }
    return bytes
  }

  /// Returns memory, all at once or in parts.
  package func leave(_ bytes: Int) { change { $0.free += bytes } }

  /// Whether there are waiters.
  package var isAwaited: Bool { state.withLock { !$0.waiters.isEmpty } }

  /// Changes the state, then admits the waiters that fit.
  private func change(_ body: (inout State) -> Void) {
    let admitted = state.withLock { state in
      body(&state)
      var admitted: [CheckedContinuation<Void, Never>] = []
      while state.next < state.waiters.count, state.waiters[state.next].bytes <= state.free {
        state.free -= state.waiters[state.next].bytes
        admitted.append(state.waiters[state.next].continuation)
        state.next += 1
      }
      if state.next == state.waiters.count {
        state.waiters.removeAll(keepingCapacity: true)
        state.next = 0
      } else if state.next > 1000 {
        state.waiters.removeFirst(state.next)
        state.next = 0
      }
      return admitted
    }
    for continuation in admitted { continuation.resume() }
  }
}
