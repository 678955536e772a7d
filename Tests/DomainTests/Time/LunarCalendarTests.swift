import Domain
import Glibc
import Support
import Testing

@Suite struct LunarCalendarTests {
  @Test(arguments: [
    // Checked with a second source, the Chinese calendar of ICU.
    ("2026-02-17", "2026-01-01"), ("2027-02-06", "2027-01-01"), ("2028-01-26", "2028-01-01"),
    ("2026-06-19", "2026-05-05"), ("2026-09-25", "2026-08-15"), ("2025-07-25", "2025-leap-06-01"),
    ("2023-03-22", "2023-leap-02-01"), ("2033-12-22", "2033-leap-11-01"), ("2026-02-16", "2025-12-29"),
    ("1900-01-31", "1900-01-01"), ("2101-01-28", "2100-12-29"),
  ])
  func `known days`(civil: String, lunar: String) throws {
    let date = try #require(CivilDate(civil))
    #expect(LunarCalendar.days[date]?.description == lunar)
  }

  @Test func `every supported day has one lunar date, which follows that of the day before`() throws {
    let first = try #require(CivilDate("1900-01-31")).dayNumber
    let last = try #require(CivilDate("2101-01-28")).dayNumber
    var before: LunarDate?
    for number in first...last {
      let date = CivilDate(dayNumber: number)
      let lunar = try #require(LunarCalendar.days[date])
      guard before.map({ $0 < lunar }) ?? true, lunar.day == 1 || lunar.day == (before?.day ?? 0) + 1
      else {
        Issue.record("\(date) \(lunar)")
        return
      }
      before = lunar
    }
    #expect(LunarCalendar.days.count == last - first + 1)
  }

  @Test func `months that a year does not have`() throws {
    #expect(LunarCalendar.leapMonth(ofYear: 2025) == 6)
    #expect(LunarCalendar.leapMonth(ofYear: 2026) == nil)
    #expect(LunarCalendar.leapMonth(ofYear: 2101) == nil)
    #expect(LunarCalendar.daysInMonth(6, isLeapMonth: true, year: 2025) == 29)
    #expect(LunarCalendar.daysInMonth(6, isLeapMonth: true, year: 2026) == nil)
    #expect(LunarCalendar.daysInMonth(6, year: 2026) == 30)
    #expect(LunarCalendar.daysInMonth(13, year: 2026) == nil)
    #expect(LunarCalendar.daysInMonth(0, year: 2026) == nil)
    #expect(LunarCalendar.daysInMonth(1, year: 1899) == nil)
    let missing = try #require(LunarDate(year: 2026, month: 12, day: 30))
    #expect(LunarCalendar.civilDate(of: missing) == nil)
    #expect(LunarDate(year: 2026, month: 13, day: 1) == nil)
    #expect(LunarDate(year: 2026, month: 1, day: 31) == nil)
  }

  @Test(arguments: [
    (6, 1, true, 2025, "2025-07-25"), (6, 1, true, 2026, "2026-07-14"), (6, 30, true, 2025, "2025-08-22"),
    (6, 30, true, 2026, "2026-08-12"), (12, 30, false, 2025, "2026-02-16"), (1, 1, false, 2026, "2026-02-17"),
    (6, 1, false, 2025, "2025-06-25"),
  ])
  func `a birthday keeps its month, leap only where there is one, and the 30th becomes the 29th`(
    month: Int, day: Int, isLeapMonth: Bool, year: Int, expected: String
  ) {
    let date = LunarCalendar.anniversary(
      ofMonth: month, day: day, isLeapMonth: isLeapMonth, inLunarYear: year)
    #expect(date?.description == expected)
  }

  private static let oracle = """
    import sys
    from datetime import date, timedelta
    from lunardate import LunarDate
    day, last = date(1950, 1, 1), date(2050, 12, 31)
    convert = getattr(LunarDate, "from_solar_date", None) or LunarDate.fromSolarDate
    while day <= last:
        lunar = convert(day.year, day.month, day.day)
        leap = lunar.is_leap_month if hasattr(lunar, "is_leap_month") else lunar.isLeapMonth
        print(f"{lunar.year}-{'leap-' if leap else ''}{lunar.month:02}-{lunar.day:02}")
        day += timedelta(1)
    """

  /// The oracle has these two months a day off: the new moons were at 20:30 on 1954-11-25 and at 00:09 on
  /// 1978-09-03, Peking time. ICU, sxtwl, lunar-python and borax all agree with us.
  private static let errorsOfOracle = ["1954-11-25", "1978-09-02"]

  @Test func `agrees with lunardate on every day from 1950 to 2050, but for its two wrong months`() throws {
    let venv = try #require(
      getenv("REPRISE_TEST_VENV").map { String(cString: $0) },
      "REPRISE_TEST_VENV is not set: run `make test`, which makes a Python environment with lunardate")
    let result = try spawn(["\(venv)/bin/python3", "-c", Self.oracle])
    #expect(result.status == 0, "\(result.errorText)")
    var expected: [String] = []
    var ours: [String] = []
    var differing: [CivilDate] = []
    var date = try #require(CivilDate("1950-01-01"))
    for line in result.text.split(separator: "\n") {
      expected.append(String(line))
      ours.append(LunarCalendar.days[date]?.description ?? "none")
      if ours.last != expected.last { differing.append(date) }
      date = date.adding(days: 1)
    }
    #expect(expected.count == 36_890)
    let allowed = Self.errorsOfOracle.compactMap { CivilDate($0) }.flatMap { start in
      (0..<30).map { start.adding(days: $0) }
    }
    #expect(differing == allowed)
  }
}
