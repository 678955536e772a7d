package import Domain

/// When a source is checked for new files.
package enum SourceRhythm: Equatable, Sendable {
  case every(Duration)
  /// Daily, at this time in the shop's time zone.
  case at(ClockTime)

  /// The time of the next check after one that ended at `now`.
  package func next(after now: Instant, in zone: TimeZoneRules) -> Instant {
    switch self {
    case .every(let interval): return now + interval
    case .at(let time):
      let today = zone.civilDate(at: now)
      let due = zone.instant(of: today, at: time)
      return due > now ? due : zone.instant(of: today.adding(days: 1), at: time)
    }
  }

  /// How long a file must be unchanged before it is considered complete: one interval, but at most a minute.
  package var settling: Duration {
    switch self {
    case .every(let interval): min(interval, .seconds(60))
    case .at: .seconds(60)
    }
  }
}
