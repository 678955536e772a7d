import Domain
import Testing

@Suite struct TimeZoneRulesTests {
  /// `2026-03-29 02:30` in the zone, as the instant in UTC and what the wall shows then.
  private func strike(_ zone: TimeZoneRules, _ date: String, _ time: String) throws -> String {
    let instant = zone.instant(of: try #require(CivilDate(date)), at: try #require(ClockTime(time)))
    let local = zone.localDateTime(at: instant)
    return "\(instant.milliseconds / 1000) \(local.date) \(zone.clockTime(at: instant)) \(local.abbreviation)"
  }

  @Test(arguments: [
    // A gap: the moment the wall jumps.
    ("Europe/Berlin", "2026-03-29", "02:30", "1774746000 2026-03-29 03:00 CEST"),
    ("Europe/Berlin", "2026-03-29", "02:00", "1774746000 2026-03-29 03:00 CEST"),
    ("Europe/Berlin", "2026-03-29", "03:00", "1774746000 2026-03-29 03:00 CEST"),
    ("Europe/Berlin", "2026-03-29", "01:59", "1774745940 2026-03-29 01:59 CET"),
    // An overlap: the first time the wall shows it.
    ("Europe/Berlin", "2026-10-25", "02:30", "1792888200 2026-10-25 02:30 CEST"),
    ("Europe/Berlin", "2026-10-25", "03:00", "1792893600 2026-10-25 03:00 CET"),
    // Half an hour only, in the southern summer.
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "1791041400 2026-10-04 02:30 +11"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "1775313900 2026-04-05 01:45 +11"),
    // The day that Samoa left out.
    ("Pacific/Apia", "2011-12-30", "09:00", "1325239200 2011-12-31 00:00 +14"),
    ("Pacific/Apia", "2011-12-29", "09:00", "1325185200 2011-12-29 09:00 -10"),
    ("Pacific/Apia", "2011-12-31", "09:00", "1325271600 2011-12-31 09:00 +14"),
    // Midnight missing; midnight shown twice.
    ("America/Sao_Paulo", "2018-11-04", "00:00", "1541300400 2018-11-04 01:00 -02"),
    ("America/St_Johns", "2010-11-07", "00:00", "1289097000 2010-11-07 00:00 NDT"),
    // Long before and long after the table.
    ("America/New_York", "2150-07-04", "09:00", "5696226000 2150-07-04 09:00 EDT"),
    ("America/New_York", "9999-12-31", "23:59", "253402318740 9999-12-31 23:59 EST"),
    ("Europe/Berlin", "1800-01-01", "12:00", "-5364622408 1800-01-01 12:00 LMT"),
  ])
  func `a local time in a gap means its end, in an overlap the first`(
    zone: String, date: String, time: String, expected: String
  ) throws {
    #expect(try strike(ZoneFiles.zone(zone), date, time) == expected)
  }

  @Test func `next strikes once for every date that the zone has`() throws {
    let apia = try ZoneFiles.zone("Pacific/Apia")
    let nine = try #require(ClockTime("09:00"))
    var dates: [String] = []
    var instant = apia.startOfDay(of: try #require(CivilDate("2011-12-28")))
    for _ in 0..<4 {
      instant = apia.next(nine, onOrAfter: instant)
      dates.append("\(apia.civilDate(at: instant)) \(apia.clockTime(at: instant))")
      instant = instant + .milliseconds(1)
    }
    #expect(dates == ["2011-12-28 09:00", "2011-12-29 09:00", "2011-12-31 09:00", "2012-01-01 09:00"])
    #expect(apia.hasDate(try #require(CivilDate("2011-12-30"))) == false)
    #expect(apia.hasDate(try #require(CivilDate("2011-12-31"))))
  }

  @Test func `next includes the instant itself`() throws {
    let shanghai = try ZoneFiles.zone("Asia/Shanghai")
    let nine = try #require(ClockTime("09:00"))
    let stroke = shanghai.instant(of: try #require(CivilDate("2026-03-01")), at: nine)
    #expect(shanghai.next(nine, onOrAfter: stroke) == stroke)
    #expect(shanghai.next(nine, onOrAfter: stroke + .milliseconds(1)) == stroke + .days(1))
  }

  @Test func `UTC is the same time everywhere`() {
    let local = TimeZoneRules.utc.localDateTime(at: Instant(milliseconds: -1))
    #expect(local.date.description == "1969-12-31")
    #expect(local.secondOfDay == 86399)
    #expect(local.millisecond == 999)
    #expect(local.abbreviation == "UTC")
    #expect(local.instant == Instant(milliseconds: -1))
  }

  @Test func `no instant makes a zone trap`() throws {
    let instants =
      [Int64.min, .min + 1, .max, 0].map { Instant(milliseconds: $0) } + [.distantPast, .distantFuture]
    for name in ["UTC", "America/New_York", "Africa/Casablanca"] {
      let zone = try ZoneFiles.zone(name)
      for instant in instants {
        let local = zone.localDateTime(at: instant)
        #expect(zone.civilDate(at: instant) == local.date)
        #expect(zone.clockTime(at: instant).minuteOfDay == local.secondOfDay / 60)
        #expect(zone.offsetSeconds(at: instant) == local.offsetSeconds)
        _ = zone.startOfDay(of: local.date)
        _ = zone.next(.midnight, onOrAfter: instant)
      }
    }
  }

  @Test func `a zone from a POSIX rule alone`() throws {
    let zone = try TimeZoneRules(name: "Test/East", posix: "EST5EDT,M3.2.0,M11.1.0")
    let newYork = try ZoneFiles.zone("America/New_York")
    for day in stride(from: 13_600, to: 80_000, by: 1) {
      let instant = Instant(seconds: Int64(day) * 86400 + 25_000)
      guard zone.offsetSeconds(at: instant) == newYork.offsetSeconds(at: instant) else {
        Issue.record("day \(day)")
        return
      }
    }
    // Summer time all year round, by the example of RFC 8536.
    let allYear = try TimeZoneRules(name: "Test/Summer", posix: "XXX3EDT4,0/0,J365/23")
    for day in stride(from: 0, to: 60_000, by: 1) {
      guard allYear.offsetSeconds(at: Instant(seconds: Int64(day) * 86400 + 10_800)) == -14_400 else {
        Issue.record("day \(day)")
        return
      }
    }
  }

  @Test(arguments: [
    "", "E", "EST", "EST25", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
    "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365", "EST5EDT,366,1", "EST5EDT,M3.2.0,M11.1.0,", "<+08-8",
    "<+08>",
    "EST5:60", "EST5EDT,M3.2.0/168,M11.1.0",
  ])
  func `refuses a rule that is not one`(rule: String) {
    #expect(throws: TimeZoneError.damaged(name: "Test/X", problem: "its footer is not a rule")) {
      try TimeZoneRules(name: "Test/X", posix: rule)
    }
  }

  @Test func `equal by name`() throws {
    let zone = try ZoneFiles.zone("Europe/Berlin")
    #expect(try zone == TimeZoneRules(name: "Europe/Berlin", posix: "CET-1"))
    #expect(try zone != TimeZoneRules(name: "Europe/Paris", posix: "CET-1"))
  }

  @Test(arguments: [
    ("Asia/Shanghai", true), ("UTC", true), ("Etc/GMT+12", true), ("America/Argentina/ComodRivadavia", true),
    ("America/Port-au-Prince", true), ("", false), ("/etc/passwd", false), ("../../etc/passwd", false),
    ("Asia/../passwd", false), ("Asia/", false), ("Asia//Shanghai", false), ("Asia/Shang hai", false),
    ("Asia/Shanghai\0", false), ("Asia\\Shanghai", false), ("Ásia", false),
    (String(repeating: "a", count: 65), false),
  ])
  func `names that are safe to look up`(name: String, expected: Bool) {
    #expect(TimeZoneName.isWellFormed(name) == expected)
  }

  @Test func `says what is wrong and what to do`() {
    #expect(
      TimeZoneError.malformedName("../x").description
        == "time zone \"../x\" is not an IANA name: write one such as Asia/Shanghai or Europe/Berlin")
    #expect(
      TimeZoneError.unknown("Mars/Base").description
        == "time zone \"Mars/Base\" is unknown on this machine: write an IANA name such as Asia/Shanghai, "
        + "or update the package tzdata")
    #expect(
      TimeZoneError.damaged(name: "Asia/X", problem: "it ends early").description
        == "time zone \"Asia/X\": its file is damaged (it ends early): reinstall the package tzdata")
    #expect(
      TimeZoneError.countsLeapSeconds("right/UTC").description
        == "time zone \"right/UTC\" counts leap seconds: use the zone of the same name outside right/")
  }

  @Test func `refuses a zone of the right tree, an empty file and a text`() throws {
    #expect(throws: TimeZoneError.countsLeapSeconds("right/UTC")) { try ZoneFiles.zone("right/UTC") }
    #expect(throws: TimeZoneError.damaged(name: "X", problem: "it ends early")) {
      try TimeZoneRules(name: "X", tzif: [])
    }
    #expect(throws: TimeZoneError.damaged(name: "X", problem: "it does not start with TZif")) {
      try TimeZoneRules(name: "X", tzif: ZoneFiles.bytes("tzdata.zi"))
    }
    #expect(throws: TimeZoneError.malformedName("..")) { try TimeZoneRules(name: "..", tzif: []) }
  }
}
