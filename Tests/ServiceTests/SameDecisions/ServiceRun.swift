import Decisioning
import Delivery
import Domain
import Operations
import Platform
import Store
import Support
import Synchronization

@testable import Service

extension Outcome {
  /// What a history leads to in the service, on a store of its own.
  static func served(_ history: History, on kind: IntakeStore) async throws -> Outcome {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-history")
    defer { try? Files.removeTree(directory) }
    let store = try kind.emptyStore(in: directory)
    return try await closing({ await store.close() }) {
      try await ServiceRun(store, history).outcome(of: history)
    }
  }
}

/// Intake, scheduler, re-planning and outbox over one store, by a clock that is set.
private final class ServiceRun: Sendable {
  private let store: Store
  private let live: LiveShop
  private let intake: Intake
  private let scheduler: Scheduler
  private let replanner: Replanner
  private let outbox: StoreOutbox
  private let responder: Responder
  private let clock: SetClock
  private let handovers = Mutex<[String]>([])
  private let isSending = Mutex(true)

  init(_ store: Store, _ history: History) async throws {
    let program = history.program
    let start = history.start
    let clock = SetClock(start)
    let records = try await store.write { tx in
      try ChangedRules.follow(program, in: tx, now: start)
      return try tx.syncTriggers(program.wanted, now: start)
    }
    self.store = store
    live = LiveShop(Shop(program: program, catalog: Catalog(), triggers: records))
    intake = Intake(store: store, shop: live)
    scheduler = Scheduler(store: store, shop: live, log: .silent, metrics: SchedulerMetrics()) { _ in }
    replanner = Replanner(store: store, shop: live)
    outbox = StoreOutbox(store, shop: live, log: .silent)
    responder = Responder(store: store, shop: live, log: .silent, now: { clock.now })
    self.clock = clock
    try await replan()
  }

  func outcome(of history: History) async throws -> Outcome {
    for step in history.steps {
      try await run(until: step.at - .milliseconds(1))
      clock.now = step.at
      switch step.deed {
      case .events(let events): _ = try await intake.take(events, now: step.at)
      case .sentElsewhere(let told, let customer):
        _ = try await intake.take(
          sent: told.map { ToldSent(customer: customer, message: $0) }, now: step.at, alongside: { _, _ in })
        _ = try await replanner.planImported(now: step.at)
      case .named(let statement): _ = try await intake.take(names: [statement], now: step.at)
      case .pause(let trigger):
        _ = try? await responder.pause(PauseRequest(trigger: trigger))
        try await replan()
      case .resume(let trigger):
        _ = try? await responder.resume(ResumeRequest(trigger: trigger))
        try await replan()
      case .reload(let program): try await reload(program)
      case .sending(let isSending): self.isSending.withLock { $0 = isSending }
      }
    }
    try await run(until: history.end)
    return try await collect()
  }

  // MARK: - Deeds

  private func reload(_ program: Program) async throws {
    let now = clock.now
    let wanted = program.wanted
    let records = try await store.write { try $0.syncTriggers(wanted, now: now) }
    live.take(program, triggers: records)
    try await live.follow(in: store, now: now)
    try await replan()
  }

  private func replan() async throws { while try await replanner.step(now: clock.now) {} }

  // MARK: - Time

  private func run(until end: Instant) async throws {
    // What falls due by several deeds at one moment is done after the last of them.
    guard end >= clock.now else { return }
    while let next = try await nextAt(), next <= end {
      clock.now = max(clock.now, next)
      _ = try await scheduler.tick(now: clock.now)
      guard isSending.withLock({ $0 }) else { continue }
      if let next = try await nextSweep(), next <= clock.now { try await outbox.sweep(now: clock.now) }
      for channel in live.current.program.channels.keys.sorted() { try await deliver(channel) }
    }
    clock.now = max(clock.now, end)
  }

  private func nextAt() async throws -> Instant? {
    var next = try await store.read { try $0.nextDueAt() }
    guard isSending.withLock({ $0 }) else { return next }
    if let sweep = try await nextSweep() { next = min(next ?? sweep, sweep) }
    for channel in live.current.program.channels.keys {
      guard let due = try await outbox.nextDue(channel: channel) else { continue }
      next = min(next ?? due, due)
    }
    return next
  }

  /// When the sweeper, which comes every half minute, has something to end.
  private func nextSweep() async throws -> Instant? {
    let channels = Set(live.current.program.channels.keys)
    return try await store.read { tx in
      if try !tx.channelsWithMessages().isSubset(of: channels) { return .distantPast }
      return try tx.connection.integer(
        "SELECT min(expires_at) FROM messages WHERE state IN ('waiting', 'queued')"
      ).map { Instant(milliseconds: $0) }
    }
  }

  private func deliver(_ channel: ChannelName) async throws {
    let now = clock.now
    let claimed = try await outbox.claim(channel: channel, limit: 1000, lease: .minutes(5), now: now)
    guard !claimed.isEmpty else { return }
    let granted = try await outbox.beginHandoff(claimed.map(\.claim), now: now)
    let results = claimed.filter { granted.contains($0.token) }.map { message in
      handovers.withLock { $0.append(Outcome.handover(at: now, uid: message.uid, message.content)) }
      return RetryPolicy().result(
        of: message, Provider.report(to: message.content.to, attempt: message.attempt), begunAt: now,
        handoffAt: now, endedAt: now, jitter: 0)
    }
    _ = try await outbox.record(results)
  }

  // MARK: - What came of it

  private func collect() async throws -> Outcome {
    var outcome = Outcome()
    let found = try await store.read { tx in
      try tx.customerKeys(after: CustomerKey(0), limit: 1000).map { key in
        let state = try tx.states(of: [key], parts: StateParts(.enrollments))[key]
        return (state: state, decisions: try tx.decisions(of: key), messages: try tx.messages(of: key))
      }
    }
    for (state, decisions, messages) in found {
      guard let state else { continue }
      let id = state.customer.id
      let occurrences = Dictionary(uniqueKeysWithValues: state.enrollments.map { ($0.key, $0.occurrence) })
      outcome.enrollments += state.enrollments.map { Outcome.line($0, customer: id) }
      outcome.decisions += decisions.map {
        Outcome.line($0, customer: id, occurrence: occurrences[$0.enrollment] ?? "?")
      }
      outcome.messages += messages.map { message in
        guard message.source == nil else {
          return Outcome.elsewhere(
            customer: id, trigger: message.trigger, step: message.step, channel: message.channel,
            sentAt: message.createdAt)
        }
        return Outcome.message(
          customer: id, trigger: message.trigger, step: message.step, channel: message.channel,
          decidedAt: message.createdAt, uid: message.uid,
          state: message.state.isFinal ? message.state : .waiting)
      }
    }
    outcome.handovers = handovers.withLock { $0 }
    outcome.arrange()
    return outcome
  }
}

/// A clock that stands where it is set. Thread-safe.
private final class SetClock: Sendable {
  private let instant: Mutex<Instant>

  init(_ instant: Instant) { self.instant = Mutex(instant) }

  var now: Instant {
    get { instant.withLock { $0 } }
    set { instant.withLock { $0 = newValue } }
  }
}

extension Program {
  fileprivate var wanted: [(id: TriggerID, planningHash: String)] {
    triggers.values.map { ($0.id, $0.planningHash) }
  }
}
