internal import Domain
internal import Platform
internal import Store
internal import Synchronization

/// Acts on changes of the clock, and regularly records the time in the store, so that a start with a wrong
/// clock is detected.
final class ClockWatch: Sendable {
  private static let interval: Duration = .seconds(60)

  private let clock: TrustedClock
  private let store: Store
  private let shop: LiveShop
  private let log: Logger
  private let elapsed: @Sendable () -> Duration
  private let believed: @Sendable () -> Void
  /// In time since boot.
  private let rememberedAt = Mutex<Duration?>(nil)

  /// - Parameter believed: called when the clock is trusted again; events received meanwhile must be
  ///   re-planned.
  init(
    _ clock: TrustedClock, store: Store, shop: LiveShop, log: Logger,
    elapsed: @escaping @Sendable () -> Duration = { SystemTime.sinceBoot() },
    believed: @escaping @Sendable () -> Void
  ) {
    self.clock = clock
    self.store = store
    self.shop = shop
    self.log = log
    self.elapsed = elapsed
    self.believed = believed
  }

  /// Call before each tick of the planning loop.
  func heed() async throws {
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
        try await remember()
        believed()
      }
    }
    let now = elapsed()
    let isDue = rememberedAt.withLock { last in
      guard last.map({ now - $0 >= Self.interval }) ?? true else { return false }
      last = now
      return true
    }
    if isDue, !clock.isDoubted { try await remember() }
  }

  /// Only while the clock is trusted.
  func remember() async throws {
    let now = clock.now()
    let moved = try await store.write { tx in
      try tx.remember(known: now)
      return try tx.bringBackEnabled(to: now)
    }
    if moved > 0 { try await shop.readTriggers(in: store) }
  }
}
