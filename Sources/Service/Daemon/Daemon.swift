internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
package import Platform
internal import Store
internal import Synchronization
internal import Web

/// The running service: every part is created once, after the parts it depends on.
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
  let memberships: MembershipTimer
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
  let sources: ImportSources
  let state: Mutex<State>
  /// What `init` has opened; `run` closes it.
  let opened: ClosingStack

  /// The mutable state.
  struct State {
    var web: WebServer?
    var settings: Settings<any AdapterSettings>
    /// The settings from the start that a reload cannot change.
    let fixed: FixedSettings
    var startedAt: Instant
    var lastReload: ReloadReport
    /// The last reload requested.
    var reloading: Task<ReloadReport, Never>?
    var channels: [Channel]
  }

  /// Opens the store, recovers what the last run left, and creates every part. Nothing runs yet; if it
  /// throws, nothing stays open. Must be followed by `run`, which closes everything.
  package init(
    options: ServiceOptions, log: Logger, notifier: ServiceNotifier = ServiceNotifier()
  ) async throws {
    self.options = options
    self.log = log
    self.notifier = notifier
    consentWatch = ConsentWatch(log: log)
    let opened = ClosingStack()
    self.opened = opened
    let (planWake, replanWake, outboxWake) = (WakeUp(), WakeUp(), OutboxWake())
    (self.planWake, self.replanWake) = (planWake, replanWake)
    storeHealth = StoreHealth(log: log)
    do {
      let open = try await Self.openShop(
        options, log, notifier, storeHealth,
        planned: {
          planWake.wake()
          replanWake.wake()
        },
        changed: {
          replanWake.wake()
          planWake.wake()
          outboxWake.wake()
        })
      opened.opened { await open.close() }
      (store, shop, intake, quarantine) = (open.store, open.shop, open.intake, open.quarantine)
      (clock, responder) = (open.clock, open.responder)
      let transfers = try TransferEngine()
      opened.opened { await transfers.stop(within: .zero) }
      self.transfers = transfers
      loopClock = .system(clock)
      handoffs = HandoffRules(open.settings, captures: options.capture != nil)
      let dispatcher = Dispatcher(
        outbox: StoreOutbox(
          store, shop: shop, log: log, handoffs: handoffs, quarantine: quarantine, clock: clock,
          reopened: { planWake.wake() }),
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
        store: store, shop: shop, log: log, metrics: schedulerMetrics, quarantine: quarantine,
        beat: { planner.beat() }
      ) {
        for channel in $0 { dispatcher.wake(channel) }
      }
      memberships = MembershipTimer(
        store: store, shop: shop, quarantine: quarantine, beat: { planner.beat() })
      let (heartbeat, workHealth) = (heartbeat, workHealth)
      sources = ImportSources(
        at: SourceSite(
          store: store, intake: intake, shop: shop, clock: loopClock, log: log,
          rejects: Self.place("rejected", options, open.settings, store.location),
          downloads: Self.place("source", options, open.settings, store.location),
          fetches: options.capture == nil)
      ) {
        DaemonPart(name: $0, patience: .seconds(300), heartbeat: heartbeat, health: workHealth)
      }
      try sources.apply(open.sources)
      let now = clock.now()
      state = Mutex(
        State(
          settings: open.settings, fixed: FixedSettings(open.settings, options), startedAt: now,
          lastReload: ReloadReport(at: now, error: nil), channels: []))
      if options.isDemo, open.isNew { try await openDemoShop(now: now) }
    } catch {
      await opened.close()
      throw error
    }
  }

  /// The service's time.
  func wallClock() -> Instant { clock.now() }
}
