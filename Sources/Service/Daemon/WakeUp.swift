internal import Domain
internal import Synchronization

/// Lets a loop sleep until a time or until somebody has news, whichever comes first.
///
/// News that comes while nobody sleeps is kept, once. For one sleeper; waking is safe from any thread.
package final class WakeUp: Sendable {
  private struct State {
    var hasNews = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  package func wake() {
    let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let sleeper = state.sleeper else {
        state.hasNews = true
        return nil
      }
      state.sleeper = nil
      return sleeper
    }
    sleeper?.resume()
  }

  /// Returns at news, after `limit`, or when the task is cancelled.
  package func sleep(atMost limit: Duration) async {
    guard limit > .zero else {
      state.withLock { $0.hasNews = false }
      return
    }
    let alarm = Task { [weak self] in
      try await Task.sleep(for: limit)
      self?.wake()
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isAwake = state.withLock { state -> Bool in
          if state.hasNews || Task.isCancelled {
            state.hasNews = false
            return true
          }
          state.sleeper = continuation
          return false
        }
        if isAwake { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    alarm.cancel()
  }
}
