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
    batchSize: Int = 2000,
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
      let pass = try await pass(now)
      settled += pass.settled
      // When nothing could be settled, whoever was left out is changing just now; the next tick looks again.
      if pass.leftOut == 0 || pass.settled == 0 { break }
    }
    let next = try await store.read { try $0.nextDueAt() }
    return (settled, next)
  }

  /// Goes once through what is due, in order. While one batch is written the next is read and decided; customers of
  /// the batch under way are left out of it, because their facts are about to change, and so are those whom intake
  /// changes meanwhile.
  private func pass(_ now: Instant) async throws -> (settled: Int, leftOut: Int) {
    var settled = 0
    var leftOut = 0
    var position: DuePosition?
    var busy: Set<CustomerKey> = []
    var writing: Task<(settled: Int, leftOut: Int), any Error>?
    func finish() async throws {
      guard let last = writing else { return }
      writing = nil
      let result = try await last.value
      settled += result.settled
      leftOut += result.leftOut
    }
    do {
      while !Task.isCancelled {
        let shop = shop.current
        let picture = touches.picture()
        let round: Round
        do {
          round = try await look(shop, now, after: position, leavingOut: busy)
        } catch {
          touches.release(picture)
          throw error
        }
        do {
          try await finish()
        } catch {
          touches.release(picture)
          throw error
        }
        guard let end = round.batch.end else {
          touches.release(picture)
          break
        }
        writing = Task {
          defer { touches.release(picture) }
          return try await write(round, since: picture, shop, now)
        }
        leftOut += round.batch.leftOut
        position = end
        busy = Set(round.batch.states.keys)
      }
      try await finish()
      return (settled, leftOut)
    } catch {
      _ = try? await writing?.value
      throw error
    }
  }

  /// A batch with what was decided about it.
  private struct Round: Sendable {
    var batch: DueBatch
    var settled: [Settled]
  }

  /// A settlement with the rows it makes, written out by the thread that decided.
  private struct Settled: Sendable {
    let settlement: Settlement
    let message: PreparedMessage?
    let record: PreparedDecision?

    init(_ settlement: Settlement, _ now: Instant) {
      self.settlement = settlement
      message = settlement.message.map { PreparedMessage($0) }
      record = settlement.record(at: now).map { PreparedDecision($0) }
    }
  }

  private func look(
    _ shop: Shop, _ now: Instant, after position: DuePosition?, leavingOut busy: Set<CustomerKey>
  ) async throws -> Round {
    let begin = SystemTime.monotonic()
    let batch = try await store.read { [batchSize] tx in
      try DueBatch.load(tx, shop: shop, now: now, after: position, leavingOut: busy, limit: batchSize)
    }
    let read = SystemTime.monotonic()
    let settled = Self.decide(batch, shop.program, now)
    if batch.end != nil {
      metrics.add(read - begin, to: .read)
      metrics.add(SystemTime.monotonic() - read, to: .decide)
    }
    return Round(batch: batch, settled: settled)
  }

  /// On two threads when there is enough to do; customers are independent of each other.
  private static func decide(_ batch: DueBatch, _ program: Program, _ now: Instant) -> [Settled] {
    parallelMap(batch.customers) { facts in
      Decider.settle(customer: facts, program: program, now: now).map { Settled($0, now) }
    }.flatMap { $0 }
  }

  private func write(
    _ round: Round, since picture: TouchLog.Picture, _ shop: Shop, _ now: Instant
  ) async throws -> (settled: Int, leftOut: Int) {
    let touches = touches
    let states = round.batch.states
    let work = touches.begin()
    defer { touches.end(work) }
    let begin = SystemTime.monotonic()
    let (kept, new) = try await store.write { tx -> ([Settlement], Set<LedgerKey>) in
      // Whoever intake has changed since the picture was taken is decided anew on the next pass.
      let touched = touches.touched(since: picture)
      let settled =
        touched.isEmpty
        ? round.settled : round.settled.filter { !touched.contains($0.settlement.enrollment.customer) }
      let new = try tx.insert(settled.compactMap(\.message), now: now)
      try tx.record(settled.compactMap(\.record))
      let kept = settled.map(\.settlement)
      // What intake has planned beside this must not put the enrollments back where they were.
      touches.add(kept.map(\.enrollment.customer), to: work)
      try tx.saveProgress(kept.map(\.enrollment))
      try Self.replan(kept, states, shop, now, tx)
      return (kept, new)
    }
    metrics.add(SystemTime.monotonic() - begin, to: .write)
    report(kept, new: new, states, now)
    let channels = Set(kept.compactMap { $0.message?.channel })
    if !channels.isEmpty { enqueued(channels) }
    return (kept.count, round.settled.count - kept.count)
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
