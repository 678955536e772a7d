/// A day of the Chinese calendar: month, day, and the Gregorian year in which its year begins.
///
/// Only the form is validated; `LunarCalendar` knows whether the year has such a day.
package struct LunarDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let year: Int
  /// 1 to 12; a leap month has the number of the month it follows.
  package let month: Int
  package let isLeapMonth: Bool
  /// 1 to 30.
  package let day: Int

  /// `nil` if no year can have this day: month 13, day 31.
  package init?(year: Int, month: Int, isLeapMonth: Bool = false, day: Int) {
    guard (1...12).contains(month), (1...30).contains(day) else { return nil }
    self.year = year
    self.month = month
    self.isLeapMonth = isLeapMonth
    self.day = day
  }

  package static func < (a: LunarDate, b: LunarDate) -> Bool {
    (a.year, a.month, a.isLeapMonth ? 1 : 0, a.day) < (b.year, b.month, b.isLeapMonth ? 1 : 0, b.day)
  }

  /// `2025-leap-06-01`, `2026-01-01`; for logs, not for storage.
  package var description: String {
    let padded = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(isLeapMonth ? "leap-" : "")\(padded(month))-\(padded(day))"
  }
}
