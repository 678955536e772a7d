import Domain
import Support
import Testing

@Suite struct AnniversaryTests {
  private func next(_ anniversary: Anniversary, _ date: String) throws -> String? {
    returns(anniversary, from: try #require(CivilDate(date))).first.map { "\($0.date) of \($0.year)" }
  }

  /// The days on or after `date`, each with the year that keeps it. Nine years are enough: eight without a 29 February
  /// lie around 1900 and 2100.
  private func returns(_ anniversary: Anniversary, from date: CivilDate) -> [(year: Int, date: CivilDate)] {
    (date.year - 1...date.year + 8).compactMap { year in
      anniversary.date(in: year).flatMap { $0 >= date ? (year, $0) : nil }
    }
  }

  @Test(arguments: [
    ("05-20", "2026-05-20", "2026-05-20 of 2026"), ("05-20", "2026-05-21", "2027-05-20 of 2027"),
    ("01-01", "2026-12-31", "2027-01-01 of 2027"), ("12-31", "2026-12-31", "2026-12-31 of 2026"),
  ])
  func `comes back each year, today counts`(day: String, from: String, expected: String) throws {
    #expect(try next(.gregorian(#require(MonthDay(day)), leapDay: .feb28), from) == expected)
  }

  @Test(arguments: [
    (Anniversary.LeapDayPolicy.feb28, "2026-02-01", "2026-02-28 of 2026"),
    (.feb28, "2026-03-01", "2027-02-28 of 2027"), (.feb28, "2028-02-28", "2028-02-29 of 2028"),
    (.mar1, "2026-02-28", "2026-03-01 of 2026"), (.mar1, "2028-02-01", "2028-02-29 of 2028"),
    (.mar1, "2028-03-01", "2029-03-01 of 2029"), (.skip, "2026-01-01", "2028-02-29 of 2028"),
    (.skip, "2028-03-01", "2032-02-29 of 2032"), (.skip, "2096-03-01", "2104-02-29 of 2104"),
  ])
  func `29 February by policy`(policy: Anniversary.LeapDayPolicy, from: String, expected: String) throws {
    #expect(try next(.gregorian(#require(MonthDay("02-29")), leapDay: policy), from) == expected)
  }

  @Test func `the default keeps 29 February on the 28th`() throws {
    let day = try #require(MonthDay("02-29"))
    #expect(Anniversary(Birthday(month: 2, day: 29)) == .gregorian(day, leapDay: .feb28))
    #expect(Anniversary.LeapDayPolicy.allCases.map(\.rawValue) == ["feb28", "mar1", "skip"])
  }

  @Test(arguments: [
    // New Year's Eve of the lunar year 2025 lies in the Gregorian year 2026: the key is 2025.
    (12, 30, false, "2026-01-01", "2026-02-16 of 2025"), (12, 30, false, "2026-02-17", "2027-02-05 of 2026"),
    (1, 1, false, "2026-02-17", "2026-02-17 of 2026"), (8, 15, false, "2026-09-26", "2027-09-15 of 2027"),
    // A leap month: itself where there is one, else the month of its number.
    (6, 1, true, "2025-06-25", "2025-07-25 of 2025"), (6, 1, true, "2025-07-26", "2026-07-14 of 2026"),
    (6, 1, false, "2025-06-01", "2025-06-25 of 2025"),
  ])
  func `lunar birthdays carry the lunar year`(
    month: Int, day: Int, isLeapMonth: Bool, from: String, expected: String
  ) throws {
    #expect(try next(.lunar(month: month, day: day, isLeapMonth: isLeapMonth), from) == expected)
  }

  @Test func `nothing comes back where nothing can be known`() throws {
    #expect(try next(.lunar(month: 13, day: 1, isLeapMonth: false), "2026-01-01") == nil)
    #expect(try next(.lunar(month: 1, day: 31, isLeapMonth: false), "2026-01-01") == nil)
    #expect(try next(.lunar(month: 1, day: 1, isLeapMonth: false), "2101-01-01") == nil)
    #expect(try next(.lunar(month: 1, day: 1, isLeapMonth: false), "1899-12-31") == "1900-01-31 of 1900")
  }

  @Test func `made from a customer's birthday in its own calendar`() {
    #expect(
      Anniversary(Birthday(month: 2, day: 29), leapDay: .mar1).map { "\($0)" }?.contains("mar1") == true)
    #expect(
      Anniversary(Birthday(month: 6, day: 30, calendar: .lunar, isLeapMonth: true))
        == .lunar(month: 6, day: 30, isLeapMonth: true))
    #expect(Anniversary(Birthday(month: 2, day: 30)) == nil)
    #expect(Anniversary(Birthday(month: 2, day: 31, calendar: .lunar)) == nil)
  }

  @Test func `each year exactly once, whatever the calendar`() throws {
    var random = SeededGenerator()
    for _ in 0..<rounds(300) {
      let lunar = Bool.random(using: &random)
      let month = Int.random(in: 1...12, using: &random)
      let day = Int.random(in: 1...30, using: &random)
      let gregorian = MonthDay(month: month, day: day).map {
        Anniversary.gregorian($0, leapDay: .allCases.randomElement(using: &random) ?? .feb28)
      }
      let anniversary =
        lunar ? .lunar(month: month, day: day, isLeapMonth: Bool.random(using: &random)) : gregorian
      guard let anniversary else { continue }
      var date = try #require(CivilDate("1990-06-15"))
      var years: [Int] = []
      while let found = returns(anniversary, from: date).first, found.year < 2060 {
        years.append(found.year)
        date = found.date.adding(days: 1)
      }
      let expected = (1990...2059).filter { year in
        guard let kept = anniversary.date(in: year) else { return false }
        return kept >= CivilDate(year: 1990, month: 6, day: 15) ?? kept
      }
      #expect(years == expected, "\(anniversary) \(random)")
    }
  }
}
