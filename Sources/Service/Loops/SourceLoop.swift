internal import Delivery
internal import Domain
internal import Platform

/// Looks at a source in its rhythm, and when it is told to. It is alive while a look is under way, however long that
/// takes: where a network file system hangs, the rest of the daemon goes on.
struct SourceLoop: Sendable {
  private static let sign: Duration = .seconds(60)

  let part: DaemonPart
  let clock: LoopClock
  /// Woken to look at once.
  let wake: WakeUp
  /// When to look again after a look that ended at an instant.
  let next: @Sendable (Instant) -> Instant
  /// Looks once. - Returns: how long until something that is still being written may be whole; `nil` for nothing.
  let look: @Sendable () async -> Duration?
  /// Told when the next look is.
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

  /// In parts, as the wall clock may be set meanwhile.
  private func rest(until due: Instant) async {
    while !Task.isCancelled {
      let left = due - clock.now()
      guard left > .zero else { return }
      let pause = min(left, .seconds(3600))
      part.rests(for: pause)
      let begun = clock.uptime()
      await wake.sleep(atMost: pause, by: clock.sleep)
      // Woken before its time: somebody wants it now.
      if clock.uptime() - begun < pause { return }
    }
  }
}
