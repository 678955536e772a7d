package import Delivery
package import Domain
import Synchronization

/// Time that stands still until a test moves it. Sleepers wake in order. Thread-safe.
package final class VirtualClock: Sendable {
  /// The wall clock when nothing has elapsed.
  package static let noon = Instant(seconds: 1_772_366_400)

  private struct Sleeper {
    var duration: Duration
    var until: Duration
    var wake: CheckedContinuation<Void, Never>
  }

  private struct State {
    var elapsed: Duration = .zero
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
    var next = 0
  }

  private let state = Mutex(State())

  package init() {}

  package var clock: LoopClock {
    LoopClock(
      now: { self.now }, uptime: { self.elapsed }, sleep: { await self.sleep($0) }, random: { 0.5 }
    )
  }

  package var now: Instant { Self.noon + elapsed }
  package var elapsed: Duration { state.withLock { $0.elapsed } }

  /// How long those who sleep wanted to sleep.
  package var sleeping: [Duration] { state.withLock { $0.sleepers.values.map(\.duration) } }

  /// Returns when those who sleep are as many as these, and want to sleep for so long.
  package func untilSleeping(_ durations: Duration...) async throws {
    try await eventually("sleep of \(durations)", context: { "\(sleeping)" }) {
      sleeping.sorted() == durations.sorted()
    }
  }

  /// Moves time and wakes whoever is due.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.elapsed += duration
      let due = state.sleepers.filter { $0.value.until <= state.elapsed }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.sorted { $0.until < $1.until }.map(\.wake)
    }
    for sleeper in due { sleeper.resume() }
  }

  private func sleep(_ duration: Duration) async {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let passed = state.withLock { state in
          if duration <= .zero || state.cancelled.remove(number) != nil { return true }
          state.sleepers[number] = Sleeper(
            duration: duration, until: state.elapsed + duration, wake: continuation)
          return false
        }
        if passed { continuation.resume() }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        if state.sleepers[number] == nil { state.cancelled.insert(number) }
        return state.sleepers.removeValue(forKey: number)
      }
      sleeper?.wake.resume()
    }
  }
}
