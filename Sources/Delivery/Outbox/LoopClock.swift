package import Domain

/// Time and randomness for the dispatcher's lanes and the daemon's loops, injected so that tests can control
/// them.
package struct LoopClock: Sendable {
  /// The wall clock, for due times, expiry and records.
  package var now: @Sendable () -> Instant
  /// Monotonic time since an arbitrary start, for rates, pauses and breakers.
  package var uptime: @Sendable () -> Duration
  /// Returns after the duration, or at once when the task is cancelled.
  package var sleep: @Sendable (Duration) async -> Void
  /// A number in `0..<1`.
  package var random: @Sendable () -> Double

  package init(
    now: @escaping @Sendable () -> Instant, uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async -> Void, random: @escaping @Sendable () -> Double
  ) {
    self.now = now
    self.uptime = uptime
    self.sleep = sleep
    self.random = random
  }

  /// Between -1 and 1.
  func jitter() -> Double { random() * 2 - 1 }
}
