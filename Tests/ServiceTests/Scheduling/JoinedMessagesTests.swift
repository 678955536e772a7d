import Decisioning
import Delivery
import Domain
import Platform
import Store
import Testing

@testable import Service

/// What was decided and sent under one id, when the customer turns out to have several.
struct JoinedMessagesTests {
  private static let now = SchedulerFloor.now
  private static let visitor = Visitor.id(of: "v")

  private func join(_ floor: SchedulerFloor, at: Instant = now) async throws {
    _ = try await floor.intake.take(
      names: [NameStatement(.visitor, "v", of: "ann", at: at, messageID: "j")], now: at)
  }

  /// Both fill the same cart at the same moment, and have an address.
  private func fillOneCart(_ floor: SchedulerFloor) async throws {
    let at = Self.now - .minutes(90)
    for (number, id) in ["ann", Self.visitor].enumerated() {
      var traits = CustomerTraits()
      traits.email = .some("a\(number)@tea.example")
      _ = try await floor.intake.take(
        [
          IncomingEvent(
            customerID: id,
            event: Event(messageID: "c-\(id)", name: .productAdded, at: at, receivedAt: at),
            effect: .cartChanged(
              cartID: "c", url: nil, change: .add(OrderLine(sku: "tea", quantity: 1, price: 100))),
            traits: traits)
        ], now: at)
    }
  }

  private func claim(_ floor: SchedulerFloor) async throws -> [ClaimedMessage] {
    try await StoreOutbox(floor.store, shop: floor.live, log: .silent)
      .claim(channel: "email", limit: 10, lease: .minutes(20), now: Self.now)
  }

  private static func accepted(_ claimed: [ClaimedMessage]) -> [AttemptResult] {
    claimed.map { message in
      RetryPolicy().result(
        of: message, DeliveryReport(.accepted), begunAt: now, handoffAt: now, endedAt: now, jitter: 0)
    }
  }

  /// - Returns: how many were handed over.
  private func deliver(_ claimed: [ClaimedMessage], _ floor: SchedulerFloor) async throws -> Int {
    let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
    let granted = try await outbox.beginHandoff(claimed.map(\.claim), now: Self.now)
    _ = try await outbox.record(Self.accepted(claimed.filter { granted.contains($0.token) }))
    return granted.count
  }

  @Test(arguments: IntakeStore.allCases)
  func `of two messages for one cart the first goes, and the next step comes once`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [SchedulerFloor.later]) { floor in
      try await fillOneCart(floor)
      try await floor.tick()
      #expect(
        try await floor.messages() == ["ann later 1 queued", "\(Self.visitor) later 1 queued"])
      try await join(floor)
      #expect(try await floor.messages() == ["ann later 1 cancelled", "ann later 1 queued"])
      let enrolled = try await floor.enrollments()
      #expect(enrolled == ["ann later active 1"])
      #expect(try await deliver(claim(floor), floor) == 1)
      try await floor.tick(Self.now + .days(2))
      let sent = try await floor.messages()
      #expect(sent.count { $0.contains("later 2") } == 1, "\(sent)")
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a message claimed under the former id is released, and goes to the customer as joined`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillOneCart(floor)
      try await floor.tick()
      let before = try await claim(floor)
      #expect(before.count == 2)
      // Ann wants nothing; that holds for her as a visitor too.
      _ = try await floor.intake.take([.expressed("ann", "w", 9_000, .withdrawn)], now: Self.now)
      try await join(floor)
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      #expect(try await outbox.beginHandoff(before.map(\.claim), now: Self.now) == [])
      #expect(try await claim(floor) == [])
      #expect(try await floor.messages().allSatisfy { !$0.hasSuffix("queued") && !$0.hasSuffix("leased") })
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what is handed over while two become one is recorded as sent`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillOneCart(floor)
      try await floor.tick()
      let claimed = try await claim(floor)
      let outbox = StoreOutbox(floor.store, shop: floor.live, log: .silent)
      #expect(try await outbox.beginHandoff(claimed.map(\.claim), now: Self.now).count == 2)
      try await join(floor)
      #expect(try await outbox.record(Self.accepted(claimed)) == 0)
      #expect(try await floor.messages() == ["ann cart 1 sent", "ann cart 1 sent"])
      let enrolled = try await floor.enrollments()
      #expect(enrolled == ["ann cart completed 1"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a message sent under a former id is never sent again, even without its enrollment`(
    kind: IntakeStore
  ) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillOneCart(floor)
      try await floor.tick()
      try await join(floor)
      // As after a damage: nothing but the ledger knows.
      try await floor.lose("DELETE FROM messages")
      try await floor.lose(
        "UPDATE enrollments SET state = 'active', done_steps = '[]', next_due_at = 0, began_at = NULL")
      try await floor.store.write { tx in
        // Only the visitor's key is left.
        let own = LedgerKey(
          trigger: "cart",
          occurrence: try tx.connection.first("SELECT occurrence FROM enrollments") { $0.string(0) } ?? "",
          customer: "ann", step: "1")
        #expect(try tx.connection.run("DELETE FROM ledger WHERE key = ?1", [.blob(own.bytes)]) == 1)
      }
      try await floor.tick()
      #expect(try await floor.messages() == [])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `caps count what went out under either id`(kind: IntakeStore) async throws {
    let cap = FrequencyCap(channel: nil, limit: 1, window: .rolling(.days(7)))
    try await SchedulerFloor.use(kind, batchSize: 10, caps: [cap]) { floor in
      try await floor.fillCarts(Self.visitor)
      try await floor.tick()
      try await floor.fillCarts("ann")
      try await join(floor)
      try await floor.tick()
      #expect(try await floor.decisions() == ["ann cart 1 send", "ann cart 1 skip frequency_cap"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a batch decided before the join is not written`(kind: IntakeStore) async throws {
    try await SchedulerFloor.use(kind, batchSize: 10) { floor in
      try await fillOneCart(floor)
      try await floor.tick { try await join(floor) }
      #expect(try await floor.messages() == [])
      try await floor.tick()
      #expect(try await floor.messages() == ["ann cart 1 queued"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `the holdout group of the id known first stays`(kind: IntakeStore) async throws {
    var trigger = SchedulerFloor.cart
    trigger.holdout = 0.5
    try await SchedulerFloor.use(kind, batchSize: 10, triggers: [trigger]) { floor in
      let salt = floor.live.current.program.holdoutSalt
      func isHeld(_ id: String) -> Bool { HoldoutBucket.of(customer: id, trigger: "cart", salt: salt) < 0.5 }
      let held = try #require((0..<50).map { "v\($0)" }.first { isHeld(Visitor.id(of: $0)) })
      let user = try #require((0..<50).map { "u\($0)" }.first { !isHeld($0) })
      try await floor.fillCarts(Visitor.id(of: held))
      _ = try await floor.intake.take(
        names: [NameStatement(.visitor, held, of: user, at: Self.now, messageID: "j")], now: Self.now)
      try await floor.tick()
      #expect(try await floor.decisions() == ["\(user) cart 1 withhold holdout"])
    }
  }
}
