/// Spreads sends evenly over time: at most `rate` per second, with a burst after a pause.
///
/// The generic cell rate algorithm in whole nanoseconds of monotonic time: no drift, and no effect when the
/// wall clock jumps. Times are durations since an arbitrary start and must not decrease.
package struct TokenBucket: Equatable, Sendable {
  /// The time until a taken token is back.
  package let interval: Duration
  /// The maximum number of tokens; at least 1.
  package let burst: Int
  /// When the bucket will be full.
  private var fullAt: Duration = .zero

  /// - Parameters:
  ///   - count: tokens per `period`; at least 1.
  ///   - burst: `nil` for a tenth of a second's worth.
  package init(count: Int, per period: Duration, burst: Int? = nil) {
    let count = max(count, 1)
    interval = period / count
    let perSecond = Double(count) / max(period.inSeconds, 0.001)
    self.burst = max(1, burst ?? Int(min(perSecond / 10, 1_000_000)))
  }

  /// The number of tokens now.
  package func available(at time: Duration) -> Int {
    guard interval > .zero else { return burst }
    let missing = max(fullAt - time, .zero)
    let room = interval * burst - missing
    return room < .zero ? 0 : Int(room / interval)
  }

  /// Takes one token; returns `false`, without any change, if there is none.
  package mutating func take(at time: Duration) -> Bool {
    guard available(at: time) >= 1 else { return false }
    fullAt = max(fullAt, time) + interval
    return true
  }

  /// When the next token is available; `time` itself if there is one now.
  package func nextToken(after time: Duration) -> Duration {
    available(at: time) >= 1 ? time : max(time, fullAt - interval * (burst - 1))
  }
}

extension Duration {
  /// In seconds with a fraction, for display and ratios.
  package var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
