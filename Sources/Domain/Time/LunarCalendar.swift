/// The Chinese calendar for the lunar years 1900 to 2100, that is, from 1900-01-31 to 2101-01-28.
package enum LunarCalendar {
  package static let supportedYears = 1900...2100

  /// Day number of 1900-01-31, the first day of the lunar year 1900.
  private static let firstDay = -25_537

  /// The day number of each year's first day, and of the day after the last year.
  private static let yearStarts: [Int] = {
    var starts = [firstDay]
    for word in years {
      let months = (word >> 16) == 0 ? 12 : 13
      starts.append(starts[starts.count - 1] + months * 29 + (word & 0x1FFF).nonzeroBitCount)
    }
    return starts
  }()

  /// The number of the month that `year` has twice; `nil` if there is none, or outside the supported years.
  package static func leapMonth(ofYear year: Int) -> Int? {
    guard supportedYears.contains(year) else { return nil }
    let leap = Int(years[year - 1900] >> 16)
    return leap == 0 ? nil : leap
  }

  /// 29 or 30; `nil` if the year has no such month or is not supported.
  package static func daysInMonth(_ month: Int, isLeapMonth: Bool = false, year: Int) -> Int? {
    position(ofMonth: month, isLeapMonth: isLeapMonth, year: year).map { length(ofMonthAt: $0, year: year) }
  }

  /// `nil` if the year has no such day or is not supported.
  package static func civilDate(of date: LunarDate) -> CivilDate? {
    guard let position = position(ofMonth: date.month, isLeapMonth: date.isLeapMonth, year: date.year),
      date.day <= length(ofMonthAt: position, year: date.year)
    else { return nil }
    let monthStart = (0..<position).reduce(yearStarts[date.year - 1900]) {
      $0 + length(ofMonthAt: $1, year: date.year)
    }
    return CivilDate(dayNumber: monthStart + date.day - 1)
  }

  /// The day on which a birthday or festival is kept in a lunar year: in a year without its leap month, the
  /// ordinary month of that number; in a month of 29 days, the 29th for the 30th.
  ///
  /// `nil` outside the supported years, or for a month or day that no year has. The result may be in the
  /// Gregorian year after `year`.
  package static func anniversary(
    ofMonth month: Int, day: Int, isLeapMonth: Bool = false, inLunarYear year: Int
  ) -> CivilDate? {
    let keepsLeap = isLeapMonth && leapMonth(ofYear: year) == month
    guard day >= 1, day <= 30, let length = daysInMonth(month, isLeapMonth: keepsLeap, year: year) else {
      return nil
    }
    return LunarDate(year: year, month: month, isLeapMonth: keepsLeap, day: min(day, length))
      .flatMap { civilDate(of: $0) }
  }

  /// The index of a month in its year.
  private static func position(ofMonth month: Int, isLeapMonth: Bool, year: Int) -> Int? {
    guard supportedYears.contains(year), (1...12).contains(month) else { return nil }
    let leap = leapMonth(ofYear: year)
    if isLeapMonth { return leap == month ? month : nil }
    if let leap, month > leap { return month }
    return month - 1
  }

  private static func length(ofMonthAt position: Int, year: Int) -> Int {
    29 + Int(years[year - 1900] >> UInt32(position) & 1)
  }
}
