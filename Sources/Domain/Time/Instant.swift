/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
///
/// Every stored and computed time of the program is an `Instant`. Nothing in this module reads a clock.
package struct Instant: Hashable, Comparable, Sendable {
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

  /// Later than every time the program can meet; an absent upper bound.
  package static let distantFuture = Instant(milliseconds: .max / 4)
  /// Earlier than every time the program can meet; an absent lower bound.
  package static let distantPast = Instant(milliseconds: .min / 4)

  package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

  /// Fractions of a millisecond are cut off.
  package static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds + duration.milliseconds)
  }

  package static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(milliseconds: instant.milliseconds - duration.milliseconds)
  }

  package static func - (a: Instant, b: Instant) -> Duration {
    .milliseconds(a.milliseconds - b.milliseconds)
  }
}

extension Duration {
  /// The whole milliseconds of this duration, cut towards zero.
  package var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  package static func minutes(_ count: Int64) -> Duration { .seconds(count * 60) }
  package static func hours(_ count: Int64) -> Duration { .seconds(count * 3600) }
  /// Exactly 24 hours each; a calendar day is a matter of `CivilDate`.
  package static func days(_ count: Int64) -> Duration { .seconds(count * 86400) }
}
