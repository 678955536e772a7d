internal import Decisioning
package import Domain
package import Platform
package import Store

/// Decides what is due: reads a batch, decides it on all cores, and writes everything that follows in one transaction.
///
/// A tick with nothing due reads one index entry. Not to be run twice at once; the daemon's planning loop is its only
/// caller.
package final class Scheduler: Sendable {
  private let store: Store
  private let shop: LiveShop
  private let touches: TouchLog
  private let log: Logger
  private let batchSize: Int
  /// Told the channels that have something new in the outbox.
  private let enqueued: @Sendable (Set<ChannelName>) -> Void
  private let metrics: SchedulerMetrics

  package init(
    store: Store, shop: LiveShop, touches: TouchLog, log: Logger, metrics: SchedulerMetrics,
    batchSize: Int = 1000,
    enqueued: @escaping @Sendable (Set<ChannelName>) -> Void
  ) {
    self.store = store
    self.shop = shop
    self.touches = touches
    self.log = log
    self.metrics = metrics
    self.batchSize = batchSize
    self.enqueued = enqueued
  }

  /// Decides everything due at `now`.
  ///
  /// - Returns: how many enrollments were settled, and when the next is due; `nil` when none is active.
  package func tick(now: Instant) async throws -> (settled: Int, nextDueAt: Instant?) {
    var settled = 0
    while !Task.isCancelled {
      let shop = shop.current
      touches.clear()
      let batch = try await store.read { [batchSize] tx in
        try DueBatch.load(tx, shop: shop, now: now, limit: batchSize)
      }
      guard !batch.isEmpty else { break }
      let settlements = Self.decide(batch, shop.program, now)
      settled += try await write(settlements, batch, shop, now)
      if batch.count < batchSize { break }
    }
    let next = try await store.read { try $0.nextDueAt() }
    return (settled, next)
  }

  /// On two threads when there is enough to do; customers are independent of each other.
  private static func decide(_ batch: DueBatch, _ program: Program, _ now: Instant) -> [Settlement] {
    parallelMap(batch.customers) { facts in Decider.settle(customer: facts, program: program, now: now) }
      .flatMap { $0 }
  }

  private func write(
    _ settlements: [Settlement], _ batch: DueBatch, _ shop: Shop, _ now: Instant
  ) async throws -> Int {
    let touches = touches
    let states = batch.states
    let (kept, new) = try await store.write { tx -> ([Settlement], Set<LedgerKey>) in
      // Whoever intake has changed since the picture was taken is decided anew on the next round.
      let touched = touches.current
      let kept =
        touched.isEmpty ? settlements : settlements.filter { !touched.contains($0.enrollment.customer) }
      let messages = kept.compactMap(\.message)
      let new = try tx.insert(messages, now: now)
      try tx.record(kept.compactMap { $0.record(at: now) })
      try tx.update(kept.map(\.enrollment))
      try Self.replan(kept, states, shop, now, tx)
      return (kept, new)
    }
    report(kept, new: new, states, now)
    let channels = Set(kept.compactMap { $0.message?.channel })
    if !channels.isEmpty { enqueued(channels) }
    return kept.count
  }

  /// An anniversary that is over is followed by the next.
  private static func replan(
    _ settlements: [Settlement], _ states: [CustomerKey: CustomerState], _ shop: Shop, _ now: Instant,
    _ tx: Transaction
  ) throws {
    var writer = EnrollmentWriter()
    for settlement in settlements where settlement.replans {
      guard var state = states[settlement.enrollment.customer],
        let enabled = shop.enabled(settlement.enrollment.trigger)
      else { continue }
      if let index = state.enrollments.firstIndex(where: { $0.key == settlement.enrollment.key }) {
        state.enrollments[index] = settlement.enrollment
      }
      writer.add(
        Planner.replan(
          trigger: enabled.trigger, state: state, catalog: shop.catalog, program: shop.program,
          enabledAt: enabled.enabledAt, now: now), to: state)
    }
    _ = try writer.write(to: tx)
  }

  private func report(
    _ settlements: [Settlement], new: Set<LedgerKey>, _ states: [CustomerKey: CustomerState], _ now: Instant
  ) {
    for settlement in settlements {
      guard let decision = settlement.decision, let step = settlement.step else { continue }
      metrics.decided(settlement.enrollment.trigger, decision.verdict)
      log.decision(
        decision, step: step, settlement: settlement,
        isNew: settlement.message.map { new.contains($0.ledgerKey) },
        customer: states[settlement.enrollment.customer]?.customer)
    }
  }
}
