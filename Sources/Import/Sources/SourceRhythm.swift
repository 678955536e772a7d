package import Domain

/// When a source is looked at.
package enum SourceRhythm: Equatable, Sendable {
  case every(Duration)
  /// Each day, by the shop's clock.
  case at(ClockTime)

  /// The next look after one that ended at `now`.
  package func next(after now: Instant, in zone: TimeZoneRules) -> Instant {
    switch self {
    case .every(let interval): return now + interval
    case .at(let time):
      let today = zone.civilDate(at: now)
      let due = zone.instant(of: today, at: time)
      return due > now ? due : zone.instant(of: today.adding(days: 1), at: time)
    }
  }

  /// How long a file has to stay as it is to be taken for whole: one interval, a minute at most.
  package var settling: Duration {
    switch self {
    case .every(let interval): min(interval, .seconds(60))
    case .at: .seconds(60)
    }
  }
}
