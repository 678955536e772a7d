internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization
internal import Web

extension Daemon {
  /// Decides what is due, sleeps until something is, and is woken by intake and operators.
  func planningLoop() async {
    while !Task.isCancelled {
      heartbeat.beat("planner")
      do { try await clockWatch.heed() } catch { workFailed(error, in: "planner") }
      if let doubt = clock.doubt {
        await planWake.sleep(atMost: min(doubt.left, .seconds(1)))
        continue
      }
      let now = wallClock()
      do {
        let next = try await scheduler.tick(now: now).nextDueAt
        workWorks(in: "planner")
        let pause = next.map { $0 - wallClock() } ?? .seconds(15)
        await planWake.sleep(atMost: min(max(pause, .milliseconds(5)), .seconds(15)))
      } catch {
        workFailed(error, in: "planner")
        await planWake.sleep(atMost: .seconds(5))
      }
    }
  }

  /// Plans anew what a reload has changed, a batch at a time, and sleeps while there is nothing of that kind.
  func replanningLoop() async {
    let replanner = Replanner(store: store, shop: shop, quarantine: quarantine)
    while !Task.isCancelled {
      if clock.isDoubted {
        await replanWake.sleep(atMost: .seconds(1))
        continue
      }
      do {
        try await followLate()
        var worked = false
        var learned = false
        repeat {
          while !Task.isCancelled, !clock.isDoubted, try await replanner.step(now: wallClock()) {
            worked = true
          }
          // An import or a changed file may have brought the first orders to learn from.
          learned = false
          if worked, !Task.isCancelled { learned = try await replanner.learnCycles() }
        } while learned
        if worked {
          try await shop.readTriggers(in: store)
          log.info("triggers_planned_anew", [:])
          planWake.wake()
        }
        workWorks(in: "replanner")
        await replanWake.sleep(atMost: .seconds(300))
      } catch {
        workFailed(error, in: "replanner")
        await replanWake.sleep(atMost: .seconds(5))
      }
    }
  }

  /// Writes what a reload could not write.
  private func followLate() async throws {
    if shop.isFollowed { return }
    try await shop.follow(in: store, now: wallClock())
    log.notice("waiting_asked_again", [:])
    planWake.wake()
    dispatcher.wakeAll()
    notifier.status(statusLine)
  }

  /// Learned cycles, retention: what may be late by an hour.
  func housekeepingLoop() async {
    let replanner = Replanner(store: store, shop: shop, quarantine: quarantine)
    while !Task.isCancelled {
      do {
        if try await replanner.learnCycles() { replanWake.wake() }
        let limit = wallClock() - state.withLock { $0.settings.retention }
        while !Task.isCancelled, try await store.write({ try $0.prune(before: limit, count: 1000) }) > 0 {}
        workWorks(in: "housekeeping")
      } catch {
        workFailed(error, in: "housekeeping")
      }
      try? await Task.sleep(for: .seconds(3600))
    }
  }

  /// Looks by itself whether a store that failed can be written again: a daemon that is not ready gets no events.
  func probingLoop() async {
    await storeHealth.watch(
      every: .seconds(1), failed: { self.endIfLost($0, in: "writer") },
      turned: { self.notifier.status(self.statusLine) }, look: { try? await self.store.confirmHold() },
      write: { try? await self.store.probe() })
  }

  /// Feeds systemd's watchdog while planner, writer and dispatchers make progress.
  func watchdogLoop() async {
    guard let interval = ServiceNotifier.watchdogInterval() else { return }
    while !Task.isCancelled {
      // Through the writer: if it hangs, this hangs, and the dog is not fed.
      let written = try? await store.write { _ in true }
      let standstill = dispatcher.longestStandstill
      if let slowest = heartbeat.slowest(), slowest.silence > .seconds(45) {
        log.error("part_stands_still", ["part": slowest.part, "for": slowest.silence])
      } else if standstill > .seconds(60) {
        log.error("part_stands_still", ["part": "dispatcher", "for": standstill])
      } else if written == true || !isStoreWritable {
        notifier.watchdog()
      }
      notifier.status(statusLine)
      try? await Task.sleep(for: interval)
    }
  }
}
