package import Domain

/// Time and chance for what goes round and round, the dispatcher's lanes and the daemon's loops: given from outside, so
/// that tests can play them.
package struct LoopClock: Sendable {
  /// The wall clock: due times, expiry, the record.
  package var now: @Sendable () -> Instant
  /// Monotonic time since an arbitrary start: rates, pauses, breakers.
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
