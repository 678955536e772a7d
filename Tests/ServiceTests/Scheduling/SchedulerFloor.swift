import Decisioning
import Domain
import Platform
import Store
import Support
import Templates

@testable import Service

/// A small shop whose scheduler works in batches of a chosen size, and a writer that can be held up, so that a script
/// can put something between the reading of a batch and its writing.
struct SchedulerFloor: Sendable {
  let store: Store
  let live: LiveShop
  let intake: Intake
  let scheduler: Scheduler
  let metrics = SchedulerMetrics()
  let responder: Responder

  static let now = Instant(iso8601: "2026-03-05T10:00:00Z") ?? .distantPast

  /// Two triggers that fire on a cart left alone: the one is asked first, the other has a second step.
  static let cart = trigger("cart", priority: 10)
  static let later = trigger("later", priority: 20, steps: [.zero, .days(1)])

  private static func trigger(_ id: TriggerID, priority: Int, steps: [Duration] = [.zero]) -> Trigger {
    Trigger(
      id: id, when: .cartIdle(.hours(1)), purpose: .marketing,
      steps: steps.enumerated().map { number, after in
        Step(id: StepID("\(number + 1)"), after: after, channels: ["email"], template: "hello")
      },
      priority: priority, expiresAfter: .days(3), planningHash: id.rawValue)
  }

  private static func program(_ triggers: [Trigger], _ caps: [FrequencyCap]) throws -> Program {
    ProgramDraft(
      brand: Brand(
        name: "Tea", url: "https://tea.example", address: "", zone: .utc,
        currency: Currency("CNY") ?? .unknown, locale: "en"),
      channels: ["email": ChannelPolicy(name: "email", address: .email, medium: .email, consent: .optOut)],
      limits: Limits(caps: caps),
      triggers: Dictionary(uniqueKeysWithValues: triggers.map { ($0.id, $0) }),
      templates: [
        "hello": MessageTemplate(
          name: "hello", subject: try Template.parse("Hello", name: "hello.subject", escape: .none),
          text: try Template.parse("Dear {{ customer.id }}", name: "hello.txt", escape: .none))
      ],
      partials: TemplateLibrary(),
      zones: ZoneCatalog(["Asia/Tokyo": try TimeZoneRules(name: "Asia/Tokyo", posix: "JST-9")]),
      publicURL: "https://hello.tea.example"
    ).program(linkKey: .init(id: "a", secret: [7, 7]), holdoutSalt: "salt")
  }

  /// Lends a floor on an empty database.
  static func use<R: Sendable>(
    _ kind: IntakeStore = .sqlite, batchSize: Int, triggers: [Trigger] = [cart], caps: [FrequencyCap] = [],
    _ body: (SchedulerFloor) async throws -> R
  ) async throws -> R {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-scheduler")
    defer { try? Files.removeTree(directory) }
    let store = try kind.emptyStore(in: directory)
    let program = try program(triggers, caps)
    let wanted = triggers.map { (id: $0.id, planningHash: $0.planningHash) }
    let records = try await store.write { tx in
      try ChangedRules.follow(program, in: tx, now: now - .days(9))
      return try tx.syncTriggers(wanted, now: now - .days(9))
    }
    let shop = Shop(program: program, catalog: Catalog(), triggers: records)
    let floor = SchedulerFloor(store: store, live: LiveShop(shop), batchSize: batchSize)
    return try await closing({ await store.close() }, after: { try await body(floor) })
  }

  private init(store: Store, live: LiveShop, batchSize: Int) {
    self.store = store
    self.live = live
    intake = Intake(store: store, shop: live)
    scheduler = Scheduler(
      store: store, shop: live, log: .silent, metrics: metrics, batchSize: batchSize
    ) { _ in }
    responder = Responder(
      store: store, shop: live, log: .silent, now: { SchedulerFloor.now })
  }

  // MARK: - What happens

  /// A channel that the configuration gets beside `email`.
  func addChannel(_ name: ChannelName, to address: AddressKind, medium: Medium = .email) {
    live.update {
      $0.program.channels[name] = ChannelPolicy(
        name: name, address: address, medium: medium, consent: .optOut)
    }
  }

  /// Each of them fills a cart, in this order, so long ago that every first step is due.
  func fillCarts(_ customers: String...) async throws {
    for (number, customer) in customers.enumerated() {
      let at = Self.now - .minutes(90) + .seconds(Int64(number))
      var traits = CustomerTraits()
      traits.email = .some("\(customer)@tea.example")
      _ = try await intake.take(
        [
          IncomingEvent(
            customerID: customer,
            event: Event(messageID: "i-\(customer)", name: .customerIdentified, at: at, receivedAt: at),
            effect: .identify(traits)), filled(customer, at: at),
        ], now: at)
    }
  }

  private func filled(_ customer: String, at: Instant) -> IncomingEvent {
    IncomingEvent(
      customerID: customer,
      event: Event(messageID: "c-\(customer)", name: .productAdded, at: at, receivedAt: at),
      effect: .cartChanged(
        cartID: "cart-\(customer)", url: nil, change: .add(OrderLine(sku: "tea", quantity: 1, price: 100))))
  }

  /// The shop tells another address of the customer; `nil` that there is none any more.
  func identify(_ customer: String, email: String?) async throws {
    var traits = CustomerTraits()
    traits.email = .some(email)
    let event = Event(
      messageID: "e-\(email ?? "none")", name: .customerIdentified, at: Self.now, receivedAt: Self.now)
    _ = try await intake.take(
      [IncomingEvent(customerID: customer, event: event, effect: .identify(traits))], now: Self.now)
  }

  /// The shop tells where the customer lives.
  func move(_ customer: String, to zone: String?, at: Instant = now) async throws {
    var traits = CustomerTraits()
    traits.timeZone = .some(zone)
    let event = Event(
      messageID: "z-\(customer)-\(zone ?? "none")", name: .customerIdentified, at: at, receivedAt: at)
    _ = try await intake.take(
      [IncomingEvent(customerID: customer, event: event, effect: .identify(traits))], now: at)
  }

  /// A reload with a changed program, as the daemon follows it.
  func reload(_ now: Instant = now, _ change: @escaping @Sendable (inout Program) -> Void) async throws {
    var shop = live.current
    change(&shop.program)
    live.take(shop.program, triggers: shop.triggers)
    try await live.follow(in: store, now: now)
    let replanner = Replanner(store: store, shop: live)
    while try await replanner.step(now: now) {}
  }

  /// The customer buys what is in the cart: there is nothing to be reminded of any more.
  func order(_ customer: String) async throws {
    let order = Order(
      id: "o-\(customer)", placedAt: Self.now,
      total: Money(minorUnits: 100, currency: live.current.program.brand.currency),
      lines: [OrderLine(sku: "tea", quantity: 1, price: 100)], cartID: "cart-\(customer)",
      receivedAt: Self.now)
    _ = try await intake.take(
      [
        IncomingEvent(
          customerID: customer,
          event: Event(
            messageID: "o-\(customer)", name: .orderCompleted, at: Self.now, receivedAt: Self.now),
          effect: .orderPlaced(order))
      ], now: Self.now)
  }

  /// As after a damaged database was saved in part, or somebody worked on it by hand.
  func lose(_ statement: SQLText) async throws {
    try await store.write { try $0.connection.execute(statement) }
  }

  @discardableResult
  func tick(_ now: Instant = now) async throws -> Int { try await scheduler.tick(now: now).settled }

  /// Runs a tick whose first batch is read before `first` is written and comes to the writer behind it.
  func tick(writtenAfter first: @escaping @Sendable () async throws -> Void) async throws {
    try await run({ _ = try await tick() }, writtenAfter: first)
  }

  /// Runs work that reads before `first` is written, and comes to the writer behind it.
  func run(
    _ work: @escaping @Sendable () async throws -> Void,
    writtenAfter first: @escaping @Sendable () async throws -> Void
  ) async throws {
    let gate = WriterGate()
    try await withThrowingTaskGroup { group in
      group.addTask { try await store.write { _ in gate.wait() } }
      await gate.waitUntilReached()
      group.addTask { try await first() }
      while store.pendingWrites < 1 { await Task.yield() }
      group.addTask { try await work() }
      while store.pendingWrites < 2 { await Task.yield() }
      // Whatever is read ahead of that write has been read.
      for _ in 0..<50 { _ = try await store.read { try $0.customerCount() } }
      gate.open()
      try await group.waitForAll()
    }
  }

  // MARK: - What is there

  /// `ann cart 1 queued`, in order.
  func messages() async throws -> [String] {
    try await rows(
      "SELECT c.id, m.trigger, m.step, m.state FROM messages m JOIN customers c ON c.key = m.customer")
  }

  /// `ann cart 1 skip frequency_cap`, in order.
  func decisions() async throws -> [String] {
    try await rows(
      "SELECT c.id, t.id, d.step, d.verdict, COALESCE(d.gate, '') FROM decisions d JOIN enrollments e ON e.key = d.enrollment JOIN customers c ON c.key = e.customer JOIN triggers t ON t.key = e.trigger"
    )
  }

  /// `ann cart ended cancelled_by_event`, in order.
  func enrollments() async throws -> [String] {
    try await rows(
      "SELECT c.id, t.id, e.state, e.done_steps FROM enrollments e JOIN customers c ON c.key = e.customer JOIN triggers t ON t.key = e.trigger"
    )
  }

  /// Why each of those ended that did.
  func endReasons() async throws -> [String] {
    try await rows("SELECT end_reason FROM enrollments WHERE end_reason IS NOT NULL")
  }

  func count(_ table: String) async throws -> Int {
    try await store.read { try Int($0.connection.integer(SQLText("SELECT count(*) FROM \(table)")) ?? 0) }
  }

  private func rows(_ statement: SQLText) async throws -> [String] {
    try await store.read { tx in
      try tx.connection.all(statement) { row in
        (0..<row.columnCount).map { row.string($0) }.filter { !$0.isEmpty }.joined(separator: " ")
      }
    }.sorted()
  }
}
