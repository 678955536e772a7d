internal import Glibc

/// Nanoseconds on the monotonic clock. Socket deadlines use this clock.
func monotonicNanoseconds() -> UInt64 {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  return UInt64(now.tv_sec) &* 1_000_000_000 &+ UInt64(now.tv_nsec)
}

extension Duration {
  /// Whole milliseconds, rounded up so that a short wait never becomes 0, which means "no limit"; 0 for zero
  /// and below, and at most about 50 years.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return min(seconds, 1_600_000_000) * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }

  var wholeNanoseconds: UInt64 { UInt64(wholeMilliseconds) &* 1_000_000 }
}
