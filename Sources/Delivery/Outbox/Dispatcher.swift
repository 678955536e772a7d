package import Domain
package import Platform
import Synchronization

/// Delivers what stands in the outbox: one lane a channel, shared commits, orderly stop. Thread-safe.
package final class Dispatcher: Sendable {
  private struct State {
    var lanes: [ChannelName: Lane] = [:]
    /// Lanes of earlier configurations that still have messages under way.
    var retired: [Lane] = []
    var isDraining = false
    var isCut = false
    var sweeper: Task<Void, Never>?
  }

  /// How long a claim holds: what is under way for longer than this has been lost sight of.
  package static let lease = Lane.lease

  package let metrics: DeliveryMetrics
  private let sweepFailures = FailureSpell()
  private let services: DeliveryServices
  private let state = Mutex(State())
  private let changed: WakeUp
  private let observers: StoreObservers

  /// - Parameter metrics: counted into; shared with whoever shows them.
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

  /// Runs these channels from now on, first call and reload alike.
  ///
  /// Lanes that ran before take nothing new and end when their messages under way have; the new ones begin with
  /// closed breakers. Ignored once `drain` was called.
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

  /// Messages for this channel were put into the outbox.
  package func wake(_ channel: ChannelName) { state.withLock { $0.lanes[channel] }?.wake() }

  /// Messages for any channel may have become due.
  package func wakeAll() {
    for lane in state.withLock({ Array($0.lanes.values) }) { lane.wake() }
  }

  /// The longest time any lane's loop has stood still; a healthy one goes round every 15 s.
  package var longestStandstill: Duration {
    let now = services.clock.uptime()
    return state.withLock { $0.lanes.values.map { now - $0.lastProgress }.max() ?? .zero }
  }

  /// Messages handed to adapters and not settled, by channel.
  package var underWay: Int { metrics.snapshot.lanes.values.reduce(0) { $0 + $1.underWay } }

  /// Stops in order: claims nothing more, gives back what is only leased, and waits up to `limit` for what is under way.
  ///
  /// What has no answer by then is recorded: `released` before the gate, `ambiguous` behind it. Returns when every
  /// outcome is in the store, or the store has refused them for 5 s more; what it refused is found as a handoff at the
  /// next start. `cut` ends the wait early.
  package func drain(within limit: Duration) async {
    // In a task of its own: whoever stops may itself be cancelled, and what is under way is still waited for.
    await Task { await finish(within: limit) }.value
  }

  private func finish(within limit: Duration) async {
    let lanes = state.withLock { state in
      state.isDraining = true
      state.sweeper?.cancel()
      return Array(state.lanes.values) + state.retired
    }
    for lane in lanes { lane.drain() }
    // They hold the outbox, and what tells them holds them: nobody would ever let go of the store.
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

  /// Ends the wait of `drain` now; everything is still recorded.
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

/// Tells lanes that the store stalled or recovered.
private final class StoreObservers: Sendable {
  private let lanes = Mutex<[Lane]>([])

  func watch(_ lanes: [Lane]) { self.lanes.withLock { $0 = lanes } }
  func tell() {
    for lane in lanes.withLock({ $0 }) where !lane.hasEnded { lane.storeChanged() }
  }
}
