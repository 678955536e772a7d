import Domain
import Testing

/// Times and durations that no shop has: arithmetic stops at the end of what there is, and nothing ends the process.
struct ExtremeTimesTests {
  static let instants: [Instant] = [
    Instant(milliseconds: .max), Instant(milliseconds: .min), Instant(milliseconds: .max - 1), .distantFuture,
    .distantPast,
    Instant(seconds: .max), Instant(seconds: .min), Instant(seconds: 1), Instant(milliseconds: -1),
    Instant(milliseconds: 0),
  ]
  static let durations: [Duration] = [
    .zero, .milliseconds(Int64.max), .milliseconds(Int64.min), .seconds(Int64.max), .seconds(Int64.min),
    .days(.max),
    .days(.min), .hours(.max), .hours(.min), .minutes(.max), .minutes(.min), .nanoseconds(-1),
    .days(100_000_000),
  ]

  @Test func `sums of times stop at the first and the last`() {
    #expect(Instant(milliseconds: .max) + .seconds(1) == Instant(milliseconds: .max))
    #expect(Instant(milliseconds: .min) - .seconds(1) == Instant(milliseconds: .min))
    #expect(Instant(milliseconds: .min) + .seconds(Int64.min) == Instant(milliseconds: .min))
    #expect(Instant(milliseconds: 5) - .seconds(Int64.min) == Instant(milliseconds: .max))
    #expect((Instant(milliseconds: .max) - Instant(milliseconds: .min)).milliseconds == .max)
    #expect((Instant(milliseconds: .min) - Instant(milliseconds: 1)).milliseconds == .min)
    #expect(Instant(seconds: .max) == Instant(milliseconds: .max))
    #expect(Duration.days(.max).milliseconds == .max)
    #expect(Duration.days(.min).milliseconds == .min)
    #expect(Instant(milliseconds: 1500) + .milliseconds(250) == Instant(milliseconds: 1750))
    for instant in Self.instants {
      for duration in Self.durations {
        _ = (instant + duration, instant - duration, (instant + duration) - instant)
      }
      for other in Self.instants { _ = instant - other }
    }
  }

  @Test(arguments: [
    "UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Casablanca",
  ])
  func `every zone has a date for every time`(name: String) throws {
    let zone = try name == "UTC" ? TimeZoneRules.utc : ZoneFiles.zone(name)
    for instant in Self.instants {
      let local = zone.localDateTime(at: instant)
      _ = (
        local.instant, local.date.weekday, local.date.dayOfYear, local.date.isoWeek,
        local.date.weekOfYear(startingOn: .sunday)
      )
      _ = (
        zone.civilDate(at: instant), zone.clockTime(at: instant), instant.iso8601, instant.iso8601(in: zone)
      )
      for days in [0, 1, -1, .max, .min] {
        let date = local.date.adding(days: days)
        _ = (zone.instant(of: date, secondOfDay: 86_399), zone.startOfDay(of: date), date.description)
        _ = zone.next(.midnight, onOrAfter: zone.startOfDay(of: date))
      }
    }
  }
}
