import Domain

/// A daily time as a clock on the wall strikes it, made of what the zone answers.
extension TimeZoneRules {
  /// Whether there is any instant of `date` here: `false` only for a day the zone left out at the date line.
  func hasDate(_ date: CivilDate) -> Bool { civilDate(at: startOfDay(of: date)) == date }

  /// The first instant at or after `instant` at which `time` strikes: once for every date the zone has.
  func next(_ time: ClockTime, onOrAfter instant: Instant) -> Instant {
    // A gap may move yesterday's stroke past midnight; more than one date in a row was never left out.
    var date = civilDate(at: instant).adding(days: -1)
    for _ in 0..<4 {
      if hasDate(date) {
        let stroke = self.instant(of: date, at: time)
        if stroke >= instant { return stroke }
      }
      date = date.adding(days: 1)
    }
    return self.instant(of: date, at: time)
  }
}

extension LocalDateTime {
  /// The instant by the offset alone, without the zone's rules.
  var instant: Instant {
    Instant(seconds: Int64(date.dayNumber * 86400 + secondOfDay - offsetSeconds)) + .milliseconds(millisecond)
  }
}
