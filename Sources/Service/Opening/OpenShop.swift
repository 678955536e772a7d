package import Configuration
internal import Decisioning
package import Delivery
package import Domain
internal import Import
internal import Operations
package import Platform
package import Store

/// A configuration with its open store: everything that intake, planning and operators need.
///
/// The daemon has one; a command without a daemon opens its own, under the same lock.
package struct OpenShop: Sendable {
  package let settings: Settings<any AdapterSettings>
  let sources: [NamedEntry<SourceSettings>]
  package let store: Store
  package let shop: LiveShop
  package let intake: Intake
  package let responder: Responder
  let quarantine: Quarantine
  let clock: TrustedClock
  /// Whether the store has never had a customer.
  let isNew: Bool

  /// What to tell people about a consent journal in the place of another shop's.
  package static let journalAdvice =
    "it belongs to another shop, and what was said there was not taken in; it comes back with that shop's store"

  /// Reads the configuration, opens and migrates the store, takes exclusive ownership, and updates the stored
  /// triggers from the configuration.
  ///
  /// - Parameters:
  ///   - secrets: how references to secrets are handled.
  ///   - registers: whether the store's triggers are updated. Commands that only read must not: given the
  ///     wrong directory by mistake, they would mark the shop's triggers as removed.
  ///   - planned: called when something may have become due earlier.
  ///   - written: called with the result of every write; see `Store.Options`.
  ///   - prepared: the daemon's first work on the store, before anything else.
  ///   - enabled: the time at which new triggers count as enabled, from now and whether the store is new.
  package static func open(
    _ options: ServiceOptions, log: Logger, secrets: ConfigurationSource.Secrets = .needed,
    registers: Bool = true, planned: @escaping @Sendable () -> Void = {},
    changed: @escaping @Sendable () -> Void = {},
    written: @escaping @Sendable (SQLError?) -> Void = { _ in },
    enabled: @Sendable (Instant, Bool) -> Instant = { now, _ in now },
    prepared: (Store, Settings<any AdapterSettings>, TrustedClock) async throws -> Quarantine = {
      _, _, _ in .off
    }
  ) async throws -> OpenShop {
    let loaded = try load(options, secrets)
    let location = try StoreLocation(url: options.store ?? loaded.settings.store)
    let control = DaemonAddress(configuration: options.configuration).controlPath(
      given: options.control, store: options.store)
    func place(_ name: String) -> String {
      StatePlace.path(name, of: location, control: control, environment: options.environment)
    }
    // A command that only reads leaves no files behind.
    let isKept = location.isServer && (options.attachesJournal || Files.exists(place("generation")))
    let generation = isKept ? place("generation") : nil
    let readsOnly =
      !options.attachesJournal
      && (location.isUnchangeable || generation.map { Files.isOnReadOnlyFileSystem($0) } ?? false)
    let store = try Store(
      location,
      options: .init(
        checksIntegrity: options.checksIntegrity, acceptsOlderCopy: options.acceptsOlderCopy,
        keepsBallast: options.keepsBallast,
        journal: options.attachesJournal ? place("consents") : nil, generation: generation,
        readsOnly: readsOnly, onWrite: written))
    if let replay = store.replay {
      log.notice(
        "journal_replayed",
        [
          "customers": replay.customers, "addresses": replay.addresses,
          "advice": "the store is an older copy; withdrawals and suppressions made since hold again",
        ])
    }
    if let file = store.journalSetAside {
      log.warning("journal_set_aside", ["file": file, "advice": Self.journalAdvice])
    }
    do {
      let files = PersonalFiles(loaded.settings, capture: options.capture, rejects: place("rejected"))
      return try await make(loaded, store, log, files, registers, planned, changed, enabled, prepared)
    } catch {
      // A retry, or another process, needs the lock.
      await store.close()
      throw error
    }
  }

  private static func make(
    _ loaded: LoadedConfiguration<any AdapterSettings, SourceSettings>, _ store: Store, _ log: Logger,
    _ files: PersonalFiles, _ registers: Bool,
    _ planned: @escaping @Sendable () -> Void, _ changed: @escaping @Sendable () -> Void,
    _ enabled: @Sendable (Instant, Bool) -> Instant,
    _ prepared: (Store, Settings<any AdapterSettings>, TrustedClock) async throws -> Quarantine
  ) async throws -> OpenShop {
    let clock = TrustedClock(known: try await store.read { try $0.knownInstant() })
    let quarantine = try await prepared(store, loaded.settings, clock)
    let program = loaded.draft.program(try await store.memory())
    let now = clock.now()
    let isNew = try await store.read { try $0.customerCount() } == 0
    let enabledAt = enabled(now, isNew)
    let wanted = program.triggers.values.map { (id: $0.id, planningHash: $0.planningHash) }
    let audience = program.audience.registered
    let (triggers, stamp) =
      registers
      ? try await store.write { tx -> ([TriggerID: TriggerRecord], ShopStamp?) in
        _ = try tx.syncTriggers(wanted, now: enabledAt)
        try tx.syncSegments(audience, now: enabledAt)
        try ChangedRules.follow(program, in: tx, now: now)
        return (try tx.triggers(), try tx.shopStamp())
      }
      : (try await store.read { try $0.triggers() }, nil)
    let (catalog, segments) = try await store.read { (try Catalog(in: $0), try $0.segments()) }
    let shop = LiveShop(
      Shop(program: program, catalog: catalog, triggers: triggers, segments: segments), stamp: stamp)
    return OpenShop(
      settings: loaded.settings, sources: loaded.sources, store: store, shop: shop,
      intake: Intake(
        store: store, shop: shop, quarantine: quarantine,
        doubts: { clock.isDoubted }, planned: planned, woken: changed),
      responder: Responder(
        store: store, shop: shop, quarantine: quarantine, log: log, files: files, clock: clock,
        now: { clock.now() },
        changed: changed),
      quarantine: quarantine, clock: clock, isNew: isNew)
  }

  /// - Throws: the whole report if the configuration has an error.
  static func load(
    _ options: ServiceOptions, _ secrets: ConfigurationSource.Secrets
  ) throws(ServiceError) -> LoadedConfiguration<any AdapterSettings, SourceSettings> {
    let (loaded, report) = ConfigurationSource(options).load(secrets: secrets)
    guard let loaded else { throw ServiceError(report.rendered(colour: false), exitCode: 78) }
    return loaded
  }

  /// The number of customers with imported rows not planned yet.
  package func unplannedCount() async throws -> Int { try await store.read { try $0.unplannedCount() } }

  /// Plans for imported customers; a running daemon does this itself.
  ///
  /// - Parameter report: called now and then with the number of customers planned.
  package func planImported(report: (Int) -> Void) async throws {
    let replanner = Replanner(store: store, shop: shop)
    try await replanner.planImported(now: clock.now(), report: report)
    repeat {
      while try await replanner.step(now: clock.now()) {}
    } while try await replanner.learnCycles()
  }

  /// Accepts a store restored from a backup: messages that may have been sent since are not sent again.
  func acceptRestore() async throws -> RestoredAnswer {
    let restored = try await store.write { try $0.acceptRestore(now: clock.now()) }
    let zone = shop.current.program.brand.zone
    return RestoredAnswer(
      until: OffsetTime(restored.gap.to, in: zone), ambiguous: restored.ambiguous, skipped: restored.skipped,
      journalCustomers: store.replay?.customers ?? 0, journalAddresses: store.replay?.addresses ?? 0,
      since: restored.gap.from > .distantPast ? OffsetTime(restored.gap.from, in: zone) : nil)
  }

  package func close() async { await store.close() }
}
