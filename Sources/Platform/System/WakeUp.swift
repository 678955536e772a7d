internal import Synchronization

/// Lets a loop sleep until a time limit or until it is woken.
///
/// A wake-up while nobody sleeps is remembered; several count as one. Only one task may sleep at a time; waking is
/// thread-safe.
package final class WakeUp: Sendable {
  private struct State {
    var isAwake = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  package init() {}

  package func wake() {
    let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let sleeper = state.sleeper else {
        state.isAwake = true
        return nil
      }
      state.sleeper = nil
      return sleeper
    }
    sleeper?.resume()
  }

  /// Returns at a wake-up, after `limit`, or when the task is cancelled. If the limit has already passed,
  /// consumes a pending wake-up and returns at once.
  ///
  /// - Parameters:
  ///   - limit: `nil` for none.
  ///   - pause: passes time; returns early when its task is cancelled.
  package func sleep(
    atMost limit: Duration?,
    by pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) async {
    guard let limit else { return await sleep() }
    guard limit > .zero else {
      state.withLock { $0.isAwake = false }
      return
    }
    let alarm = Task { [weak self] in
      await pause(limit)
      if !Task.isCancelled { self?.wake() }
    }
    await sleep()
    alarm.cancel()
  }

  private func sleep() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isAwake = state.withLock { state in
          if state.isAwake || Task.isCancelled {
            state.isAwake = false
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
  }
}
