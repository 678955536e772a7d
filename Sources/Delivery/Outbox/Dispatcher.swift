package import Domain
package import Platform
import Synchronization

/// Delivers the messages of the outbox: one lane per channel, shared commits, graceful shutdown. Thread-safe.
package final class Dispatcher: Sendable {
  private struct State {
    var lanes: [ChannelName: Lane] = [:]
    /// Lanes of earlier configurations with messages still in flight.
    var retired: [Lane] = []
    var isDraining = false
    var isCut = false
    var sweeper: Task<Void, Never>?
  }

  /// How long a claim holds: a message in flight for longer is considered lost.
  package static let lease = Lane.lease

  package let metrics: DeliveryMetrics
  private let sweepFailures = FailureSpell()
  private let services: DeliveryServices
  private let state = Mutex(State())
  private let changed: WakeUp
  private let observers: StoreObservers

  /// - Parameter metrics: updated here; shared with whoever displays them.
  package init(
    outbox: any Outbox, clock: LoopClock, logger: Logger, metrics: DeliveryMetrics = DeliveryMetrics()
  ) {
    self.metrics = metrics
    let changed = WakeUp()
    let observers = StoreObservers()
    self.changed = changed
    self.observers = observers
    let outcomes = OutcomeGroup(outbox: outbox, clock: clock, logger: logger, metrics: metrics) {
      observers.tell()
      changed.wake()
    }
    services = DeliveryServices(
      outbox: outbox, handoffs: HandoffGroup(outbox: outbox, now: clock.now, logger: logger),
      outcomes: outcomes, clock: clock, logger: logger, metrics: metrics, laneEnded: { changed.wake() })
  }

  /// Runs these channels from now on; also used for reloads.
  ///
  /// Earlier lanes take nothing new and end with their last message in flight; the new ones start with closed
  /// breakers. Ignored after `drain`.
  package func apply(_ channels: [Channel]) {
    let lanes = channels.map { Lane($0, services) }
    for channel in channels { metrics.introduce(channel.name) }
    let replaced: [Lane]? = state.withLock { state in
      guard !state.isDraining else { return nil }
      let replaced = Array(state.lanes.values)
      state.retired = (state.retired + replaced).filter { !$0.hasEnded }
      state.lanes = Dictionary(lanes.map { ($0.channel.name, $0) }, uniquingKeysWith: { $1 })
      if state.sweeper == nil { state.sweeper = Task { await self.sweepRepeatedly() } }
      return replaced
    }
    guard let replaced else { return }
    observers.watch(lanes)
    for lane in replaced { lane.drain() }
    for lane in lanes { Task { await lane.run() } }
  }

  /// Call after adding messages of this channel to the outbox.
  package func wake(_ channel: ChannelName) { state.withLock { $0.lanes[channel] }?.wake() }

  /// Call when messages of any channel may have become due.
  package func wakeAll() {
    for lane in state.withLock({ Array($0.lanes.values) }) { lane.wake() }
  }

  /// How long the slowest lane's loop has been standing still; healthy ones turn every 15 s.
  package var longestStandstill: Duration {
    let now = services.clock.uptime()
    return state.withLock { $0.lanes.values.map { now - $0.lastProgress }.max() ?? .zero }
  }

  /// Messages passed to adapters and not settled yet.
  package var underWay: Int { metrics.snapshot.lanes.values.reduce(0) { $0 + $1.underWay } }

  /// Shuts down gracefully: claims nothing more, releases what is only leased, and waits up to `limit` for
  /// messages in flight.
  ///
  /// Messages without a result by then are recorded as `released` before the gate, and `ambiguous` after it. Returns
  /// when every result is stored, or after the store has refused them for another 5 s; the next start finds those as
  /// handoffs. `cut` ends the wait early.
  package func drain(within limit: Duration) async {
    // In a separate task: the caller may be cancelled, and messages in flight must still be awaited.
    await Task { await finish(within: limit) }.value
  }

  private func finish(within limit: Duration) async {
    let lanes = state.withLock { state in
      state.isDraining = true
      state.sweeper?.cancel()
      return Array(state.lanes.values) + state.retired
    }
    for lane in lanes { lane.drain() }
    // Breaks a reference cycle with the outbox, which would keep the store alive.
    defer { observers.watch([]) }
    let clock = services.clock
    let deadline = clock.uptime() + limit
    while !lanes.allSatisfy(\.hasEnded), !state.withLock({ $0.isCut }) {
      let left = deadline - clock.uptime()
      guard left > .zero else { break }
      await changed.sleep(atMost: left, by: clock.sleep)
    }
    for lane in lanes where !lane.hasEnded { lane.cut() }
    let lastChance = clock.uptime() + .seconds(5)
    while !services.outcomes.isEmpty {
      let left = lastChance - clock.uptime()
      guard left > .zero else {
        services.logger.error("outcomes_left_unrecorded", ["advice": "they are ambiguous at the next start"])
        return
      }
      await changed.sleep(atMost: left, by: clock.sleep)
    }
  }

  /// Ends the wait of `drain` now; results are still recorded.
  package func cut() {
    state.withLock { $0.isCut = true }
    changed.wake()
  }

  private func sweepRepeatedly() async {
    while !Task.isCancelled {
      do {
        try await services.outbox.sweep(now: services.clock.now())
        if let (failures, lasted) = sweepFailures.worked() {
          services.logger.notice("sweep_works_again", ["failures": failures, "for": lasted])
        }
      } catch {
        if sweepFailures.failed() { services.logger.error("sweep_failed", ["error": ErrorText.text(error)]) }
      }
      await services.clock.sleep(.seconds(30))
    }
  }
}

/// Notifies lanes when the store stalls or recovers.
private final class StoreObservers: Sendable {
  private let lanes = Mutex<[Lane]>([])

  func watch(_ lanes: [Lane]) { self.lanes.withLock { $0 = lanes } }
  func tell() {
    for lane in lanes.withLock({ $0 }) where !lane.hasEnded { lane.storeChanged() }
  }
}
