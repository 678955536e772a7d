import Domain
import Import
import Platform
import Testing

struct SourceRhythmTests {
  private static let berlin = try! TimeZoneRules(
    name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3")

  private func at(_ text: String) throws -> Instant { try #require(Instant(iso8601: text)) }

  @Test(arguments: [
    ("2026-03-01T10:00:00Z", "2026-03-02T02:30:00Z"), ("2026-03-01T02:29:59Z", "2026-03-01T02:30:00Z"),
    ("2026-03-01T02:30:00Z", "2026-03-02T02:30:00Z"),
    // Summer time begins: there is no 02:30, 03:30 is an hour earlier by the sun.
    ("2026-03-28T03:00:00Z", "2026-03-29T01:30:00Z"),
  ])
  func `a time of day occurs once a day, by the shop's clock`(now: String, next: String) throws {
    let rhythm = SourceRhythm.at(try #require(ClockTime(hour: 3, minute: 30)))
    #expect(rhythm.next(after: try at(now), in: Self.berlin) == (try at(next)))
  }

  @Test func `an interval counts from the end of the last check`() throws {
    let now = try at("2026-03-01T10:00:00Z")
    #expect(SourceRhythm.every(.minutes(15)).next(after: now, in: Self.berlin) == now + .minutes(15))
  }

  @Test func `a file must be unchanged for one interval, at most a minute`() throws {
    #expect(SourceRhythm.every(.seconds(10)).settling == .seconds(10))
    #expect(SourceRhythm.every(.hours(3)).settling == .minutes(1))
    #expect(SourceRhythm.at(try #require(ClockTime(hour: 3, minute: 30))).settling == .minutes(1))
  }
}
