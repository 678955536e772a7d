internal import Delivery
internal import Domain
internal import Platform

/// Checks a source at its interval, and on request. The watchdog considers it alive during a check, however long that
/// takes: if a network file system hangs, the rest of the daemon goes on.
struct SourceLoop: Sendable {
  private static let sign: Duration = .seconds(60)

  let part: DaemonPart
  let clock: LoopClock
  /// Triggers a check at once.
  let wake: WakeUp
  /// The time of the next check after one that ended at the given instant.
  let next: @Sendable (Instant) -> Instant
  /// Checks once, and returns after what time a file that is still being written may be complete; `nil` without one.
  let look: @Sendable () async -> Duration?
  /// Called with the time of the next check.
  let rests: @Sendable (Instant) -> Void

  func run() async {
    while !Task.isCancelled {
      let unsettled = await watched()
      let now = clock.now()
      let due = min(next(now), unsettled.map { now + $0 } ?? .distantFuture)
      rests(due)
      await rest(until: due)
    }
    part.end()
  }

  private func watched() async -> Duration? {
    let signs = Task {
      while !Task.isCancelled {
        part.rests(for: Self.sign)
        await clock.sleep(Self.sign)
      }
    }
    let unsettled = await look()
    signs.cancel()
    await signs.value
    return unsettled
  }

  /// Sleeps at most an hour at a time, since the wall clock may be set meanwhile.
  private func rest(until due: Instant) async {
    while !Task.isCancelled {
      let left = due - clock.now()
      guard left > .zero else { return }
      let pause = min(left, .seconds(3600))
      part.rests(for: pause)
      let begun = clock.uptime()
      await wake.sleep(atMost: pause, by: clock.sleep)
      // An early wake-up is a request to check now.
      if clock.uptime() - begun < pause { return }
    }
  }
}
