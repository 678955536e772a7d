internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization

extension Daemon {
  /// Tells what the clock did, and has planned anew what was taken in while it was doubted. Remembers the time now and
  /// then, so that a start by a wrong clock is noticed.
  func heedClock() async throws {
    for finding in clock.takeFindings() {
      switch finding {
      case .steady: break
      case .doubted(let difference):
        log.warning(
          "clock_doubted",
          [
            "off_by": difference,
            "advice":
              "nothing is decided or sent for up to ten minutes; set the clock right, or wait if it is right",
          ])
      case .cleared, .adopted:
        if case .adopted(let difference) = finding {
          log.warning("clock_believed", ["off_by": difference, "advice": "it stayed as it was set"])
        } else {
          log.notice("clock_believed", [:])
        }
        try await rememberTime()
        replanWake.wake()
        dispatcher.wakeAll()
      }
    }
    let isDue = state.withLock { state in
      let now = SystemTime.sinceBoot()
      guard state.rememberedAt.map({ now - $0 >= .seconds(60) }) ?? true else { return false }
      state.rememberedAt = now
      return true
    }
    if isDue, !clock.isDoubted { try await rememberTime() }
  }

  func rememberTime() async throws {
    let now = wallClock()
    let moved = try await store.write { tx in
      try tx.remember(known: now)
      return try tx.bringBackEnabled(to: now)
    }
    if moved > 0 { try await shop.readTriggers(in: store) }
  }
}
