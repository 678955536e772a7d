internal import Configuration
internal import Decisioning
internal import Delivery
package import Domain
package import Platform
internal import Store
internal import Synchronization
internal import Web

/// The running service: everything made once, in the order in which each part needs the ones before it.
package final class Daemon: Sendable {
  let options: ServiceOptions
  let log: Logger
  let notifier: ServiceNotifier
  let store: Store
  let shop: LiveShop
  let intake: Intake
  let consentWatch: ConsentWatch
  let quarantine: Quarantine
  let clock: TrustedClock
  let clockWatch: ClockWatch
  let scheduler: Scheduler
  let dispatcher: Dispatcher
  let handoffs: HandoffRules
  let responder: Responder
  let transfers: TransferEngine
  let schedulerMetrics: SchedulerMetrics
  let loopClock: LoopClock
  let heartbeat: Heartbeat
  let workHealth: WorkHealth
  let planner: DaemonPart
  let storeHealth: StoreHealth
  let planWake: WakeUp
  let replanWake: WakeUp
  let state: Mutex<State>

  /// What changes while it runs.
  struct State {
    var web: WebServer?
    var control: ControlServer?
    var settings: Settings<any AdapterSettings>
    /// What the daemon was started with, of the settings that a reload cannot change.
    let fixed: FixedSettings
    var startedAt: Instant
    var lastReload: ReloadReport
    /// The last reload asked for.
    var reloading: Task<ReloadReport, Never>?
    var channels: [Channel]
  }

  /// Opens the store, recovers what the last run left, and makes every part. Nothing runs yet.
  package init(
    options: ServiceOptions, log: Logger, notifier: ServiceNotifier = ServiceNotifier()
  ) async throws {
    self.options = options
    self.log = log
    self.notifier = notifier
    consentWatch = ConsentWatch(log: log)
    let planWake = WakeUp()
    self.planWake = planWake
    let replanWake = WakeUp()
    self.replanWake = replanWake
    let outboxWake = OutboxWake()
    let storeHealth = StoreHealth(log: log)
    self.storeHealth = storeHealth
    // The example shop has been open for a week: what happened in it today is not from before its triggers.
    let open = try await OpeningPatience(log: log, notifier: notifier).callAsFunction {
      try await OpenShop.open(
        options, log: log,
        planned: {
          planWake.wake()
          replanWake.wake()
        },
        changed: {
          replanWake.wake()
          planWake.wake()
          outboxWake.wake()
        },
        written: { storeHealth.observe($0) },
        enabled: { now, isNew in options.isDemo && isNew ? now - .days(7) : now },
        prepared: { store, settings, clock in
          try await Self.recover(store, settings, options, log, now: clock.now())
        })
    }
    store = open.store
    shop = open.shop
    intake = open.intake
    quarantine = open.quarantine
    clock = open.clock
    responder = open.responder
    handoffs = HandoffRules(open.settings, captures: options.capture != nil)
    transfers = try TransferEngine()
    let clock = open.clock
    let loopClock = LoopClock.system(clock)
    self.loopClock = loopClock
    let dispatcher = Dispatcher(
      outbox: StoreOutbox(
        store, shop: open.shop, log: log, handoffs: handoffs,
        quarantine: open.quarantine, clock: clock, reopened: { planWake.wake() }),
      clock: loopClock, logger: log)
    self.dispatcher = dispatcher
    outboxWake.attach { dispatcher.wakeAll() }
    clockWatch = ClockWatch(clock, store: store, shop: shop, log: log) {
      replanWake.wake()
      dispatcher.wakeAll()
    }
    heartbeat = Heartbeat(clock: loopClock)
    workHealth = WorkHealth(
      store: storeHealth, at: store.location, clock: loopClock, log: log, notifier: notifier)
    let planner = DaemonPart(
      name: "planner", patience: .seconds(45), heartbeat: heartbeat, health: workHealth)
    self.planner = planner
    schedulerMetrics = SchedulerMetrics()
    scheduler = Scheduler(
      store: store, shop: shop, log: log, metrics: schedulerMetrics,
      quarantine: open.quarantine, beat: { planner.beat() }
    ) {
      for channel in $0 { dispatcher.wake(channel) }
    }
    let now = open.clock.now()
    state = Mutex(
      State(
        settings: open.settings, fixed: FixedSettings(open.settings, options),
        startedAt: now,
        lastReload: ReloadReport(at: now, error: nil),
        channels: []))
    if options.isDemo, open.isNew { try await openDemoShop(now: now) }
  }

  /// Frees what the last run had under way, and asks whether a trap ended it.
  private static func recover(
    _ store: Store, _ settings: Settings<any AdapterSettings>, _ options: ServiceOptions, _ log: Logger,
    now: Instant
  ) async throws -> Quarantine {
    let rules = HandoffRules(settings, captures: options.capture != nil).rules(at: now)
    let recovered = try await store.write { try $0.recoverOutbox(rules, now: now) }
    if recovered.count > 0 {
      log.notice(
        "outbox_recovered",
        [
          "requeued": recovered.requeued, "assumed_sent": recovered.assumedSent,
          "ambiguous": recovered.ambiguous,
        ])
    }
    let control = ControlPath.resolve(
      given: options.control, configured: settings.controlSocket, store: store.location)
    let path = StatePlace.path(
      "work", of: store.location, control: control, environment: options.environment)
    return try await Quarantine.open(path, store: store, log: log, now: now)
  }

  /// The time that everything here goes by.
  func wallClock() -> Instant { clock.now() }

  /// Runs until it is told to stop. - Returns: the exit code.
  ///
  /// - Parameter whenReady: called once, when everything listens.
  package func run(
    signals: AsyncStream<Signal>, whenReady: @Sendable (Daemon) -> Void = { _ in }
  ) async throws -> Int32 {
    try startServers()
    try applyChannels()
    let settings = state.withLock { $0.settings }
    let customers = try await store.read { try $0.customerCount() }
    log.notice(
      "ready",
      [
        "store": store.location.description, "customers": customers,
        "triggers": shop.current.program.triggers.count, "listen": webAddress ?? "off",
        "channels": settings.channels.map { $0.name.rawValue }.joined(separator: ","),
      ])
    notifier.ready(status: statusLine)
    whenReady(self)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.runLoops() }
      await self.obey(signals)
      group.cancelAll()
    }
    if !clock.isDoubted { try? await clockWatch.remember() }
    await store.close()
    log.notice("stopped", [:])
    return 0
  }

  /// SIGHUP reloads, the first SIGTERM or SIGINT stops in order, the second cuts the wait short.
  private func obey(_ signals: AsyncStream<Signal>) async {
    for await signal in signals {
      switch signal {
      case .hangUp: await reload()
      case .terminate, .interrupt:
        let cut = Task {
          for await signal in signals where signal != .hangUp { dispatcher.cut() }
        }
        await stop()
        cut.cancel()
        return
      }
    }
    await stop()
  }

  private func stop() async {
    log.notice("stopping", ["messages_under_way": dispatcher.underWay])
    notifier.stopping(status: "waiting for \(Self.count(dispatcher.underWay, "message")) under way")
    notifier.extendTimeout(by: options.drainTimeout + .seconds(10))
    let (web, control) = state.withLock { ($0.web, $0.control) }
    await web?.stop(within: .seconds(5))
    // It blocks, and what it waits for may need the task threads.
    try? await WorkerThread.run("control-stop") { control?.stop() }
    await dispatcher.drain(within: options.drainTimeout)
  }
}

/// How the last reload went.
package struct ReloadReport: Equatable, Sendable {
  package var at: Instant
  /// The first error, with its place; `nil` when it worked.
  package var error: String?
  /// Keys of `reprise.yaml` that say something else than what the daemon was started with, and will not be followed
  /// before a restart.
  package var restartNeeded: [String] = []
  /// Why the store did not take it that what was claimed or waits is looked at by the new configuration, which is in
  /// force all the same; `nil` when it did.
  package var unfollowed: String?
}
