import Domain
import Service
import Testing

@Suite struct ClockGuardTests {
  private let start = Instant(seconds: 1_800_000_000)

  @Test func `a clock that walks with time is steady`() {
    var clock = ClockGuard()
    #expect(clock.observe(wall: start, elapsed: .seconds(10)) == .steady)
    #expect(clock.observe(wall: start + .seconds(3600), elapsed: .seconds(3610)) == .steady)
  }

  @Test func `a jump forward holds deciding for ten minutes`() {
    var clock = ClockGuard()
    _ = clock.observe(wall: start, elapsed: .seconds(10))
    #expect(
      clock.observe(wall: start + .days(30), elapsed: .seconds(11))
        == .jumped(by: .days(30) - .seconds(1), held: true))
    #expect(
      clock.observe(wall: start + .days(30) + .seconds(60), elapsed: .seconds(71)) == .held(.seconds(540)))
    #expect(clock.observe(wall: start + .days(30) + .seconds(600), elapsed: .seconds(611)) == .steady)
  }

  @Test func `a clock set right again ends the hold at once`() {
    var clock = ClockGuard()
    _ = clock.observe(wall: start, elapsed: .seconds(10))
    _ = clock.observe(wall: start + .hours(1), elapsed: .seconds(11))
    #expect(
      clock.observe(wall: start + .seconds(2), elapsed: .seconds(12))
        == .jumped(by: .seconds(1) - .hours(1), held: false))
    #expect(clock.observe(wall: start + .seconds(3), elapsed: .seconds(13)) == .steady)
  }

  @Test func `a small correction is nothing`() {
    var clock = ClockGuard()
    _ = clock.observe(wall: start, elapsed: .seconds(10))
    #expect(clock.observe(wall: start + .seconds(299), elapsed: .seconds(10)) == .steady)
  }
}
