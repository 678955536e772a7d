import Domain
import Testing

@Suite struct CivilDateTests {
  @Test func `every day from 0001 to 9999 survives the round trip through its day number`() {
    var number = CivilDate(year: 1, month: 1, day: 1)?.dayNumber ?? 0
    #expect(number == -719_162)
    var weekday = 1
    var failures = 0
    for year in 1...9999 {
      for month in 1...12 {
        for day in 1...CivilDate.daysInMonth(month, year: year) {
          guard let date = CivilDate(year: year, month: month, day: day) else {
            failures += 1
            continue
          }
          if date.dayNumber != number || CivilDate(dayNumber: number) != date { failures += 1 }
          if day == 1, date.weekday.isoNumber != weekday { failures += 1 }
          number += 1
          weekday = weekday % 7 + 1
        }
      }
    }
    #expect(failures == 0)
    #expect(number == 2_932_897)
  }

  @Test(arguments: [
    ("1970-01-01", 0, Weekday.thursday, 1), ("2000-02-29", 11_016, .tuesday, 60),
    ("2026-03-01", 20_513, .sunday, 60), ("1969-12-31", -1, .wednesday, 365),
    ("2024-12-31", 20_088, .tuesday, 366),
  ])
  func `known days`(text: String, number: Int, weekday: Weekday, dayOfYear: Int) throws {
    let date = try #require(CivilDate(text))
    #expect(date.dayNumber == number)
    #expect(date.weekday == weekday)
    #expect(date.dayOfYear == dayOfYear)
    #expect(date.description == text)
  }

  @Test(arguments: [
    "", "2026-3-01", "2026-03-1", "2026-03-01 ", " 2026-03-01", "2026/03/01", "20260301", "2026-02-29",
    "1900-02-29",
    "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "0000-01-01", "-001-01-01", "+026-01-01",
    "2026-03-0\u{661}",
  ])
  func `refuses what is not a date`(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `adding days`() throws {
    let leapDay = try #require(CivilDate("2024-02-29"))
    #expect(leapDay.adding(days: 1).description == "2024-03-01")
    #expect(leapDay.adding(days: -60).description == "2023-12-31")
    #expect(leapDay.adding(days: -365).description == "2023-03-01")
  }

  @Test func `arithmetic stops at the end of the calendar instead of trapping`() throws {
    let date = try #require(CivilDate("2026-01-01"))
    for extreme in [Int.max, Int.min] {
      #expect(abs(date.adding(days: extreme).year) > 90_000_000)
      #expect(abs(CivilDate(dayNumber: extreme).adding(days: extreme).year) > 90_000_000)
    }
    #expect(CivilDate(year: .max, month: 1, day: 1) == nil)
    #expect(CivilDate(year: 2026, month: .max, day: .min) == nil)
    #expect(CivilDate(dayNumber: .max).description == "+98566622-04-03")
  }

  @Test func `weeks as strftime and ISO 8601 count them`() throws {
    // Checked with Python: strftime("%G %V %U %W").
    for (text, isoYear, isoWeek, sunday, monday) in [
      ("2026-01-01", 2026, 1, 0, 0), ("2027-01-01", 2026, 53, 0, 0), ("2024-12-30", 2025, 1, 52, 53),
      ("2023-01-01", 2022, 52, 1, 0), ("2026-11-22", 2026, 47, 47, 46),
    ] {
      let date = try #require(CivilDate(text))
      #expect(date.isoWeek == (isoYear, isoWeek), "\(text)")
      #expect(date.weekOfYear(startingOn: .sunday) == sunday, "\(text)")
      #expect(date.weekOfYear(startingOn: .monday) == monday, "\(text)")
    }
  }

  @Test func `a month and day allows 29 February and nothing that no year has`() throws {
    let leapDay = try #require(MonthDay("02-29"))
    #expect(leapDay.date(in: 2024)?.description == "2024-02-29")
    #expect(leapDay.date(in: 2026) == nil)
    #expect(leapDay.description == "02-29")
    #expect(try #require(MonthDay("02-28")) < leapDay)
    for text in ["", "2-29", "02-30", "04-31", "13-01", "00-10", "01-00", "02-29 ", "02/29", "--02-29"] {
      #expect(MonthDay(text) == nil, "\(text)")
    }
  }

  @Test func `clock times go from 00:00 to 23:59`() throws {
    #expect(ClockTime("00:00") == .midnight)
    #expect(try #require(ClockTime("21:05")).description == "21:05")
    #expect(try #require(ClockTime("23:59")).minuteOfDay == 1439)
    #expect(try #require(ClockTime("08:59")) < #require(ClockTime("09:00")))
    for text in ["", "24:00", "9:00", "09:60", "09:0", "09:000", "09.00", "-1:00", "09:00 "] {
      #expect(ClockTime(text) == nil, "\(text)")
    }
  }
}
