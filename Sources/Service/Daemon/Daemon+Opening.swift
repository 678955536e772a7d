internal import Configuration
internal import Delivery
internal import Domain
internal import Platform
internal import Store

extension Daemon {
  /// Opens configuration and store, waiting for a store that may become available.
  ///
  /// - Parameters:
  ///   - planned: called when something may have become due earlier.
  ///   - changed: called when an operator has changed something.
  static func openShop(
    _ options: ServiceOptions, _ log: Logger, _ notifier: ServiceNotifier, _ health: StoreHealth,
    planned: @escaping @Sendable () -> Void, changed: @escaping @Sendable () -> Void
  ) async throws -> OpenShop {
    try await OpeningPatience(log: log, notifier: notifier).callAsFunction {
      try await OpenShop.open(
        options, log: log, planned: planned, changed: changed, written: { health.observe($0) },
        // The example shop has been open for a week, so that today's events are not from before its triggers.
        enabled: { now, isNew in options.isDemo && isNew ? now - .days(7) : now },
        prepared: { store, settings, clock in
          try await recover(store, settings, options, log, now: clock.now())
        })
    }
  }

  /// Releases what the last run had in flight, and checks whether it ended by a trap.
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
    let path = place("work", options, settings, store.location)
    return try await Quarantine.open(path, store: store, log: log, now: now)
  }

  /// The path of a file or directory that a daemon keeps for this store.
  static func place(
    _ name: String, _ options: ServiceOptions, _ settings: Settings<any AdapterSettings>,
    _ store: StoreLocation
  ) -> String {
    let control = ControlPath.resolve(
      given: options.control, configured: settings.controlSocket, store: store)
    return StatePlace.path(name, of: store, control: control, environment: options.environment)
  }
}
