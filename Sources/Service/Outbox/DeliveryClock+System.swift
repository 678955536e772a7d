package import Delivery
internal import Domain
internal import Platform

extension DeliveryClock {
  /// The machine's own clocks and chance.
  package static let system = DeliveryClock(
    now: { Instant(milliseconds: SystemTime.wallMilliseconds()) }, uptime: { SystemTime.monotonic() },
    sleep: { try? await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })

  /// The same with the time that the service goes by.
  static func system(_ clock: TrustedClock) -> DeliveryClock {
    var system = system
    system.now = { clock.now() }
    return system
  }
}
