internal import Configuration
internal import Decisioning
internal import Domain
internal import Platform
internal import Service
internal import Store

/// The example shop working on its own store, assembled as in the daemon.
struct ShopFloor: Sendable {
  let store: Store
  let live: LiveShop
  let intake: Intake

  /// Noon in Shanghai on a Monday, outside quiet hours.
  static let noon = Instant(milliseconds: 1_781_496_000_000)

  /// - Parameters:
  ///   - location: an empty database.
  ///   - enabledAt: when the triggers were enabled.
  init(_ location: StoreLocation, program: Program, enabledAt: Instant) async throws {
    store = try Store(location)
    let wanted = program.triggers.values.map { (id: $0.id, planningHash: $0.planningHash) }
    let triggers = try await store.write { tx in
      let records = try tx.syncTriggers(wanted, now: enabledAt)
      // There are no customers yet for whom to re-plan the triggers.
      for id in records.keys { try tx.setReplanAfter(nil, of: id) }
      try tx.save(Stock.products)
      return try tx.triggers()
    }
    let catalog = Catalog(products: try await store.read { try $0.products() })
    live = LiveShop(Shop(program: program, catalog: catalog, triggers: triggers))
    intake = Intake(store: store, shop: live)
  }

  /// The program of a configuration directory, with keys generated for the run. Consent is opt-out, since the
  /// benchmarks' customers have no orders to allow messages.
  static func program(_ directory: String) throws -> Program {
    let source = ConfigurationSource(ServiceOptions(configuration: directory, capture: "/nonexistent"))
    let (loaded, report) = source.load()
    guard let draft = loaded?.draft else {
      throw BenchmarkError("no usable configuration in '\(directory)':\n\(report.rendered(colour: false))")
    }
    var program = draft.program(
      linkKey: LinkSigner.SigningKey(id: "1", secret: [UInt8](repeating: 7, count: 32)),
      holdoutSalt: "benchmark")
    for channel in program.channels.keys { program.channels[channel]?.consent = .optOut }
    return program
  }

  /// A copy of a SQLite store in its current state, next to it, for `BareRowLoop`; `nil` for a server's.
  func copyForBareLoop() async throws -> String? {
    guard case .sqlite(let path) = store.location else { return nil }
    let copy = path + ".before"
    try await store.backup(to: copy)
    return copy
  }

  func scheduler(_ metrics: SchedulerMetrics = SchedulerMetrics()) -> Scheduler {
    Scheduler(store: store, shop: live, log: .silent, metrics: metrics) { _ in }
  }
}

/// Why a benchmark could not run.
struct BenchmarkError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
