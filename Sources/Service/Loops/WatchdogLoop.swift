internal import Delivery
internal import Domain
internal import Platform

/// Feeds systemd's watchdog while every part of the daemon goes on, and names those that do not.
struct WatchdogLoop: Sendable {
  let interval: Duration
  let clock: LoopClock
  let heartbeat: Heartbeat
  let log: Logger
  /// Writes something through the writer: if that hangs, this hangs, and the dog is not fed. - Returns: whether it went
  /// well, or failed for a reason that is known and waited out.
  let proveWriter: @Sendable () async -> Bool
  let feed: @Sendable () -> Void
  /// Says how the daemon is.
  let report: @Sendable () -> Void

  func run() async {
    var named: Set<ExactText> = []
    while !Task.isCancelled {
      // Also before the write, which may never return.
      _ = name(heartbeat.standstills, &named)
      let isWriterWell = await proveWriter()
      if name(heartbeat.standstills, &named), isWriterWell { feed() }
      report()
      await clock.sleep(interval)
    }
  }

  /// Names each standstill once. - Returns: whether there is none.
  private func name(_ standstills: [Heartbeat.Standstill], _ named: inout Set<ExactText>) -> Bool {
    for part in standstills where !named.contains(ExactText(part.part)) {
      log.error("part_stands_still", ["part": part.part, "for": part.lasted])
    }
    named = Set(standstills.map { ExactText($0.part) })
    return standstills.isEmpty
  }
}
