/// A day without a year, such as a birthday. 29 February is allowed.
package struct MonthDay: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  /// `nil` if no year has this day.
  package init?(month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= CivilDate.daysInMonth(month, year: 2000) else {
      return nil
    }
    self.month = month
    self.day = day
  }

  package init(of date: CivilDate) {
    month = date.month
    day = date.day
  }

  /// Parses strictly `MM-DD`; `nil` for anything else.
  package init?(_ text: String) {
    let bytes = text.utf8.span
    guard bytes.count == 5, let month = bytes.decimal(at: 0, digits: 2), bytes.has(ASCII.minus, at: 2),
      let day = bytes.decimal(at: 3, digits: 2)
    else { return nil }
    self.init(month: month, day: day)
  }

  /// This day in `year`; `nil` for 29 February in a common year.
  package func date(in year: Int) -> CivilDate? { CivilDate(year: year, month: month, day: day) }

  package static func < (a: MonthDay, b: MonthDay) -> Bool { (a.month, a.day) < (b.month, b.day) }

  /// `MM-DD`.
  package var description: String {
    String(unsafeUninitializedCapacity: 5) { buffer in
      var writer = DigitWriter(buffer)
      writer.two(month)
      writer.byte(ASCII.minus)
      writer.two(day)
      return writer.count
    }
  }
}
