/// A birthday as a sender gave it; what it leaves open is answered by the customer it is of.
package struct GivenBirthday: Equatable, Sendable {
  package enum Day: Equatable, Sendable {
    /// As it was written.
    case date(month: Int, day: Int, year: Int?)
    /// A moment: the date that the customer's zone had then.
    case instant(Instant)
  }

  package var day: Day
  /// `nil` when nobody said: the calendar of the birthday that is known stays, without one it is the Gregorian.
  package var calendar: CalendarKind?
  /// `nil` when nobody said.
  package var isLeapMonth: Bool?

  package init(_ day: Day, calendar: CalendarKind? = nil, isLeapMonth: Bool? = nil) {
    self.day = day
    self.calendar = calendar
    self.isLeapMonth = isLeapMonth
  }

  /// One of which everything is said.
  package init(_ birthday: Birthday) {
    self.init(
      .date(month: birthday.month, day: birthday.day, year: birthday.year), calendar: birthday.calendar,
      isLeapMonth: birthday.isLeapMonth)
  }

  /// The birthday it is for a customer.
  ///
  /// - Parameters:
  ///   - known: the one known until now.
  ///   - zone: the customer's, or the shop's.
  /// - Returns: `nil` when the calendar has no such day; what is known then stays.
  package func birthday(knowing known: Birthday?, in zone: TimeZoneRules) -> Birthday? {
    let (month, day, year) = date(in: zone)
    let calendar = calendar ?? known?.calendar ?? .gregorian
    let isSameMonth = self.calendar == nil && calendar == .lunar && known?.month == month
    let birthday = Birthday(
      month: month, day: day, year: year, calendar: calendar,
      isLeapMonth: isLeapMonth ?? (isSameMonth && known?.isLeapMonth == true))
    return birthday.isDay ? birthday : nil
  }

  private func date(in zone: TimeZoneRules) -> (month: Int, day: Int, year: Int?) {
    switch day {
    case .date(let month, let day, let year): return (month, day, year)
    case .instant(let instant):
      let date = zone.civilDate(at: instant)
      return (date.month, date.day, date.year)
    }
  }
}
