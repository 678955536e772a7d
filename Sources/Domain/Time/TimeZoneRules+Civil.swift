/// Civil time in a zone. A local time that the clock skips (a gap) means the instant of the jump; one that it
/// shows twice (an overlap) means the first.
extension TimeZoneRules {
  /// Seconds east of UTC at `instant`.
  package func offsetSeconds(at instant: Instant) -> Int {
    offset(atSeconds: instant.milliseconds.flooringDivided(by: 1000).quotient)
  }

  /// The local date at `instant`: "today" for a customer in this zone.
  package func civilDate(at instant: Instant) -> CivilDate {
    let seconds = instant.milliseconds.flooringDivided(by: 1000).quotient
    return Self.civilDate(seconds: seconds + Int64(offset(atSeconds: seconds)))
  }

  /// The local time of day at `instant`, truncated to the minute.
  package func clockTime(at instant: Instant) -> ClockTime {
    let seconds = instant.milliseconds.flooringDivided(by: 1000).quotient
    let local = seconds + Int64(offset(atSeconds: seconds))
    let minute = Int(local.flooringDivided(by: 86400).remainder) / 60
    return ClockTime(hour: minute / 60, minute: minute % 60) ?? .midnight
  }

  package func localDateTime(at instant: Instant) -> LocalDateTime {
    let (seconds, millisecond) = instant.milliseconds.flooringDivided(by: 1000)
    let type = types[typeIndex(at: seconds)]
    let (day, secondOfDay) = (seconds + Int64(type.offsetSeconds)).flooringDivided(by: 86400)
    return LocalDateTime(
      date: CivilDate(dayNumber: Int(day)), secondOfDay: Int(secondOfDay), millisecond: Int(millisecond),
      offsetSeconds: type.offsetSeconds, isDaylightTime: type.isDaylightTime, abbreviation: type.abbreviation)
  }

  /// The instant of a local time: in a gap its end, which may be on a later date; in an overlap the first.
  package func instant(of date: CivilDate, at time: ClockTime) -> Instant {
    instant(of: date, secondOfDay: time.minuteOfDay * 60)
  }

  /// The same to the millisecond, which is ignored in a gap. `secondOfDay` is 0 to 86,399.
  package func instant(of date: CivilDate, secondOfDay: Int, millisecond: Int = 0) -> Instant {
    let (seconds, jumped) = seconds(ofLocal: Int64(date.dayNumber * 86400 + secondOfDay))
    return Instant(milliseconds: seconds * 1000 + (jumped ? 0 : Int64(millisecond)))
  }

  /// The first instant of `date`; 01:00 if the clock jumps at midnight. For a date that the zone skipped
  /// (Apia, 2011-12-30), the first instant of the next.
  package func startOfDay(of date: CivilDate) -> Instant { instant(of: date, at: .midnight) }
}
