/// Local date and time at an instant, with the zone's offset at that moment.
package struct LocalDateTime: Hashable, Sendable {
  package let date: CivilDate
  /// 0 at midnight, 86,399 in the last second of the day.
  package let secondOfDay: Int
  /// 0 to 999.
  package let millisecond: Int
  /// Seconds east of UTC: 28,800 in Shanghai, -18,000 in a New York winter.
  package let offsetSeconds: Int
  package let isDaylightTime: Bool
  /// The zone's short name, such as `CEST`; numeric (`+08`) if the zone has none.
  package let abbreviation: String

  package init(
    date: CivilDate, secondOfDay: Int, millisecond: Int = 0, offsetSeconds: Int, isDaylightTime: Bool = false,
    abbreviation: String
  ) {
    self.date = date
    self.secondOfDay = secondOfDay
    self.millisecond = millisecond
    self.offsetSeconds = offsetSeconds
    self.isDaylightTime = isDaylightTime
    self.abbreviation = abbreviation
  }

  package var hour: Int { secondOfDay / 3600 }
}
