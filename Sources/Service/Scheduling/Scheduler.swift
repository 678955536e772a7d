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
  /// Told that it goes on, with each batch.
  private let beat: @Sendable () -> Void
  private let metrics: SchedulerMetrics
  private let quarantine: Quarantine

  package init(
    store: Store, shop: LiveShop, touches: TouchLog, log: Logger, metrics: SchedulerMetrics,
    batchSize: Int = 1500, quarantine: Quarantine = .off, beat: @escaping @Sendable () -> Void = {},
    enqueued: @escaping @Sendable (Set<ChannelName>) -> Void
  ) {
    self.store = store
    self.shop = shop
    self.touches = touches
    self.log = log
    self.metrics = metrics
    self.batchSize = batchSize
    self.quarantine = quarantine
    self.enqueued = enqueued
    self.beat = beat
  }

  /// Decides everything due at `now`.
  ///
  /// - Returns: how many enrollments were settled, and when the next is due; `nil` when none is active.
  package func tick(now: Instant) async throws -> (settled: Int, nextDueAt: Instant?) {
    var settled = 0
    while !Task.isCancelled {
      let pass = try await pass(now)
      settled += pass.settled
      // When nothing could be settled, whoever was left out is changing just now; the next tick looks again.
      if pass.leftOut == 0 || pass.settled == 0 { break }
    }
    if !Task.isCancelled { quarantine.allDone(.enrollment) }
    let next = try await store.read { try $0.nextDueAt() }
    return (settled, next)
  }

  /// Goes once through what is due, in order: while one batch is written the next is decided and the one after that is
  /// read. Customers of the batches under way are left out of what is read, because their facts are about to change,
  /// and so are those whom intake changes meanwhile.
  private func pass(_ now: Instant) async throws -> (settled: Int, leftOut: Int) {
    var settled = 0
    var leftOut = 0
    var reading: Task<Picture, any Error>? = read(now, after: nil, leavingOut: [])
    var writing: Task<Written, any Error>?
    /// Customers of the batch that is written.
    var busy: Set<CustomerKey> = []
    /// Waits for the write under way; whoever gets its result reports it.
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
        let picture = try await next.value
        guard let end = picture.batch.end, !Task.isCancelled else {
          touches.release(picture.taken)
          break
        }
        leftOut += picture.batch.leftOut
        let customers = Set(picture.batch.places.keys)
        reading = read(now, after: end, leavingOut: busy.union(customers))
        let decided = decide(picture, now)
        let last: Written?
        do {
          last = try await finish()
        } catch {
          touches.release(picture.taken)
          throw error
        }
        busy = customers
        writing = Task {
          defer { touches.release(picture.taken) }
          return try await write(decided, picture, now)
        }
        // Beside the write that has just begun.
        last.map { report($0) }
      }
      try await finish().map { report($0) }
      return (settled, leftOut)
    } catch {
      if let picture = try? await reading?.value { touches.release(picture.taken) }
      try? await finish().map { report($0) }
      throw error
    }
  }

  /// A batch as it was read, and of what shop.
  private struct Picture: Sendable {
    var batch: DueBatch
    var shop: Shop
    /// Whoever has it must release it.
    var taken: TouchLog.Picture
  }

  /// What one write has brought into the store.
  private struct Written: Sendable {
    var settled: [Settled]
    /// Decided in vain, because the customer or the trigger changed meanwhile.
    var leftOut: Int
    var new: Set<LedgerKey>
    var batch: DueBatch
  }

  /// A settlement with the rows it makes, written out by the thread that decided. A class, so that passing thousands of
  /// them on copies nothing.
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
  ) -> Task<Picture, any Error> {
    Task {
      let shop = shop.current
      let taken = touches.picture()
      do {
        let begin = SystemTime.monotonic()
        let limit = quarantine.batch(of: .enrollment, batchSize)
        let batch = try await store.read { [box = quarantine.box] tx in
          try box.section { section in
            try DueBatch.load(
              tx, shop: shop, now: now, after: position, leavingOut: busy, limit: limit, section: section)
          }
        }
        if batch.end != nil { metrics.add(SystemTime.monotonic() - begin, to: .read) }
        return Picture(batch: batch, shop: shop, taken: taken)
      } catch {
        touches.release(taken)
        throw error
      }
    }
  }

  /// In parallel where there are processors for it; customers are independent of each other.
  private func decide(_ picture: Picture, _ now: Instant) -> [Settled] {
    let begin = SystemTime.monotonic()
    let program = picture.shop.program
    let box = quarantine.box
    let settled = parallelMap(picture.batch.customers) { facts in
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

  private func write(_ decided: [Settled], _ picture: Picture, _ now: Instant) async throws -> Written {
    let touches = touches
    let box = quarantine.box
    let (shop, batch, live) = (picture.shop, picture.batch, self.shop)
    let begin = SystemTime.monotonic()
    let (kept, new) = try await touches.write(to: store) { tx, work -> ([Settled], Set<LedgerKey>) in
      // Whoever intake has changed since the picture was taken is decided anew on the next pass, and so is everybody
      // of a trigger that was paused, resumed or removed, with all else that was ranked beside it: when `pause` has
      // returned, nothing more is written.
      var touched = touches.touched(among: batch.places.keys, since: picture.taken)
      // What a reload has asked again must not be put off by the rules before it.
      if !live.current.program.isIdentical(to: shop.program) { touched.formUnion(batch.places.keys) }
      let changed = batch.changedTriggers(try tx.triggers())
      if !changed.isEmpty {
        for settled in decided where changed.contains(settled.settlement.enrollment.trigger) {
          touched.insert(settled.settlement.enrollment.customer)
        }
      }
      let kept =
        touched.isEmpty
        ? decided : decided.filter { !touched.contains($0.settlement.enrollment.customer) }
      let new = try tx.insert(kept.compactMap(\.message), now: now)
      try tx.record(kept.compactMap(\.record))
      // What intake has planned beside this must not put the enrollments back where they were.
      work.add(kept.lazy.map { $0.settlement.enrollment.customer })
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

  /// Wakes the channels that got something.
  private func announce(_ written: Written) {
    let channels = Set(written.settled.compactMap { $0.message?.message.channel })
    if !channels.isEmpty { enqueued(channels) }
  }

  /// An anniversary that is over is followed by the next.
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
