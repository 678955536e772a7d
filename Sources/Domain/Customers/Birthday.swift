/// A birthday: month and day in its calendar, and the year if known.
package struct Birthday: Hashable, Sendable {
  /// 1...12.
  package var month: Int
  /// 1...31, or 1...30 in the lunar calendar.
  package var day: Int
  /// `nil` if the customer gave only month and day.
  package var year: Int?
  package var calendar: CalendarKind
  /// Whether the month is a leap month of the lunar calendar; always false in the Gregorian one.
  package var isLeapMonth: Bool

  package init(
    month: Int, day: Int, year: Int? = nil, calendar: CalendarKind = .gregorian, isLeapMonth: Bool = false
  ) {
    self.month = month
    self.day = day
    self.year = year
    self.calendar = calendar
    self.isLeapMonth = isLeapMonth
  }
}

/// The calendar of a birthday.
package enum CalendarKind: String, Sendable, CaseIterable {
  case gregorian
  /// The Chinese lunisolar calendar.
  case lunar
}
