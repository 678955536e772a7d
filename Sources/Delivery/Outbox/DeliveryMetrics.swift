package import Domain
import Synchronization

/// Counts the dispatcher's work. Thread-safe.
package final class DeliveryMetrics: Sendable {
  /// The numbers at one moment.
  package struct Snapshot: Sendable {
    /// By channel and outcome.
    package var attempts: [ChannelName: [OutcomeClass: Int]] = [:]
    package var stale = 0
    package var handoffToOutcome = Histogram()
    package var dueToHandoff = Histogram()
    package var lanes: [ChannelName: Lane] = [:]

    package struct Lane: Sendable {
      package var window = 0
      package var underWay = 0
      package var breaker = BreakerState.closed
      package var throttledFor: Duration = .zero
    }
  }

  private let numbers = Mutex(Snapshot())

  package init() {}

  package var snapshot: Snapshot { numbers.withLock { $0 } }

  /// Creates all series of a channel at 0 from the start.
  func introduce(_ channel: ChannelName) {
    numbers.withLock { numbers in
      if numbers.attempts[channel] == nil {
        numbers.attempts[channel] = Dictionary(uniqueKeysWithValues: OutcomeClass.allCases.map { ($0, 0) })
      }
      if numbers.lanes[channel] == nil { numbers.lanes[channel] = Snapshot.Lane() }
    }
  }

  func count(_ result: AttemptResult, channel: ChannelName) {
    numbers.withLock { numbers in
      numbers.attempts[channel, default: [:]][result.outcome, default: 0] += 1
      if let handoffAt = result.handoffAt { numbers.handoffToOutcome.observe(result.endedAt - handoffAt) }
    }
  }

  func countStale(_ count: Int) {
    guard count > 0 else { return }
    numbers.withLock { $0.stale += count }
  }

  func observeHandoff(after delay: Duration) { numbers.withLock { $0.dueToHandoff.observe(delay) } }

  func show(_ view: LaneView, channel: ChannelName) {
    numbers.withLock { numbers in
      let breaker: BreakerState =
        switch view.breaker {
        case .closed: .closed
        case .doubted, .halfOpen: .halfOpen
        case .open(_, .fault): .open
        case .open(_, .refusal): .stopped
        }
      numbers.lanes[channel] = Snapshot.Lane(
        window: view.window, underWay: view.underWay, breaker: breaker, throttledFor: view.throttledFor)
    }
  }
}

/// Durations in fixed buckets, as Prometheus needs them.
package struct Histogram: Sendable {
  /// Ascending upper bounds in seconds; one more bucket has none.
  package static let bounds: [Double] = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60, 300, 3600]

  /// Each bucket's own count, not cumulative.
  package private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
  package private(set) var sum = 0.0

  package init() {}

  /// Negative durations, from a clock that was set back, count as 0.
  package mutating func observe(_ duration: Duration) {
    let seconds = max(0, duration.inSeconds)
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sum += seconds
  }
}
