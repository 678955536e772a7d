import Decisioning
import Domain
import ImportSupport
import Platform
import Store
import Support

@testable import Service

enum IntakeStore: String, CaseIterable, Sendable {
  case sqlite, postgresql

  /// A store on a new database; a file is made in the directory.
  func emptyStore(in directory: String) throws -> Store {
    let location: StoreLocation =
      switch self {
      case .sqlite: .sqlite(path: directory + "/test.db")
      case .postgresql: try StoreLocation(url: TemporaryPostgres.shared().makeDatabase())
      }
    return try Store(location, options: .init(allowsUnsafeServer: true))
  }
}

/// A shop with triggers of several kinds on an empty database, and its intake.
struct IntakeFloor: Sendable {
  let store: Store
  let live: LiveShop
  let intake: Intake

  static let now = Instant(iso8601: "2026-03-05T10:00:00Z") ?? .distantPast
  static let currency = Currency("CNY") ?? .unknown

  private static func trigger(_ id: TriggerID, _ when: any TriggerKind) -> Trigger {
    Trigger(
      id: id, when: when, purpose: .marketing,
      steps: [Step(id: "1", after: .days(9), channels: ["email"], template: "t")], expiresAfter: .days(30),
      planningHash: id.rawValue)
  }

  /// Lends a floor. Every trigger was enabled a year ago.
  static func use<R: Sendable>(
    _ kind: IntakeStore = .sqlite, _ body: (IntakeFloor) async throws -> R
  ) async throws -> R {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-intake")
    defer { try? Files.removeTree(directory) }
    let store = try kind.emptyStore(in: directory)
    let program = ImportBench.program([
      trigger("welcome", EventRule(name: "order_completed", only: .first)),
      trigger("quiz", EventRule(name: "quiz_finished", only: .every)),
      trigger("cart_recovery", .cartIdle(.hours(1))), trigger("win_back", .lapsed(.days(90))),
      trigger(
        "replenishment", RunsOutRule(cycle: .fixed(.days(40)), lead: .days(5), combine: .days(2))),
    ])
    let wanted = program.triggers.values.map { (id: $0.id, planningHash: $0.planningHash) }
    let records = try await store.write { try $0.syncTriggers(wanted, now: now - .days(365)) }
    let floor = IntakeFloor(
      store: store, live: LiveShop(Shop(program: program, catalog: Catalog(), triggers: records)))
    return try await closing({ await store.close() }, after: { try await body(floor) })
  }

  private init(store: Store, live: LiveShop) {
    self.store = store
    self.live = live
    intake = Intake(store: store, shop: live)
  }

  @discardableResult
  func take(_ events: [IncomingEvent]) async throws -> IntakeReceipt {
    try await intake.take(events, now: Self.now)
  }

  /// Lets all of `bodies` come to the writer before any of them is written; they are then written in order.
  func atOnce(_ bodies: [@Sendable () async throws -> Void]) async throws {
    let gate = WriterGate()
    try await withThrowingTaskGroup { group in
      group.addTask { try await store.write { _ in gate.wait() } }
      await gate.waitUntilReached()
      for (index, body) in bodies.enumerated() {
        group.addTask { try await body() }
        while store.pendingWrites <= index { await Task.yield() }
      }
      gate.open()
      try await group.waitForAll()
    }
  }

  // MARK: - What is there

  func state(_ id: String) async throws -> CustomerState? {
    try await store.read { tx in
      guard let customer = try tx.customer(id: id) else { return nil }
      let parts = StateParts(.orders, .carts, .enrollments, eventNames: ["quiz_finished"])
      return try tx.states(of: [customer], parts: parts)[customer.key]
    }
  }

  func eventCount() async throws -> Int {
    try await store.read { try Int($0.connection.integer("SELECT count(*) FROM events") ?? 0) }
  }

  /// All that is known of a customer, in words that do not depend on who was stored first.
  func summary(_ id: String) async throws -> [String] {
    guard let state = try await state(id) else { return [] }
    var customer = state.customer
    customer.key = CustomerKey(0)
    var lines = [
      "\(customer.email ?? "") \(customer.firstName ?? "") \(customer.consent.sorted { $0.key < $1.key })"
    ]
    lines += customer.attributes.entries.map { "\($0.name)=\($0.value)" }.sorted()
    lines += customer.fieldTimes.map { "\($0.key)@\($0.value.milliseconds)" }.sorted()
    lines += state.orders.map { "\($0)" }
    lines += state.carts.sorted { $0.id < $1.id }.map { "\($0)" }
    lines += state.events.map { "\($0)" }
    // Which enrollments were superseded on the way depends on the order of arrival; which are active does not.
    lines += state.enrollments.filter { $0.state == .active }.map {
      "\($0.trigger) \($0.occurrence) \($0.firesAt.milliseconds) \($0.subject) \($0.nextDueAt?.milliseconds ?? 0)"
    }.sorted()
    return lines
  }
}

// MARK: - Events

extension IncomingEvent {
  private static func make(
    _ customer: String, _ name: EventName, _ id: String, _ minutes: Int64, _ effect: EventEffect
  ) -> IncomingEvent {
    let at = IntakeFloor.now - .minutes(10_000) + .minutes(minutes)
    return IncomingEvent(
      customerID: customer,
      event: Event(messageID: id, name: name, at: at, receivedAt: IntakeFloor.now), effect: effect)
  }

  static func viewed(_ customer: String, _ id: String, _ minutes: Int64) -> IncomingEvent {
    make(customer, "product_viewed", id, minutes, .none)
  }

  static func quiz(_ customer: String, _ id: String, _ minutes: Int64) -> IncomingEvent {
    make(customer, "quiz_finished", id, minutes, .none)
  }

  static func added(_ customer: String, _ id: String, _ minutes: Int64, cart: String = "c") -> IncomingEvent {
    let line = OrderLine(sku: "sku-\(minutes % 3)", quantity: 1, price: 100)
    return make(
      customer, .productAdded, id, minutes, .cartChanged(cartID: cart, url: nil, change: .add(line)))
  }

  static func ordered(_ customer: String, _ id: String, _ minutes: Int64) -> IncomingEvent {
    var event = make(customer, .orderCompleted, id, minutes, .none)
    event.effect = .orderPlaced(
      Order(
        id: "order-\(id)", placedAt: event.event.at,
        total: Money(minorUnits: 5000, currency: IntakeFloor.currency),
        lines: [OrderLine(sku: "sku-\(minutes % 3)", quantity: 1, price: 5000)],
        cartID: minutes % 2 == 0 ? "c" : "x",
        receivedAt: IntakeFloor.now))
    return event
  }

  /// - Parameter amount: `nil` for the whole order.
  static func refunded(
    _ customer: String, _ id: String, _ minutes: Int64, order: String, amount: Int64? = 100
  ) -> IncomingEvent {
    make(
      customer, .orderRefunded, id, minutes,
      .orderRefunded(
        orderID: "order-\(order)",
        amount: amount.map { Money(minorUnits: $0, currency: IntakeFloor.currency) }))
  }

  static func identified(
    _ customer: String, _ id: String, _ minutes: Int64, _ attributes: Record = [:],
    email: String? = nil, consent: [ChannelName: ConsentState] = [:]
  ) -> IncomingEvent {
    var traits = CustomerTraits()
    traits.attributes = attributes
    traits.consent = consent
    if let email { traits.email = .some(email) }
    return make(customer, .customerIdentified, id, minutes, .identify(traits))
  }

  static func expressed(
    _ customer: String, _ id: String, _ minutes: Int64, _ state: ConsentState
  ) -> IncomingEvent {
    make(
      customer, state == .granted ? .consentGranted : .consentWithdrawn, id, minutes, .consent("email", state)
    )
  }
}
