import Decisioning
import Domain
import Support
import Testing

/// When a count in a window holds, and the next instant at which time alone changes that.
struct WindowTests {
  private static let now = Instant(iso8601: "2026-06-01T00:00:00Z") ?? .distantPast

  private static func day(_ days: Int64) -> Instant { now + .days(days) }

  /// Days before now, negative ones after.
  private func finding(_ ages: [Int64], _ bounds: CountBounds, _ window: TimeWindow) -> Finding {
    bounds.finding(ages.map { Self.day(-$0) }, in: window, at: Self.now)
  }

  struct Case: Sendable {
    var ages: [Int64]
    var bounds: CountBounds
    var window: TimeWindow
    var holds: Bool
    /// Days from now.
    var next: Int64?
  }

  private static let within = TimeWindow.within(.days(90))

  @Test(arguments: [
    // At least k: the k-th newest falls out.
    Case(ages: [10, 40, 80], bounds: CountBounds(atLeast: 2), window: within, holds: true, next: 50),
    Case(ages: [10, 40, 80], bounds: CountBounds(atLeast: 3), window: within, holds: true, next: 10),
    Case(ages: [10, 40, 80], bounds: CountBounds(atLeast: 4), window: within, holds: false, next: nil),
    Case(ages: [], bounds: CountBounds(atLeast: 1), window: within, holds: false, next: nil),
    // The window is open at its far end: what is exactly so old is out.
    Case(ages: [90], bounds: CountBounds(atLeast: 1), window: within, holds: false, next: nil),
    Case(ages: [89], bounds: CountBounds(atLeast: 1), window: within, holds: true, next: 1),
    // Now counts.
    Case(ages: [0], bounds: CountBounds(atLeast: 1), window: within, holds: true, next: 90),
    // At most: the same instant, the other way round.
    Case(
      ages: [10, 40, 80], bounds: CountBounds(atLeast: 0, atMost: 1), window: within, holds: false, next: 50),
    Case(
      ages: [10, 40, 80], bounds: CountBounds(atLeast: 0, atMost: 0), window: within, holds: false, next: 80),
    Case(ages: [], bounds: CountBounds(atLeast: 0, atMost: 0), window: within, holds: true, next: nil),
    Case(ages: [10, 80], bounds: CountBounds(atLeast: 1, atMost: 1), window: within, holds: false, next: 10),
    // Two at one instant fall out together: between them there is no moment with one.
    Case(ages: [40, 40], bounds: CountBounds(atLeast: 0, atMost: 1), window: within, holds: false, next: 50),
    Case(
      ages: [10, 40, 40], bounds: CountBounds(atLeast: 2, atMost: 2), window: within, holds: false, next: nil),
    // What a clock ahead has told begins to count at its own time.
    Case(ages: [-2], bounds: CountBounds(atLeast: 1), window: within, holds: false, next: 2),
    Case(ages: [-2], bounds: CountBounds(atLeast: 1), window: .ever, holds: false, next: 2),
    // For ever, and since a day, nothing falls out.
    Case(ages: [400], bounds: CountBounds(atLeast: 1), window: .ever, holds: true, next: nil),
    Case(
      ages: [5, 50], bounds: CountBounds(atLeast: 2), window: .since(day(-20)), holds: false, next: nil),
    Case(ages: [20], bounds: CountBounds(atLeast: 1), window: .since(day(-20)), holds: true, next: nil),
  ])
  func `a count holds until the instant at which time changes it`(_ row: Case) {
    let next = row.next.map { Self.day($0) }
    #expect(finding(row.ages, row.bounds, row.window) == Finding(row.holds, until: next))
  }

  @Test func `a window of days is so many times 24 hours, also where the clock is set`() {
    // On 29 March 2026 a day in Berlin has 23 hours.
    let ordered = TimeZoneRules.berlin.instant("2026-03-28 12:00")
    let bounds = CountBounds(atLeast: 1)
    let found = bounds.finding([ordered], in: .within(.days(1)), at: ordered)
    #expect(found == Finding(true, until: TimeZoneRules.berlin.instant("2026-03-29 13:00")))
  }
}
