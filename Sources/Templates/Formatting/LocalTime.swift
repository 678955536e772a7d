package import Domain

/// A local time with its UTC offset.
package struct LocalTime: Hashable, Sendable {
  package var year: Int
  /// 1 to 12.
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int
  package var millisecond: Int
  /// East of Greenwich is positive.
  package var offsetSeconds: Int
  /// `CET`, `UTC`; printed by `%Z`.
  package var zoneName: String

  package init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0,
    offsetSeconds: Int = 0, zoneName: String = "UTC"
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.millisecond = millisecond
    self.offsetSeconds = offsetSeconds
    self.zoneName = zoneName
  }

  /// The local time of a zone with this offset at `instant`.
  package init(_ instant: Instant, offsetSeconds: Int, zoneName: String) {
    let total = floorDivision(Int(clamping: instant.milliseconds), 1000)
    let local = total.quotient + offsetSeconds
    let (days, seconds) = floorDivision(local, 86400)
    // Days since 0000-03-01 in eras of 400 years; Howard Hinnant, "chrono-Compatible Low-Level Date
    // Algorithms".
    let shifted = days + 719_468
    let (era, dayOfEra) = floorDivision(shifted, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * part + 2) / 5 + 1,
      hour: seconds / 3600, minute: seconds / 60 % 60, second: seconds % 60, millisecond: total.remainder,
      offsetSeconds: offsetSeconds, zoneName: zoneName)
  }

  package static func utc(_ instant: Instant) -> LocalTime {
    LocalTime(instant, offsetSeconds: 0, zoneName: "UTC")
  }

  /// Days since 1970-01-01.
  var dayNumber: Int {
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = floorDivision(shifted, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The instant, according to `offsetSeconds`.
  package var instant: Instant {
    let seconds = dayNumber * 86400 + hour * 3600 + minute * 60 + second - offsetSeconds
    return Instant(seconds: Int64(seconds)) + .milliseconds(millisecond)
  }

  var date: CivilDate { CivilDate(dayNumber: dayNumber) }
  /// 0 is Sunday.
  var weekday: Int { date.weekday.isoNumber % 7 }
}

func floorDivision(_ a: Int, _ b: Int) -> (quotient: Int, remainder: Int) {
  let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
  return remainder < 0 ? (quotient - 1, remainder + b) : (quotient, remainder)
}
