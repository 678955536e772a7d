import Domain
import Service
import Testing

@Suite struct ClockGuardTests {
  private let start = Instant(seconds: 1_800_000_000)

  @Test func `a clock that walks with time is steady`() {
    var clock = ClockGuard(wall: start, elapsed: .seconds(10))
    #expect(clock.observe(wall: start + .seconds(3600), elapsed: .seconds(3610)) == .steady)
    #expect(clock.doubted == nil)
  }

  @Test(arguments: [Duration.days(30), .zero - .hours(1)])
  func `a jump is doubted, and time goes on as before it`(jump: Duration) {
    var clock = ClockGuard(wall: start, elapsed: .seconds(10))
    let wrong = start + jump
    #expect(clock.observe(wall: wrong + .seconds(1), elapsed: .seconds(11)) == .doubted(by: jump))
    #expect(clock.time(wall: wrong + .seconds(1), elapsed: .seconds(11)) == start + .seconds(1))
    #expect(clock.observe(wall: wrong + .seconds(60), elapsed: .seconds(70)) == .steady)
    #expect(clock.left(elapsed: .seconds(71)) == .seconds(540))
    // Set right it is believed at once.
    #expect(clock.observe(wall: start + .seconds(62), elapsed: .seconds(72)) == .cleared)
    #expect(clock.time(wall: start + .seconds(62), elapsed: .seconds(72)) == start + .seconds(62))
  }

  @Test func `a clock that stays as it was set is believed after ten minutes`() {
    var clock = ClockGuard(wall: start, elapsed: .seconds(10))
    _ = clock.observe(wall: start + .days(30), elapsed: .seconds(11))
    #expect(clock.observe(wall: start + .days(30) + .seconds(599), elapsed: .seconds(610)) == .steady)
    #expect(
      clock.observe(wall: start + .days(30) + .seconds(600), elapsed: .seconds(611))
        == .adopted(by: .days(30) - .seconds(1)))
    #expect(clock.doubted == nil)
  }

  @Test func `a clock that moves on while it is doubted is doubted for longer`() {
    var clock = ClockGuard(wall: start, elapsed: .zero)
    _ = clock.observe(wall: start + .hours(1), elapsed: .zero)
    #expect(
      clock.observe(wall: start + .hours(2) + .seconds(500), elapsed: .seconds(500))
        == .doubted(by: .hours(2)))
    #expect(clock.observe(wall: start + .hours(2) + .seconds(700), elapsed: .seconds(700)) == .steady)
  }

  @Test func `a small correction is nothing`() {
    var clock = ClockGuard(wall: start, elapsed: .seconds(10))
    #expect(clock.observe(wall: start + .seconds(299), elapsed: .seconds(10)) == .steady)
  }

  @Test func `a start before what the store has seen is doubted until the clock has caught up`() {
    var clock = ClockGuard(wall: start - .days(9), elapsed: .seconds(1), known: start)
    #expect(clock.doubted != nil)
    #expect(clock.time(wall: start - .days(9), elapsed: .seconds(3)) == start + .seconds(2))
    // Nobody knows how long it was off: any later time is as good.
    #expect(clock.observe(wall: start + .days(2), elapsed: .seconds(4)) == .cleared)
    #expect(ClockGuard(wall: start + .days(2), elapsed: .seconds(1), known: start).doubted == nil)
  }
}
