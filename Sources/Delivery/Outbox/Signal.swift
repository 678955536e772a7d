import Synchronization

/// Wakes one waiting task; a signal raised while nobody waits is kept, several count as one. Thread-safe.
final class Signal: Sendable {
  private struct State {
    var isRaised = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func raise() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter else {
        state.isRaised = true
        return nil
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume()
  }

  /// Returns once raised, or after `limit`. One task waits at a time.
  func wait(atMost limit: Duration?, clock: DeliveryClock) async {
    guard let limit else {
      await wait()
      return
    }
    if limit <= .zero {
      state.withLock { $0.isRaised = false }
      return
    }
    let timer = Task {
      await clock.sleep(limit)
      if !Task.isCancelled { raise() }
    }
    await wait()
    timer.cancel()
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let isRaised = state.withLock { state in
        guard !state.isRaised else {
          state.isRaised = false
          return true
        }
        state.waiter = continuation
        return false
      }
      if isRaised { continuation.resume() }
    }
  }
}
