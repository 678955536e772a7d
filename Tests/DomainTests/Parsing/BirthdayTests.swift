import Domain
import Testing

struct BirthdayTests {
  private static func birthday(
    _ text: String, calendar: CalendarKind? = nil, isLeapMonth: Bool? = nil, knowing known: Birthday? = nil,
    in zone: TimeZoneRules = .utc
  ) throws -> Birthday? {
    try GivenBirthday(text, calendar: calendar, isLeapMonth: isLeapMonth).birthday(knowing: known, in: zone)
  }

  @Test(arguments: [
    ("1990-05-17", Birthday(month: 5, day: 17, year: 1990)), ("05-17", Birthday(month: 5, day: 17)),
    ("--02-29", Birthday(month: 2, day: 29)), (" 2000-02-29 ", Birthday(month: 2, day: 29, year: 2000)),
  ])
  func `a birthday is a date with or without its year`(_ text: String, _ expected: Birthday) throws {
    #expect(try Self.birthday(text, in: ZoneFiles.zone("America/New_York")) == expected)
  }

  @Test(arguments: [
    // Midnight where it was written, and what does not say where: as written, whatever the zone.
    ("1990-03-28T00:00:00Z", "America/New_York", 28), ("1990-03-28T00:00:00.000Z", "America/New_York", 28),
    ("1990-03-28T00:00:00+00:00", "America/New_York", 28),
    ("1990-03-28T00:00:00+08:00", "America/New_York", 28),
    ("1990-03-28 00:00:00 +0800", "Europe/Berlin", 28), ("1990-03-28 00:00:00 UTC", "America/New_York", 28),
    ("1990-03-28 00:00:00", "America/New_York", 28), ("1990-03-28T23:30:00", "Asia/Shanghai", 28),
    ("1990-03-28 23:59", "Asia/Shanghai", 28),
    // Moments.
    ("1990-03-27T23:00:00.000Z", "Europe/Berlin", 28), ("1990-03-27T22:00:00Z", "Europe/Berlin", 28),
    ("1990-03-27T16:00:00.000Z", "Asia/Shanghai", 28), ("1990-03-27T16:00:00.000Z", "Europe/Berlin", 27),
    ("1990-03-28T05:00:00.000Z", "America/New_York", 28),
    ("1990-03-28T04:59:59.999Z", "America/New_York", 27),
    ("1990-03-28T10:30:00+08:00", "Asia/Shanghai", 28), ("1990-03-27T18:00:00+02:00", "Asia/Shanghai", 28),
    ("1990-03-27 23:00:00 UTC", "Europe/Berlin", 28), ("1990-03-27T23:00:00,5z", "Europe/Berlin", 28),
  ])
  func `a timestamp is the date as written at midnight, else that of its moment`(
    _ text: String, _ zone: String, _ day: Int
  ) throws {
    let birthday = try Self.birthday(text, in: ZoneFiles.zone(zone))
    #expect(birthday == Birthday(month: 3, day: day, year: 1990))
  }

  @Test func `a moment at the turn of a year takes the year with it`() throws {
    let shanghai = try ZoneFiles.zone("Asia/Shanghai")
    #expect(
      try Self.birthday("1989-12-31T16:00:00Z", in: shanghai) == Birthday(month: 1, day: 1, year: 1990))
    #expect(
      try Self.birthday("1992-02-28T16:00:00Z", in: shanghai) == Birthday(month: 2, day: 29, year: 1992))
  }

  @Test func `a lunar birthday may lie in a leap month and on a thirtieth`() throws {
    #expect(
      try Self.birthday("1987-06-30", calendar: .lunar, isLeapMonth: true)
        == Birthday(month: 6, day: 30, year: 1987, calendar: .lunar, isLeapMonth: true))
    #expect(
      try Self.birthday("1990-02-30T00:00:00Z", calendar: .lunar)
        == Birthday(month: 2, day: 30, year: 1990, calendar: .lunar))
    #expect(throws: BirthdayError.noSuchDay) { try Self.birthday("1987-06-31", calendar: .lunar) }
    #expect(throws: BirthdayError.leapMonthInGregorian) { try Self.birthday("1987-06-30", isLeapMonth: true) }
    #expect(throws: BirthdayError.leapMonthInGregorian) {
      try Self.birthday("1987-06-30", calendar: .gregorian, isLeapMonth: true)
    }
  }

  @Test func `what is said of a birthday stays until something else is said`() throws {
    let known = Birthday(month: 6, day: 30, year: 1987, calendar: .lunar, isLeapMonth: true)
    // The same date alone is the same birthday.
    #expect(try Self.birthday("1987-06-30", knowing: known) == known)
    #expect(
      try Self.birthday("1987-06-29", knowing: known)
        == Birthday(month: 6, day: 29, year: 1987, calendar: .lunar, isLeapMonth: true))
    #expect(
      try Self.birthday("1987-07-30", knowing: known)
        == Birthday(month: 7, day: 30, year: 1987, calendar: .lunar))
    // There is no lunar 31st: nothing is known better than before.
    #expect(try Self.birthday("1987-07-31", knowing: known) == nil)
    #expect(
      try Self.birthday("1987-07-31", calendar: .gregorian, knowing: known)
        == Birthday(month: 7, day: 31, year: 1987))
    #expect(
      try Self.birthday("1987-06-30", calendar: .lunar, knowing: known)
        == Birthday(month: 6, day: 30, year: 1987, calendar: .lunar))
  }

  @Test(arguments: [
    ("", BirthdayError.notADate), ("30.02.1990", .notADate), ("1/2/3", .notADate), ("1990-02-30", .noSuchDay),
    ("02-30", .noSuchDay), ("0001-01-01", .placeholder), ("10000-01-01", .notADate),
    ("641088000", .notADate), ("641088000000", .notADate), ("19900517", .notADate),
    ("05-17T00:00", .notADate), ("1990-05-17x", .notADate), ("1990-13-01", .noSuchDay),
    ("1990-05-17T", .notADate), ("1990-05-17T25:00:00Z", .notADate), ("1990-05-17 noon", .notADate),
    ("1990-05-17T10:00:00 CST", .notADate), ("1990-05-17T10:00:00+99:00", .notADate),
    ("1990-02-30T10:00:00Z", .noSuchDay), ("0000-00-00 00:00:00", .placeholder),
    ("0001-01-02", .yearOutOfRange),
    ("1990-05-17" + String(repeating: " ", count: 100), .notADate),
  ])
  func `what is no birthday is refused`(_ text: String, _ expected: BirthdayError) {
    #expect(throws: expected) { try GivenBirthday(text) }
  }

  @Test func `calendars and flags are understood as people write them`() {
    for word in ["lunar", "Lunar", " LUNAR ", "chinese", "农历", "农历 ", "阴历", "農曆", "旧历"] {
      #expect(CalendarKind(named: word) == .lunar, "\(word)")
    }
    for word in ["gregorian", "Solar", "公历", "阳历", "公曆", "西历"] {
      #expect(CalendarKind(named: word) == .gregorian, "\(word)")
    }
    for word in ["", "mayan", "农", "lunar calendar", String(repeating: "农历", count: 50_000)] {
      #expect(CalendarKind(named: word) == nil)
    }
    for word in ["true", "YES", "1", "是"] { #expect(Bool(answer: word) == true) }
    for word in ["false", "No", "0", "否"] { #expect(Bool(answer: word) == false) }
    for word in ["", "maybe", "2"] { #expect(Bool(answer: word) == nil) }
  }

  @Test(arguments: [
    ("1900-01-01", BirthdayError.placeholder), ("1970-01-01", .placeholder),
    ("1970-01-01T00:00:00Z", .placeholder),
    ("1970-01-01T08:00:00+08:00", .placeholder), ("1899-12-30", .placeholder), ("1899-12-31", .placeholder),
    ("0001-01-01", .placeholder), ("0001-01-01T00:00:00Z", .placeholder), ("0000-00-00", .placeholder),
    ("0000-00-00 00:00:00", .placeholder), ("2026-03-07", .inFuture), ("2050-01-01", .inFuture),
    ("2026-03-08T10:00:00.500Z", .inFuture), ("1906-03-06", nil), ("1905-03-07", nil),
    ("1905-03-05", .tooOld),
    ("1890-05-05", .tooOld), ("2026-03-06", nil), ("1900-01-02", .tooOld), ("1970-01-02", nil),
    ("01-01", nil),
  ])
  func `a date that can be nobody's birthday is told from one that can`(
    text: String, problem: BirthdayError?
  ) throws {
    let now = try #require(Instant(iso8601: "2026-03-05T10:00:00Z"))
    var found: BirthdayError?
    do throws(BirthdayError) { try GivenBirthday(text).check(now: now) } catch { found = error }
    #expect(found == problem)
    #expect(found?.standsForNone ?? true)
  }

  @Test func `a lunar year may have begun before the calendar's`() throws {
    let now = try #require(Instant(iso8601: "2026-03-05T10:00:00Z"))
    try GivenBirthday("2026-12-29", calendar: .lunar).check(now: now)
    #expect(throws: BirthdayError.inFuture) {
      try GivenBirthday("2027-01-01", calendar: .lunar).check(now: now)
    }
  }
}
