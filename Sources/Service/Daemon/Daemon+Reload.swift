internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Platform
internal import Store
internal import Synchronization
internal import Web

extension Daemon {
  /// Rebuilds everything and swaps it in; a configuration with an error changes nothing. Concurrent reloads
  /// run one after another.
  @discardableResult
  func reload() async -> ReloadReport {
    let task = state.withLock { state in
      let before = state.reloading
      let task = Task {
        _ = await before?.value
        return await self.reloadOnce()
      }
      state.reloading = task
      return task
    }
    return await task.value
  }

  private func reloadOnce() async -> ReloadReport {
    notifier.reloading(status: "reading the configuration")
    defer { notifier.ready(status: statusLine) }
    let now = wallClock()
    do {
      let (found, report) = ConfigurationSource(options).load()
      guard let loaded = found else {
        let errors = report.errorLines
        throw ServiceError(errors.isEmpty ? "the configuration cannot be read" : errors, exitCode: 78)
      }
      let program = loaded.draft.program(try await store.memory())
      let channels = try makeChannels(loaded.settings, program)
      let wanted = program.triggers.values.map { (id: $0.id, planningHash: $0.planningHash) }
      let audience = program.audience.registered
      let (triggers, segments, stamp) = try await store.write { [shop] tx in
        try shop.catchUp(beforeChangeIn: tx)
        let triggers = try tx.syncTriggers(wanted, now: now)
        return (triggers, try tx.syncSegments(audience, now: now), try tx.shopStamp())
      }
      // From here on the new configuration is in force; what the store refuses now is retried until it
      // succeeds.
      shop.take(program, triggers: triggers, segments: segments, stamp: stamp)
      let unfollowed = await follow(now: now)
      // A trigger may have been paused since they were written.
      try? await shop.readTriggers(in: store)
      let settings = loaded.settings
      responder.files.learn(settings)
      let restartNeeded = state.withLock { state in
        state.settings = settings
        state.channels = channels
        let keys = state.fixed.changes(to: FixedSettings(settings, options))
        state.lastReload = ReloadReport(
          at: now, error: nil, warnings: report.warningLines, restartNeeded: keys, unfollowed: unfollowed)
        return keys
      }
      state.withLock { $0.web }?.apply(webConfiguration(settings, program))
      handoffs.update(settings, captures: options.capture != nil)
      dispatcher.apply(channels)
      try sources.apply(loaded.sources)
      replanWake.wake()
      planWake.wake()
      dispatcher.wakeAll()
      log.notice(
        "configuration_reloaded",
        ["triggers": program.triggers.count, "warnings": report.warningLines.count])
      if !restartNeeded.isEmpty {
        log.warning(
          "restart_needed",
          [
            "keys": restartNeeded.joined(separator: ","),
            "advice": "the values from the start stay in force until the daemon is restarted",
          ])
      }
    } catch {
      state.withLock { state in
        // Restarts and writes that an earlier reload left open are still due.
        state.lastReload = ReloadReport(
          at: now, error: ErrorText.text(error), restartNeeded: state.lastReload.restartNeeded,
          unfollowed: state.lastReload.unfollowed)
      }
      log.error(
        "reload_failed", ["error": ErrorText.text(error), "advice": "the old configuration stays in force"])
    }
    return state.withLock { $0.lastReload }
  }

  private static let followAttempts = 3

  /// Makes everything that was claimed or waits under the old configuration be checked by the new one.
  ///
  /// - Returns: why the store refuses that for now; `nil` if it succeeded.
  private func follow(now: Instant) async -> String? {
    var attempt = 1
    while true {
      do {
        try await shop.follow(in: store, now: now)
        return nil
      } catch  where attempt < Self.followAttempts {
        attempt += 1
        try? await Task.sleep(for: .milliseconds(200))
      } catch {
        log.error(
          "waiting_not_asked_again",
          [
            "error": ErrorText.text(error),
            "advice": "it is tried again, and nothing that was claimed before is handed over meanwhile",
          ])
        return ErrorText.text(error)
      }
    }
  }

  /// The current problem of the last reload.
  func reloadError(_ report: ReloadReport) -> String? {
    if let error = report.error { return error }
    guard let reason = report.unfollowed, !shop.isFollowed else { return nil }
    return "what waits cannot yet be asked again: \(reason)"
  }

  func applyChannels() throws {
    let channels = try makeChannels(state.withLock { $0.settings }, shop.current.program)
    state.withLock { $0.channels = channels }
    dispatcher.apply(channels)
  }

  /// The configured channels, or each of them captured to files.
  func makeChannels(_ settings: Settings<any AdapterSettings>, _ program: Program) throws -> [Channel] {
    try settings.channels.map { channel in
      try channel.adapter.makeChannel(
        channel.name, capture: options.capture, transfers: transfers, program: program)
    }
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// One line for `systemctl status`.
  var statusLine: String {
    if let failure = storeHealth.failure { return "store cannot be written: \(failure)" }
    if clock.isDoubted { return "the clock is not believed: nothing is decided or sent" }
    let reload = state.withLock { $0.lastReload }
    if let error = reload.error { return "reload failed: \(error)" }
    if let error = reloadError(reload) { return error }
    if !reload.restartNeeded.isEmpty {
      return "restart needed for \(reload.restartNeeded.joined(separator: ", "))"
    }
    let shop = shop.current
    let paused = shop.triggers.values.filter { $0.pausedAt != nil }.count
    let triggers = Self.count(shop.program.triggers.count, "trigger")
    let messages = Self.count(dispatcher.underWay, "message")
    return "\(triggers)\(paused > 0 ? ", \(paused) paused" : ""), \(messages) under way"
  }

  var isStoreWritable: Bool { storeHealth.failure == nil }
}
