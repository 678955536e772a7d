internal import Delivery
internal import Domain
internal import Platform

/// Feeds systemd's watchdog while every part of the daemon is alive, and logs those that are not.
struct WatchdogLoop: Sendable {
  let interval: Duration
  let clock: LoopClock
  let heartbeat: Heartbeat
  let log: Logger
  /// Writes something through the writer: if that hangs, the watchdog is not fed. - Returns: whether it
  /// succeeded, or failed for a known reason that is being waited out.
  let proveWriter: @Sendable () async -> Bool
  let feed: @Sendable () -> Void
  /// Reports the daemon's state.
  let report: @Sendable () -> Void

  func run() async {
    var named: Set<ExactText> = []
    while !Task.isCancelled {
      // Before the write as well, which may never return.
      _ = name(heartbeat.standstills, &named)
      let isWriterWell = await proveWriter()
      if name(heartbeat.standstills, &named), isWriterWell { feed() }
      report()
      await clock.sleep(interval)
    }
  }

  /// Logs each standstill once. - Returns: whether there is none.
  private func name(_ standstills: [Heartbeat.Standstill], _ named: inout Set<ExactText>) -> Bool {
    for part in standstills where !named.contains(ExactText(part.part)) {
      log.error("part_stands_still", ["part": part.part, "for": part.lasted])
    }
    named = Set(standstills.map { ExactText($0.part) })
    return standstills.isEmpty
  }
}
