import Domain
import Platform
import Testing

@testable import Service

/// What of a birthday only the stored customer can say.
struct BirthdayIntakeTests {
  /// Sends the traits and looks at what is then stored.
  private func identify(
    _ shop: RunningShop, _ traits: JSON, _ message: String, gives expected: Birthday,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let answer = await shop.post([RunningShop.identify("ann", traits, message: message)])
    let birthday = try await shop.customer("ann")?.birthday
    #expect(answer.status == 200, sourceLocation: sourceLocation)
    #expect(birthday == expected, sourceLocation: sourceLocation)
  }

  @Test func `a moment is the date in the customer's zone, or the shop's`() async throws {
    let moment: JSON = ["birthday": "1990-03-27T23:00:00.000Z"]
    let (before, after) = (
      Birthday(month: 3, day: 27, year: 1990), Birthday(month: 3, day: 28, year: 1990)
    )
    try await RunningShop.run { shop in
      // The shop is in Shanghai, where it is seven in the morning.
      try await identify(shop, moment, "m-1", gives: after)
      // London had summer time by then; the zone is remembered.
      try await identify(
        shop, ["timezone": "Europe/London", "birthday": "1990-03-27T22:59:59.999Z"], "m-2", gives: before)
      try await identify(shop, moment, "m-3", gives: after)
      try await identify(shop, ["timezone": "America/New_York"], "m-4", gives: after)
      try await identify(shop, moment, "m-5", gives: before)
    }
  }

  @Test func `a birthday sent alone stays in its calendar`() async throws {
    let lunar = Birthday(month: 6, day: 15, year: 1987, calendar: .lunar, isLeapMonth: true)
    try await RunningShop.run { shop in
      try await identify(
        shop, ["birthday": "1987-06-15", "birthday_calendar": "农历", "birthday_leap_month": true], "m-1",
        gives: lunar)
      try await identify(shop, ["birthday": "1987-06-15"], "m-2", gives: lunar)
      try await identify(shop, ["birthday": "1987-07-31"], "m-3", gives: lunar)
      try await identify(
        shop, ["birthday": "1987-07-15", "birthday_calendar": "公历"], "m-4",
        gives: Birthday(month: 7, day: 15, year: 1987))
    }
  }
}
