internal import Glibc

/// The machine's clocks. Only the composition root reads them; everything else takes `now` as an argument.
package enum SystemTime {
  /// Milliseconds since 1970-01-01T00:00:00Z. May jump when the clock is set.
  package static func wallMilliseconds() -> Int64 {
    let (seconds, nanoseconds) = read(CLOCK_REALTIME)
    return seconds * 1000 + nanoseconds / 1_000_000
  }

  /// Time since an arbitrary point; never jumps, and stops while the machine sleeps.
  package static func monotonic() -> Duration { duration(CLOCK_MONOTONIC) }

  /// Time since boot; never jumps, and continues while the machine sleeps.
  package static func sinceBoot() -> Duration { duration(CLOCK_BOOTTIME) }

  private static func duration(_ clock: clockid_t) -> Duration {
    let (seconds, nanoseconds) = read(clock)
    return .seconds(seconds) + .nanoseconds(nanoseconds)
  }

  private static func read(_ clock: clockid_t) -> (Int64, Int64) {
    var time = timespec()
    // Fails only for a clock the kernel does not know, and then leaves zero.
    clock_gettime(clock, &time)
    return (Int64(time.tv_sec), Int64(time.tv_nsec))
  }
}
