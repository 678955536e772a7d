/// A day that recurs each year: a birthday, the day a customer joined, a festival.
package enum Anniversary: Hashable, Sendable {
  /// A Gregorian date; `leapDay` decides about 29 February in common years.
  case gregorian(MonthDay, leapDay: LeapDayPolicy)
  /// A date of the Chinese calendar. In years without its leap month, the month of the same number counts; in
  /// a month of 29 days, the 29th stands for the 30th.
  case lunar(month: Int, day: Int, isLeapMonth: Bool)

  /// How to keep 29 February in a common year.
  package enum LeapDayPolicy: String, CaseIterable, Sendable {
    /// Kept on 28 February; the default.
    case feb28
    /// Kept on 1 March.
    case mar1
    /// Not kept until the next leap year.
    case skip
  }

  package static func lunar(_ date: LunarDate) -> Anniversary {
    .lunar(month: date.month, day: date.day, isLeapMonth: date.isLeapMonth)
  }

  /// A birthday in its calendar; `nil` if no year of that calendar has the day.
  package init?(_ birthday: Birthday, leapDay: LeapDayPolicy = .feb28) {
    switch birthday.calendar {
    case .gregorian:
      guard let day = MonthDay(month: birthday.month, day: birthday.day) else { return nil }
      self = .gregorian(day, leapDay: leapDay)
    case .lunar:
      guard
        let date = LunarDate(
          year: 1900, month: birthday.month, isLeapMonth: birthday.isLeapMonth, day: birthday.day)
      else { return nil }
      self = .lunar(date)
    }
  }

  /// The date in a given year; `nil` if that year has none, or for a lunar year outside 1900 to 2100.
  package func date(in year: Int) -> CivilDate? {
    switch self {
    case .gregorian(let day, let leapDay):
      if let date = day.date(in: year) { return date }
      switch leapDay {
      case .feb28: return CivilDate(year: year, month: 2, day: 28)
      case .mar1: return CivilDate(year: year, month: 3, day: 1)
      case .skip: return nil
      }
    case .lunar(let month, let day, let isLeapMonth):
      return LunarCalendar.anniversary(ofMonth: month, day: day, isLeapMonth: isLeapMonth, inLunarYear: year)
    }
  }
}
