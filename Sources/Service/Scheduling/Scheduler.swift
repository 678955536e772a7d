internal import Decisioning
package import Domain
package import Platform
package import Store

/// Decides what is due: reads a batch, decides it on all cores, and writes the results in one transaction.
///
/// A tick with nothing due reads one index entry. Must not run concurrently; the daemon's planning loop is
/// its only caller.
package final class Scheduler: Sendable {
  private let store: Store
  private let shop: LiveShop
  private let log: Logger
  private let batchSize: Int
  /// Enrollments read, decided and written at once.
  package static let usualBatchSize = 1500
  /// Called with the channels that have new messages in the outbox.
  private let enqueued: @Sendable (Set<ChannelName>) -> Void
  /// Called with each batch, as a sign of life.
  private let beat: @Sendable () -> Void
  private let metrics: SchedulerMetrics
  private let quarantine: Quarantine

  package init(
    store: Store, shop: LiveShop, log: Logger, metrics: SchedulerMetrics,
    batchSize: Int = usualBatchSize, quarantine: Quarantine = .off, beat: @escaping @Sendable () -> Void = {},
    enqueued: @escaping @Sendable (Set<ChannelName>) -> Void
  ) {
    self.store = store
    self.shop = shop
    self.log = log
    self.metrics = metrics
    self.batchSize = batchSize
    self.quarantine = quarantine
    self.enqueued = enqueued
    self.beat = beat
  }

  /// Decides everything due at `now`.
  ///
  /// - Returns: how many enrollments were settled, and when the next is due; `nil` if none is active.
  package func tick(now: Instant) async throws -> (settled: Int, nextDueAt: Instant?) {
    var settled = 0
    while !Task.isCancelled {
      let pass = try await pass(now)
      settled += pass.settled
      // When nothing was settled, those left out are changing right now; the next tick looks again.
      if pass.leftOut == 0 || pass.settled == 0 { break }
    }
    if !Task.isCancelled { quarantine.allDone(.enrollment) }
    let next = try await store.read { try $0.nextDueAt() }
    return (settled, next)
  }

  /// Processes everything due once, in order: while one batch is written, the next is decided and the one
  /// after it is read. Skips customers of unfinished batches, because their facts are about to change, and
  /// those that intake changes meanwhile.
  private func pass(_ now: Instant) async throws -> (settled: Int, leftOut: Int) {
    var settled = 0
    var leftOut = 0
    var reading: Task<Round, any Error>? = read(now, after: nil, leavingOut: [])
    var writing: Task<Written, any Error>?
    /// Customers of the batch being written.
    var busy: Set<CustomerKey> = []
    /// Waits for the unfinished write. The caller reports the result.
    func finish() async throws -> Written? {
      guard let last = writing else { return nil }
      writing = nil
      let written = try await last.value
      settled += written.settled.count
      leftOut += written.leftOut
      announce(written)
      return written
    }
    do {
      while let next = reading {
        reading = nil
        beat()
        let round = try await next.value
        guard let end = round.batch.end, !Task.isCancelled else { break }
        leftOut += round.batch.leftOut
        let customers = Set(round.batch.places.keys)
        reading = read(now, after: end, leavingOut: busy.union(customers))
        let decided = decide(round, now)
        let last = try await finish()
        busy = customers
        writing = Task { try await write(decided, round, now) }
        // In parallel with the write that has just started.
        // A batch as read, with the shop at that moment.
        last.map { report($0) }
      }
      try await finish().map { report($0) }
      return (settled, leftOut)
    } catch {
      _ = try? await reading?.value
      try? await finish().map { report($0) }
      throw error
    }
  }

  /// A batch as it was read, and the shop at that moment.
  private struct Round: Sendable {
    var batch: DueBatch
    var shop: Shop
    var snapshot: CustomerSnapshot
  }

  /// The result of one write.
  private struct Written: Sendable {
    var settled: [Settled]
    /// Decided but not written, because the customer or the trigger changed meanwhile.
    var leftOut: Int
    var new: Set<LedgerKey>
    var batch: DueBatch
  }

  /// A settlement with its rows, encoded by the deciding thread. A class, so that passing thousands around
  /// copies nothing.
  private final class Settled: Sendable {
    let settlement: Settlement
    let message: PreparedMessage?
    let record: PreparedDecision?
    let progress: PreparedProgress

    init(_ settlement: Settlement, _ now: Instant) {
      self.settlement = settlement
      message = settlement.message.map { PreparedMessage($0) }
      record = settlement.record(at: now).map { PreparedDecision($0) }
      progress = PreparedProgress(settlement.enrollment)
    }
  }

  private func read(
    _ now: Instant, after position: DuePosition?, leavingOut busy: Set<CustomerKey>
  ) -> Task<Round, any Error> {
    Task {
      let shop = shop.current
      let snapshot = store.snapshot()
      let begin = SystemTime.monotonic()
      let limit = quarantine.batch(of: .enrollment, batchSize)
      let batch = try await store.read { [box = quarantine.box] tx in
        let batch = try box.section { section in
          try DueBatch.load(
            tx, shop: shop, now: now, after: position, leavingOut: busy, limit: limit, section: section)
        }
        try tx.observe(batch.places.keys, in: snapshot)
        return batch
      }
      if batch.end != nil { metrics.add(SystemTime.monotonic() - begin, to: .read) }
      return Round(batch: batch, shop: shop, snapshot: snapshot)
    }
  }

  /// In parallel if processors are available; customers are independent of each other.
  private func decide(_ round: Round, _ now: Instant) -> [Settled] {
    let begin = SystemTime.monotonic()
    let program = round.shop.program
    let box = quarantine.box
    let settled = parallelMap(round.batch.customers) { facts in
      box.section { section in
        Decider.settle(customer: facts, program: program, now: now) { key in
          section.now(on: .enrollment, key)
          CrashPoint.pass("decide", facts.first?.state.customer.id ?? "")
        }.map { Settled($0, now) }
      }
    }.flatMap { $0 }
    metrics.add(SystemTime.monotonic() - begin, to: .decide)
    return settled
  }

  private func write(_ decided: [Settled], _ round: Round, _ now: Instant) async throws -> Written {
    let box = quarantine.box
    let (shop, batch, live) = (round.shop, round.batch, self.shop)
    let begin = SystemTime.monotonic()
    let (kept, new) = try await store.write { tx -> ([Settled], Set<LedgerKey>) in
      // Customers who have changed since the snapshot are decided again on the next pass. So are all
      // customers of a trigger that was paused, resumed or removed, with everything that was ranked beside
      // it: once `pause` has returned, nothing more is written. Marking them also keeps intake from writing
      // the enrollments back as they were.
      var stale = try tx.markChanged(batch.places.keys, since: round.snapshot)
      // After a reload, nothing is deferred by the old rules.
      if !(try live.current(in: tx).isSameProgram(as: shop)) { stale.formUnion(batch.places.keys) }
      let changed = batch.changedTriggers(try tx.triggers())
      if !changed.isEmpty {
        for settled in decided where changed.contains(settled.settlement.enrollment.trigger) {
          stale.insert(settled.settlement.enrollment.customer)
        }
      }
      let kept =
        stale.isEmpty
        ? decided : decided.filter { !stale.contains($0.settlement.enrollment.customer) }
      let new = try tx.insert(kept.compactMap(\.message), now: now)
      try tx.record(kept.compactMap(\.record))
      try tx.saveProgress(kept.map(\.progress))
      try tx.end(batch.orphans)
      try box.section { try Self.replan(kept, batch, shop, now, tx, $0) }
      return (kept, new)
    }
    metrics.add(SystemTime.monotonic() - begin, to: .write)
    quarantine.done(kept.count, of: .enrollment)
    if quarantine.isAlert {
      let done = quarantine.acquitted(
        kept.lazy.map { WorkItem(.enrollment, $0.settlement.enrollment.key) })
      await quarantine.acquit(done, in: store)
    }
    if !batch.orphans.isEmpty {
      log.warning(
        "enrollments_orphaned",
        ["count": batch.orphans.count, "advice": "they ended; was the database damaged, or changed by hand?"])
    }
    return Written(settled: kept, leftOut: decided.count - kept.count, new: new, batch: batch)
  }

  /// Wakes the channels with new messages.
  private func announce(_ written: Written) {
    let channels = Set(written.settled.compactMap { $0.message?.message.channel })
    if !channels.isEmpty { enqueued(channels) }
  }

  /// A finished anniversary is followed by the next.
  private static func replan(
    _ settled: [Settled], _ batch: DueBatch, _ shop: Shop, _ now: Instant,
    _ tx: Transaction, _ section: BlackBox.Section
  ) throws {
    var writer = EnrollmentWriter()
    for settlement in settled.lazy.map(\.settlement) where settlement.replans {
      guard var state = batch.state(of: settlement.enrollment.customer),
        let enabled = shop.enabled(settlement.enrollment.trigger)
      else { continue }
      if let index = state.enrollments.firstIndex(where: { $0.key == settlement.enrollment.key }) {
        state.enrollments[index] = settlement.enrollment
      }
      section.now(on: .enrollment, settlement.enrollment.key)
      writer.add(
        Planner.replan(
          trigger: enabled.trigger, state: state, catalog: shop.catalog, program: shop.program,
          enabledAt: enabled.enabledAt, now: now), to: state)
    }
    try writer.write(to: tx)
  }

  private func report(_ written: Written) {
    var counts: [SchedulerMetrics.Series: Int] = [:]
    for settled in written.settled {
      guard let decision = settled.settlement.decision, let step = settled.settlement.step else { continue }
      counts[SchedulerMetrics.Series(settled.settlement.enrollment.trigger, decision.verdict), default: 0] +=
        1
      log.decision(
        decision, step: step, settlement: settled.settlement,
        isNew: settled.message.map { written.new.contains($0.message.ledgerKey) },
        customer: written.batch.state(of: settled.settlement.enrollment.customer)?.customer)
    }
    metrics.decided(counts)
  }
}
