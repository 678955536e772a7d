/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
///
/// Every stored and computed time of the program is an `Instant`. Nothing in this module reads a clock.
/// Arithmetic saturates: no data or setting, however extreme, can trap.
package struct Instant: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package init(seconds: Int64) { self.milliseconds = seconds.times(1000) }

  /// Later than any real time; stands for a missing upper bound.
  package static let distantFuture = Instant(milliseconds: .max / 4)
  /// Earlier than any real time; stands for a missing lower bound.
  package static let distantPast = Instant(milliseconds: .min / 4)

  package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  /// Fractions of a millisecond are truncated.
  package static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds.plus(duration.milliseconds))
  }

  package static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds.minus(duration.milliseconds))
  }

  package static func - (a: Instant, b: Instant) -> Duration {
    .milliseconds(a.milliseconds.minus(b.milliseconds))
  }
}

extension Duration {
  /// The whole milliseconds of this duration, truncated towards zero and clamped to 64 bits.
  package var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds.times(1000).plus(attoseconds / 1_000_000_000_000_000)
  }

  package static func minutes(_ count: Int64) -> Duration { .seconds(count.times(60)) }
  package static func hours(_ count: Int64) -> Duration { .seconds(count.times(3600)) }
  /// Exactly 24 hours each; calendar days are `CivilDate`'s.
  package static func days(_ count: Int64) -> Duration { .seconds(count.times(86400)) }
}

// Saturating arithmetic.
extension Int64 {
  @inline(__always)
  fileprivate func plus(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  @inline(__always)
  fileprivate func minus(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }

  /// `factor` must be positive.
  @inline(__always)
  fileprivate func times(_ factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? (self < 0 ? .min : .max) : product
  }
}
