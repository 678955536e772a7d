import Domain
import Testing

@Suite struct DateFormatTests {
  @Test(arguments: [
    ("%Y-%m-%d", "2026-03-01", "2026-02-28T16:00:00Z"),
    ("%d.%m.%Y %H:%M", "1.3.2026  9:05", "2026-03-01T01:05:00Z"),
    ("%m/%d/%y", "03/01/26", "2026-02-28T16:00:00Z"),
    ("%d-%b-%Y", "01-mar-2026", "2026-02-28T16:00:00Z"),
    ("%B %d, %Y %I:%M %p", "March 1, 2026 12:30 am", "2026-02-28T16:30:00Z"),
    ("%B %e, %Y %I:%M %p", "Mar  1, 2026 12:30 PM", "2026-03-01T04:30:00Z"),
    ("%a, %d %b %Y %T %z", "Sun, 01 Mar 2026 10:00:00 -0330", "2026-03-01T13:30:00Z"),
    ("%F %T.%f", "2026-03-01 18:00:00.2509", "2026-03-01T10:00:00.250Z"),
    ("%FT%T%z", "2026-03-01T18:00:00Z", "2026-03-01T18:00:00Z"),
    ("%Y%m%d%H%M%S", "20260301180000", "2026-03-01T10:00:00Z"),
    ("%Y %j", "2024 366", "2024-12-30T16:00:00Z"),
    ("%s", "1772359200", "2026-03-01T10:00:00Z"), ("%s.%f", "-1.5", "1969-12-31T23:59:59.500Z"),
    ("%Y年%m月%d日", "2026年3月1日", "2026-02-28T16:00:00Z"),
    ("%d%%%m%%%Y", "01%03%2026", "2026-02-28T16:00:00Z"),
    ("%y-%m-%d", "69-01-01", "1968-12-31T16:00:00Z"), ("%y-%m-%d", "68-01-01", "2067-12-31T16:00:00Z"),
    ("%F %T", "2016-12-31 23:59:60", "2016-12-31T15:59:59Z"),
  ])
  func `reads dates on the wall of a zone`(format: String, text: String, expected: String) throws {
    let zone = try ZoneFiles.zone("Asia/Shanghai")
    #expect(try DateFormat(format).instant(from: text, in: zone).iso8601 == expected)
  }

  @Test func `a date alone keeps the date that is written`() throws {
    #expect(try DateFormat("%d/%m/%Y").civilDate(from: "29/02/2024").description == "2024-02-29")
    #expect(
      try DateFormat("%F %T %z").civilDate(from: "2026-03-01 23:00:00 -11:00").description == "2026-03-01")
    #expect(try DateFormat("%s").civilDate(from: "1772359200").description == "2026-03-01")
  }

  @Test func `a local time in a gap is the end of the gap`() throws {
    let zone = try ZoneFiles.zone("Europe/Berlin")
    let format = try DateFormat("%F %T.%f")
    #expect(try format.instant(from: "2026-03-29 02:30:10.5", in: zone).iso8601 == "2026-03-29T01:00:00Z")
    #expect(try format.instant(from: "2026-10-25 02:30:10.5", in: zone).iso8601 == "2026-10-25T00:30:10.500Z")
  }

  @Test(arguments: [
    (
      "%Y-%q", DateFormatError.unknownDirective(format: "%Y-%q", directive: "%q"),
      "date format \"%Y-%q\": unknown %q; known are %Y %y %m %d %e %j %b %B %a %A "
        + "%H %I %p %M %S %f %z %s %F %T %%"
    ),
    ("%Y %", .incomplete(format: "%Y %"), "date format \"%Y %\" ends in %: write %% for a percent sign"),
    (
      "%H:%M", .noDate(format: "%H:%M"),
      "date format \"%H:%M\" names no day: it needs %Y %m %d, %Y %j, %F or %s"
    ),
    (
      "%Y-%m", .noDate(format: "%Y-%m"),
      "date format \"%Y-%m\" names no day: it needs %Y %m %d, %Y %j, %F or %s"
    ),
    ("", .noDate(format: ""), "date format \"\" names no day: it needs %Y %m %d, %Y %j, %F or %s"),
    (
      "%F %I:%M", .noHalfOfDay(format: "%F %I:%M"),
      "date format \"%F %I:%M\": %I needs %p, or use %H for hours of 0 to 23"
    ),
    (
      "%F %日", .unknownDirective(format: "%F %日", directive: "%日"),
      "date format \"%F %日\": unknown %日; known are %Y %y %m %d %e %j %b %B %a %A "
        + "%H %I %p %M %S %f %z %s %F %T %%"
    ),
  ])
  func `refuses formats that cannot work`(format: String, error: DateFormatError, text: String) {
    #expect(throws: error) { try DateFormat(format) }
    #expect(error.description == text)
  }

  @Test(arguments: [
    ("%Y-%m-%d", "2026-13-01", 6, "a month of 1 to 12"), ("%Y-%m-%d", "26-03-01", 1, "a year of four digits"),
    ("%Y-%m-%d", "2026/03/01", 5, "\"-\""), ("%Y-%m-%d", "2026-03-01x", 11, "the end"),
    ("%Y-%m-%d", "2026-03-", 9, "a day of 1 to 31"), ("%F %T", "2026-03-01", 11, "a space"),
    ("%F %T", "2026-03-01 24:00:00", 12, "an hour of 0 to 23"),
    ("%d %b %Y", "1 März 2026", 3, "an English month"),
    ("%F%z", "2026-03-01+8", 11, "an offset such as +08:00"), ("%s", "today", 1, "seconds since 1970"),
    ("%Y年%m月%d日", "2026-03-01", 5, "the text of the format"),
  ])
  func `says where a text does not fit`(format: String, text: String, position: Int, expected: String) throws
  {
    let error = DateFormatError.mismatch(text: text, format: format, position: position, expected: expected)
    #expect(throws: error) { try DateFormat(format).civilDate(from: text) }
    #expect(
      error.description
        == "\"\(text)\" does not fit the date format \"\(format)\": expected \(expected) at byte \(position)")
  }

  @Test(arguments: [("%F", "2026-02-29"), ("%Y %j", "2026 366")])
  func `says that a day does not exist`(format: String, text: String) throws {
    let error = DateFormatError.noSuchDay(text: text, format: format)
    #expect(throws: error) { try DateFormat(format).instant(from: text, in: .utc) }
    #expect(
      error.description == "\"\(text)\" in the date format \"\(format)\" is a day that does not exist")
  }

  @Test func `a long text is cut in the error`() throws {
    let text = String(repeating: "9", count: 100)
    let error = #expect(throws: DateFormatError.self) { try DateFormat("%F").civilDate(from: text) }
    #expect(
      error?.description
        == "\"\(String(repeating: "9", count: 40))...\" does not fit the date format \"%F\": "
        + "expected \"-\" at byte 5"
    )
  }
}
