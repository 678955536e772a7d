/// Spreads sends evenly over time: at most `rate` a second, after a pause a burst.
///
/// The generic cell rate algorithm on whole nanoseconds of monotonic time, so nothing drifts and a wall clock that
/// jumps changes nothing. Times are durations since an arbitrary start and never go back.
package struct TokenBucket: Equatable, Sendable {
  /// The time one token takes to come back.
  package let interval: Duration
  /// How many tokens gather while nothing is taken; at least 1.
  package let burst: Int
  /// When the bucket will be full again.
  private var fullAt: Duration = .zero

  /// - Parameters:
  ///   - count: tokens each `period`; at least 1.
  ///   - burst: a tenth of a second's worth when `nil`.
  package init(count: Int, per period: Duration, burst: Int? = nil) {
    let count = max(count, 1)
    interval = period / count
    let perSecond = Double(count) / max(period.inSeconds, 0.001)
    self.burst = max(1, burst ?? Int(min(perSecond / 10, 1_000_000)))
  }

  /// How many tokens are there now.
  package func available(at time: Duration) -> Int {
    guard interval > .zero else { return burst }
    let missing = max(fullAt - time, .zero)
    let room = interval * burst - missing
    return room < .zero ? 0 : Int(room / interval)
  }

  /// Takes one token; `false` when there is none, and then nothing changes.
  package mutating func take(at time: Duration) -> Bool {
    guard available(at: time) >= 1 else { return false }
    fullAt = max(fullAt, time) + interval
    return true
  }

  /// When the next token is there; `time` itself when one is there now.
  package func nextToken(after time: Duration) -> Duration {
    available(at: time) >= 1 ? time : max(time, fullAt - interval * (burst - 1))
  }
}

extension Duration {
  /// As seconds with a fraction, for display and for ratios.
  package var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
