/// A day of the proleptic Gregorian calendar, without a zone: year, month, day.
///
/// Always valid: a 30 February cannot be created. Years run from -99,999,999 to 99,999,999 (0 is 1 BC), so
/// that every `Instant` up to `Instant.distantFuture` has a date; arithmetic saturates at this range.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Year, month and day in one word, so that equality, order and hash are those of one integer.
  private let packed: Int64

  package var year: Int { Int(packed >> 16) }
  /// 1 to 12.
  package var month: Int { Int((packed >> 8) & 0xFF) }
  /// 1 to 31.
  package var day: Int { Int(packed & 0xFF) }

  private static let yearLimit = 99_999_999
  private static let dayNumberLimit = 36_000_000_000

  /// The three must form a valid date.
  private init(checkedYear year: Int, month: Int, day: Int) {
    packed = Int64(year) << 16 | Int64(month) << 8 | Int64(day)
  }

  /// `nil` if there is no such day, such as 2026-02-29 or month 13.
  package init?(year: Int, month: Int, day: Int) {
    guard (-Self.yearLimit...Self.yearLimit).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysInMonth(month, year: year)
    else { return nil }
    self.init(checkedYear: year, month: month, day: day)
  }

  /// The date `dayNumber` days after 1970-01-01, clamped to the valid range.
  ///
  /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  package init(dayNumber: Int) {
    let shifted = max(-Self.dayNumberLimit, min(Self.dayNumberLimit, dayNumber)) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfMarchYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfMarchYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    self.init(
      checkedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfMarchYear - (153 * marchMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01, negative before it.
  package var dayNumber: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfMarchYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfMarchYear - 719_468
  }

  package static func < (a: CivilDate, b: CivilDate) -> Bool { a.packed < b.packed }

  /// `YYYY-MM-DD`; years of more than four digits, or before year 0, are written with their sign.
  package var description: String {
    String(unsafeUninitializedCapacity: 16) { buffer in
      var writer = DigitWriter(buffer)
      writer.date(self)
      return writer.count
    }
  }

  /// A month outside 1 to 12 gives 31.
  package static func daysInMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeapYear(year) ? 29 : 28
    default: 31
    }
  }

  package static func isLeapYear(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  package static func daysInYear(_ year: Int) -> Int { isLeapYear(year) ? 366 : 365 }
}

extension CivilDate {
  /// Parses strictly `YYYY-MM-DD`, years 0001 to 9999, nothing before or after; `nil` for anything else.
  package init?(_ text: String) {
    self.init(text.utf8.span)
  }

  /// The same over UTF-8 bytes.
  package init?(_ bytes: Span<UInt8>) {
    guard bytes.count == 10, let date = Self(bytes, at: 0) else { return nil }
    self = date
  }

  /// Parses the ten bytes `YYYY-MM-DD` at `offset`.
  init?(_ bytes: Span<UInt8>, at offset: Int) {
    guard let year = bytes.decimal(at: offset, digits: 4), year >= 1,
      bytes.has(ASCII.minus, at: offset + 4), let month = bytes.decimal(at: offset + 5, digits: 2),
      bytes.has(ASCII.minus, at: offset + 7), let day = bytes.decimal(at: offset + 8, digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

extension CivilDate {
  package func adding(days: Int) -> CivilDate {
    CivilDate(dayNumber: dayNumber + max(-2 * Self.dayNumberLimit, min(2 * Self.dayNumberLimit, days)))
  }

  package var monthDay: MonthDay { MonthDay(of: self) }

  package var weekday: Weekday {
    let days = dayNumber + 3
    let remainder = days % 7
    return Weekday(isoNumber: (remainder < 0 ? remainder + 7 : remainder) + 1) ?? .monday
  }

  /// 1 on 1 January, 365 or 366 on 31 December.
  package var dayOfYear: Int {
    dayNumber - CivilDate(checkedYear: year, month: 1, day: 1).dayNumber + 1
  }

  /// Week and week-numbering year of ISO 8601: week 1 contains the year's first Thursday.
  package var isoWeek: (year: Int, week: Int) {
    let thursday = adding(days: 4 - weekday.isoNumber)
    return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
  }

  /// The weeks of strftime's `%U` (Sunday) and `%W` (Monday): 0 before the first such weekday of the year.
  package func weekOfYear(startingOn first: Weekday) -> Int {
    let sinceStart = (weekday.isoNumber - first.isoNumber + 7) % 7
    return (dayOfYear + 6 - sinceStart) / 7
  }
}
