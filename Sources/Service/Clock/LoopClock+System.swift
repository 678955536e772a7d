package import Delivery
internal import Domain
internal import Platform

extension LoopClock {
  /// The machine's clocks and random numbers.
  package static let system = LoopClock(
    now: { Instant(milliseconds: SystemTime.wallMilliseconds()) }, uptime: { SystemTime.monotonic() },
    sleep: { try? await Task.sleep(for: $0) }, random: { Double.random(in: 0..<1) })

  /// Likewise, with the service's trusted time.
  static func system(_ clock: TrustedClock) -> LoopClock {
    var system = system
    system.now = { clock.now() }
    return system
  }
}
