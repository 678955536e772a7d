internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization

extension Daemon {
  /// How long one batch of planning, pruning or learning may take, including the wait for a busy store; a
  /// delay here is harmless.
  private static let longWork: Duration = .seconds(300)

  /// Runs the loops until the task is cancelled.
  func runLoops() async {
    let (planning, replanning, housekeeping) = (planningLoop, replanningLoop, housekeepingLoop)
    let (probing, watchdog) = (probingLoop, watchdogLoop)
    await withDiscardingTaskGroup { group in
      group.addTask { await planning.run() }
      group.addTask { await replanning.run() }
      group.addTask { await housekeeping.run() }
      group.addTask { await probing.run() }
      group.addTask { await watchdog?.run() }
      group.addTask { [sources] in await sources.run() }
    }
  }

  private var planningLoop: PlanningLoop {
    PlanningLoop(
      part: planner, clock: loopClock, trusted: clock, wake: planWake,
      heed: { [clockWatch] in try await clockWatch.heed() },
      tick: { [scheduler, memberships] now in
        let next = try await memberships.tick(now: now)
        let due = try await scheduler.tick(now: now).nextDueAt
        return [next, due].compactMap(\.self).min()
      })
  }

  private var replanningLoop: ReplanningLoop {
    let part = part("replanner", patience: Self.longWork)
    let replanner = replanner(for: part)
    return ReplanningLoop(
      part: part, clock: loopClock, trusted: clock, wake: replanWake,
      followLate: { try await self.followLate() },
      step: { try await replanner.step(now: $0) },
      learn: { try await replanner.learnCycles() },
      planned: { [shop, store, log, planWake] in
        try await shop.readTriggers(in: store)
        log.info("triggers_planned_anew", [:])
        planWake.wake()
      })
  }

  private var housekeepingLoop: HousekeepingLoop {
    let part = part("housekeeping", patience: Self.longWork)
    let replanner = replanner(for: part)
    return HousekeepingLoop(
      part: part, clock: loopClock,
      retention: { self.state.withLock { $0.settings.retention } },
      visitorRetention: { self.state.withLock { $0.settings.visitorRetention } },
      learn: { [replanWake, intake, clock] in
        intake.directory.tidy(now: clock.now())
        if try await replanner.learnCycles() { replanWake.wake() }
      },
      note: { [store, shop] now in
        let zone = shop.current.program.brand.zone
        let day = zone.civilDate(at: now).dayNumber
        if shop.current.program.audience.rules.isEmpty { return }
        try await store.write { try $0.noteSizes(day: day) }
      },
      prune: { [store] limit in try await store.write { try $0.prune(before: limit, count: 1000) } },
      dropVisitors: { [store, clock, log] limit in
        // By a clock that is far ahead, all visitors would be gone.
        if clock.isDoubted { return 0 }
        let count = try await store.write { try $0.dropVisitors(before: limit, limit: 200) }
        if count > 0 { log.info("visitors_dropped", ["count": count]) }
        return count
      })
  }

  private var probingLoop: ProbingLoop {
    ProbingLoop(
      part: part("writer", patience: .seconds(60)), clock: loopClock, store: storeHealth,
      turned: { self.tellStatus() }, look: { [store] in try? await store.confirmHold() },
      write: { [store] in try? await store.probe() })
  }

  /// `nil` if systemd does not watch the service.
  private var watchdogLoop: WatchdogLoop? {
    guard let interval = ServiceNotifier.watchdogInterval() else { return nil }
    heartbeat.watch("dispatcher", patience: .seconds(60)) { [dispatcher] in dispatcher.longestStandstill }
    return WatchdogLoop(
      interval: interval, clock: loopClock, heartbeat: heartbeat, log: log,
      proveWriter: { [store, storeHealth] in
        let written = try? await store.write { _ in true }
        return written == true || storeHealth.failure != nil
      },
      feed: { [notifier] in notifier.watchdog() }, report: { self.tellStatus() })
  }

  private func part(_ name: String, patience: Duration) -> DaemonPart {
    DaemonPart(name: name, patience: patience, heartbeat: heartbeat, health: workHealth)
  }

  private func replanner(for part: DaemonPart) -> Replanner {
    Replanner(store: store, shop: shop, quarantine: quarantine, beat: { part.beat() })
  }

  /// Catches up on what a reload could not write.
  private func followLate() async throws {
    if shop.isFollowed { return }
    try await shop.follow(in: store, now: wallClock())
    log.notice("waiting_asked_again", [:])
    planWake.wake()
    dispatcher.wakeAll()
    tellStatus()
  }

  private func tellStatus() { notifier.status(statusLine) }
}
