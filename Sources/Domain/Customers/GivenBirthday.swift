/// A birthday as given by a sender; missing details are taken from the customer.
package struct GivenBirthday: Equatable, Sendable {
  package enum Day: Equatable, Sendable {
    /// As written.
    case date(month: Int, day: Int, year: Int?)
    /// A moment, which means its date in the customer's zone.
    case instant(Instant)
  }

  package var day: Day
  /// `nil` if not given: the calendar of the known birthday is kept, or else the Gregorian one used.
  package var calendar: CalendarKind?
  /// `nil` if not given.
  package var isLeapMonth: Bool?

  package init(_ day: Day, calendar: CalendarKind? = nil, isLeapMonth: Bool? = nil) {
    self.day = day
    self.calendar = calendar
    self.isLeapMonth = isLeapMonth
  }

  /// A birthday with all details given.
  package init(_ birthday: Birthday) {
    self.init(
      .date(month: birthday.month, day: birthday.day, year: birthday.year), calendar: birthday.calendar,
      isLeapMonth: birthday.isLeapMonth)
  }

  /// Resolves the birthday for a customer.
  ///
  /// - Parameters:
  ///   - known: the birthday known so far.
  ///   - zone: the customer's, or the shop's.
  /// - Returns: `nil` if the calendar has no such day; the known birthday is then kept.
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
