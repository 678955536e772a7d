extension Birthday {
  /// Years of birth that are taken: nobody alive is older, and a wrong century is a common mistake.
  package static let years = 1880...2100

  /// A birthday as shops write it: `1990-05-17`, `05-17`, `--05-17` (vCard), or a timestamp, of which the date
  /// counts as it is written, without regard to the offset.
  ///
  /// In the lunar calendar months run from 1 to 12 and days from 1 to 30. A leap month in the Gregorian
  /// calendar is refused.
  package init(
    _ text: String, calendar: CalendarKind = .gregorian, isLeapMonth: Bool = false
  ) throws(BirthdayError) {
    guard !isLeapMonth || calendar == .lunar else { throw .leapMonthInGregorian }
    let bytes = Array(TextBytes.trimmed(text))
    let span = bytes.span
    var year: Int?
    var start = 0
    if span.has(ASCII.minus, at: 0), span.has(ASCII.minus, at: 1) {
      start = 2
    } else if let value = span.decimal(at: 0, digits: 4), span.has(ASCII.minus, at: 4) {
      year = value
      start = 5
    }
    guard let month = span.decimal(at: start, digits: 2), span.has(ASCII.minus, at: start + 2),
      let day = span.decimal(at: start + 3, digits: 2)
    else { throw .notADate }
    let end = start + 5
    let isTimestamp = end < span.count && (span[end] | 0x20 == UInt8(ascii: "t") || span[end] == ASCII.space)
    guard end == span.count || year != nil && isTimestamp else { throw .notADate }
    if let year, !Self.years.contains(year) { throw .yearOutOfRange }
    switch calendar {
    case .lunar: guard (1...12).contains(month), (1...30).contains(day) else { throw .noSuchDay }
    case .gregorian:
      if let year {
        guard CivilDate(year: year, month: month, day: day) != nil else { throw .noSuchDay }
      } else {
        guard MonthDay(month: month, day: day) != nil else { throw .noSuchDay }
      }
    }
    self.init(month: month, day: day, year: year, calendar: calendar, isLeapMonth: isLeapMonth)
  }
}

/// Why a text is no birthday.
package enum BirthdayError: Error, Equatable, CustomStringConvertible {
  case notADate
  case noSuchDay
  case yearOutOfRange
  case leapMonthInGregorian

  package var description: String {
    switch self {
    case .notADate: "not a birthday; give YYYY-MM-DD or MM-DD"
    case .noSuchDay: "not a birthday: there is no such day; give YYYY-MM-DD or MM-DD"
    case .yearOutOfRange:
      "not a birthday: the year is not within \(Birthday.years.lowerBound) to \(Birthday.years.upperBound); "
        + "leave an unknown year out, as MM-DD"
    case .leapMonthInGregorian: "a leap month needs the calendar lunar"
    }
  }
}
