/// A birthday: month and day in the calendar it is kept in; the year only if it is known.
package struct Birthday: Hashable, Sendable {
  /// 1...12.
  package var month: Int
  /// 1...31, in the lunar calendar 1...30.
  package var day: Int
  /// `nil` when the customer gave only month and day.
  package var year: Int?
  package var calendar: CalendarKind
  /// Born in a leap month of the lunar calendar; always false in the Gregorian one.
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

/// The calendar in which a customer counts birthdays.
package enum CalendarKind: String, Sendable, CaseIterable {
  case gregorian
  /// The Chinese lunisolar calendar.
  case lunar
}
