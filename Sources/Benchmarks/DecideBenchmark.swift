internal import Decisioning
internal import Domain
internal import Platform
internal import Service
internal import Store

/// Due enrollments through the scheduler: facts are read, decisions made and mails rendered, and the outbox written
/// durably; compared with a bare SQLite loop that writes the same rows.
enum DecideBenchmark {
  static func run(_ options: BenchmarkOptions) async throws -> Report {
    let count = options.customers ?? (options.isFull ? 200_000 : 60_000)
    let program = try ShopFloor.program(options.configuration)
    var rates: [Double] = []
    var bare: [Double] = []
    var spent: [SchedulerMetrics.Phase: [Double]] = [:]
    var messages = 0
    var written: [Double] = []
    var busy: [Double] = []
    var pure: [Double] = []
    for round in 0..<3 {
      try await options.withStore { location in
        let floor = try await ShopFloor(location, program: program, enabledAt: ShopFloor.noon - .days(1))
        StandardError.say("round \(round + 1): \(count) customers fill carts and order")
        try await fill(floor, count)
        let now = ShopFloor.noon + .minutes(61)
        pure.append(try await decideAlone(floor, now))
        let before = try await floor.copyForBareLoop()
        let metrics = SchedulerMetrics()
        let scheduler = floor.scheduler(metrics)
        var settled = 0
        let start = (bytes: Measuring.bytesWritten, usage: ResourceUsage.current())
        let time = try await seconds { settled = try await scheduler.tick(now: now).settled }
        written.append((Measuring.bytesWritten - start.bytes) / Double(settled))
        busy.append(
          (ResourceUsage.current().processorTime - start.usage.processorTime).seconds / Double(settled))
        rates.append(Double(settled) / time)
        for (phase, duration) in metrics.spent {
          spent[phase, default: []].append(duration.seconds / Double(settled))
        }
        messages = metrics.decisions.filter { $0.key.verdict == .send }.values.reduce(0, +)
        if messages < count * 9 / 10 { throw BenchmarkError("\(messages) of \(count) became messages") }
        await floor.store.close()
        if let before, case .sqlite(let path) = location {
          bare.append(Double(settled) / (try writeAgain(before, path, settled)))
        }
      }
    }
    var report = Report("decide")
    report.add("decided and written to the outbox", rates.median, "/s")
    if !bare.isEmpty {
      report.add("bare loop of the same rows", bare.median, "/s")
      let share = zip(rates, bare).map { $0 / $1 }.median
      report.add("share of the bare loop", share * 100, "%", bar: .atLeast(50))
    }
    for phase in SchedulerMetrics.Phase.allCases {
      report.add("  \(phase.rawValue), each", (spent[phase] ?? []).median * 1e6, "us")
    }
    report.add("  processor time, each", busy.median * 1e6, "us")
    report.add("  given to the file system, each", written.median / 1024, "KB")
    report.add("decided alone, one thread", pure.median, "/s")
    report.notes.append("\(count) due, half cart_recovery, half welcome; \(messages) mails rendered")
    report.notes += [options.storeNote].compactMap { $0 }
    return report
  }

  /// Repeats the writes of deciding in a bare loop. - Returns: the seconds taken.
  private static func writeAgain(_ before: String, _ after: String, _ settled: Int) throws -> Double {
    let loop = try BareRowLoop(before: before, after: after)
    // The ledger's keys are digests, so its rows are stored in another order than they were written.
    try loop.insert("ledger", from: "main.messages m CROSS JOIN main.ledger r ON r.key = m.ledger_key")
    try loop.insert("messages")
    try loop.insert("decisions")
    try loop.update(
      "enrollments", from: "main.decisions d CROSS JOIN main.enrollments r ON r.key = d.enrollment")
    return try loop.run(commits: (settled + Scheduler.usualBatchSize - 1) / Scheduler.usualBatchSize)
  }

  /// Half of the customers leave a full cart, the others place their first order.
  private static func fill(_ floor: ShopFloor, _ count: Int) async throws {
    let at = ShopFloor.noon
    for start in stride(from: 0, to: count, by: 1000) {
      let events = (start..<min(start + 1000, count)).flatMap { number -> [IncomingEvent] in
        let identified = Stock.identified(number, at: at - .days(1))
        if number.isMultiple(of: 2) { return [identified, Stock.ordered(number, at: at)] }
        return [
          identified, Stock.filledCart(number, item: 0, at: at - .seconds(40)),
          Stock.filledCart(number, item: 1, at: at),
        ]
      }
      _ = try await floor.intake.take(events, now: at)
    }
  }

  /// Decisions per second without reads and writes.
  private static func decideAlone(_ floor: ShopFloor, _ now: Instant) async throws -> Double {
    let shop = floor.live.current
    let facts = try await floor.store.read { tx in
      let due = try tx.dueEnrollments(now: now, limit: 2000)
      let states = try tx.states(
        of: Array(Set(due.map(\.customer))), parts: [.orders, .carts, .enrollments])
      return due.compactMap { due -> Facts? in
        guard let state = states[due.customer],
          let enrollment = state.enrollments.first(where: { $0.key == due.key })
        else { return nil }
        return Facts(enrollment: enrollment, state: state, catalog: shop.catalog)
      }
    }
    let rounds = 5
    let time = try await seconds {
      for _ in 0..<rounds {
        for fact in facts where Decider.settle(facts: fact, program: shop.program, now: now).message == nil {
          throw BenchmarkError("no message for '\(fact.state.customer.id)'")
        }
      }
    }
    return Double(facts.count * rounds) / time
  }
}
