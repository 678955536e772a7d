package import Delivery
internal import Domain
internal import Platform

extension LoopClock {
  /// The machine's own clocks and chance.
  package static let system = LoopClock(
    now: { Instant(milliseconds: SystemTime.wallMilliseconds()) }, uptime: { SystemTime.monotonic() },
    sleep: { try? await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })

  /// The same with the time that the service goes by.
  static func system(_ clock: TrustedClock) -> LoopClock {
    var system = system
    system.now = { clock.now() }
    return system
  }
}
