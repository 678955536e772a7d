import Decisioning
import Domain
import Platform
import Store
import Support
import Synchronization
import Testing

@testable import Service

@Suite struct IntakeTests {
  // MARK: - Concurrent batches

  /// Many batches about few customers, each customer's story scattered over all of them.
  private static func story(_ random: inout SeededGenerator) -> [[IncomingEvent]] {
    var events: [IncomingEvent] = []
    for customer in ["ann", "bob", "cid", "dee", "eve"] {
      for number in 0..<60 {
        let id = "\(customer)-\(number)"
        let minutes = Int64(number) * 7
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: events.append(.viewed(customer, id, minutes))
        case 2, 3, 4: events.append(.added(customer, id, minutes))
        case 5, 6: events.append(.ordered(customer, id, minutes))
        case 7: events.append(.identified(customer, id, minutes, ["a\(number % 4)": .integer(Int64(number))]))
        case 8: events.append(.quiz(customer, id, minutes))
        default: events.append(.refunded(customer, id, minutes, order: "\(customer)-\(max(0, number - 1))"))
        }
      }
    }
    events.shuffle(using: &random)
    return stride(from: 0, to: events.count, by: 10).map { Array(events[$0..<min($0 + 10, events.count)]) }
  }

  @Test func `a large batch is stored in parts, and each event hears what became of it`() async throws {
    try await IntakeFloor.use { floor in
      let commits = Mutex(0)
      let intake = Intake(
        store: floor.store, shop: floor.live, planned: { commits.withLock { $0 += 1 } })
      try await floor.take([.ordered("bob", "bob's", 1)])
      var events = (0..<1200).map { IncomingEvent.ordered("c\($0)", "\($0)", Int64($0)) }
      var foreign = IncomingEvent.ordered("ann", "bob's", 2)
      foreign.event.messageID = "another"
      events[1100] = foreign
      events[1101] = events[3]
      let receipt = try await intake.take(events, now: IntakeFloor.now)
      #expect(receipt.stored == 1198 && receipt.duplicates == 1)
      #expect(receipt.refusals.map(\.position) == [1100])
      #expect(commits.withLock { $0 } == 3)
    }
  }

  @Test func `a large batch with an event that may have another id when it is sent again is stored whole`()
    async throws
  {
    try await IntakeFloor.use { floor in
      let commits = Mutex(0)
      let intake = Intake(
        store: floor.store, shop: floor.live, planned: { commits.withLock { $0 += 1 } })
      var events = (0..<1200).map { IncomingEvent.ordered("c\($0)", "\($0)", Int64($0)) }
      events[1100].event.messageID = "sha256:0a"
      let receipt = try await intake.take(events, now: IntakeFloor.now)
      #expect(receipt.stored == 1200)
      #expect(commits.withLock { $0 } == 1)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `concurrent batches about the same customers give what they give one after the other`(
    kind: IntakeStore
  ) async throws {
    var random = SeededGenerator()
    let rerun = "\(random)"
    let batches = Self.story(&random)
    let ids = Array(Set(batches.flatMap { $0 }.map(\.customerID))).sorted()
    let expected = try await IntakeFloor.use(kind) { floor in
      for batch in batches { try await floor.take(batch) }
      var found: [[String]] = []
      for id in ids { found.append(try await floor.summary(id)) }
      return found
    }
    try await IntakeFloor.use(kind) { floor in
      // Some customers are known when the others' snapshots are taken, some are not.
      var stored = try await floor.take(batches[0]).stored
      try await withThrowingTaskGroup { group in
        for batch in batches.dropFirst() { group.addTask { try await floor.take(batch) } }
        for try await receipt in group { stored += receipt.stored }
        #expect(stored == 300, "\(rerun)")
      }
      for (id, summary) in zip(ids, expected) {
        #expect(try await floor.summary(id) == summary, "\(rerun), customer \(id)")
      }
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `two requests under way about one customer lose nothing of each other`(kind: IntakeStore) async throws
  {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.identified("ann", "m0", 0, email: "ann@shop.example"), .added("ann", "m1", 1)])
      try await floor.atOnce([
        { try await floor.take([.added("ann", "m2", 2), .identified("ann", "m3", 3, ["a": .integer(1)])]) },
        { try await floor.take([.added("ann", "m4", 4), .identified("ann", "m5", 5, ["b": .integer(2)])]) },
        { try await floor.take([.refunded("ann", "m6", 7, order: "m7")]) },
        { try await floor.take([.ordered("ann", "m7", 6)]) },
      ])
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.customer.email == "ann@shop.example")
      #expect(ann.customer.attributes == ["a": .integer(1), "b": .integer(2)])
      #expect(ann.carts.first?.changes.map(\.id) == ["m1", "m2", "m4", "order:order-m7"])
      #expect(ann.orders.map(\.refunded) == [100])
      #expect(ann.orders.map(\.placedAt) == [IntakeFloor.now - .minutes(9_994)])
      let active = ann.enrollments.filter { $0.state == .active }.map(\.trigger.rawValue).sorted()
      #expect(active == ["replenishment", "welcome", "win_back"])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `two requests under way about a new customer make one customer`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.atOnce([
        { try await floor.take([.added("ann", "m1", 1), .viewed("bob", "m2", 1)]) },
        { try await floor.take([.added("ann", "m3", 2), .viewed("bob", "m4", 2)]) },
      ])
      #expect(try await floor.state("ann")?.carts.first?.changes.map(\.id) == ["m1", "m3"])
      #expect(try await floor.store.read { try $0.customerCount() } == 2)
      #expect(try await floor.eventCount() == 4)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a withdrawal between looking and writing is not written over`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.identified("ann", "m0", 0, consent: ["email": .granted])])
      let responder = Responder(
        store: floor.store, shop: floor.live, log: .silent, now: { IntakeFloor.now })
      try await floor.atOnce([
        {
          _ = try await responder.unsubscribe(
            customerID: "ann", channel: "email", source: "unsubscribe_link")
        },
        {
          try await floor.take([.identified("ann", "m1", 1, ["a": .integer(1)], consent: ["email": .granted])]
          )
        },
      ])
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.customer.consent == ["email": .withdrawn])
      #expect(ann.customer.attributes == ["a": .integer(1)])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a customer forgotten between looking and writing comes back new`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.identified("ann", "m0", 0, email: "ann@shop.example"), .viewed("bob", "m1", 0)])
      let responder = Responder(
        store: floor.store, shop: floor.live, log: .silent, now: { IntakeFloor.now })
      try await floor.atOnce([
        { _ = await responder.handlers.answer(["command": "forget", "customer": "ann"]) },
        { _ = await responder.handlers.answer(["command": "forget", "customer": "bob"]) },
        { try await floor.take([.added("ann", "m2", 2), .viewed("bob", "m3", 2)]) },
      ])
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.customer.email == nil)
      #expect(ann.carts.map { $0.changes.map(\.id) } == [["m2"]])
      #expect(ann.enrollments.map(\.customer) == [ann.customer.key])
      #expect(try await floor.state("bob") != nil)
      let strangers = try await floor.store.read {
        try $0.connection.integer(
          "SELECT count(*) FROM events WHERE customer NOT IN (SELECT key FROM customers)")
      }
      #expect(strangers == 0)
    }
  }

  @Test func `a batch under way when the shop changes is planned by the new rules`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.atOnce([
        {
          try await floor.store.write { _ in
            floor.live.update { $0.program.triggers["win_back"]?.when = .lapsed(.days(30)) }
          }
        },
        { try await floor.take([.ordered("ann", "m1", 0)]) },
      ])
      let ann = try #require(try await floor.state("ann"))
      let placedAt = try #require(ann.orders.first?.placedAt)
      #expect(ann.enrollments.first { $0.trigger == "win_back" }?.firesAt == placedAt + .days(30))
    }
  }

  @Test func `a decision between looking and writing is not undone`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([.ordered("ann", "m1", 0)])
      let scheduler = Scheduler(
        store: floor.store, shop: floor.live, log: .silent,
        metrics: SchedulerMetrics()
      ) { _ in }
      // Late enough for the first step of `welcome` to be skipped for want of an address.
      let later = IntakeFloor.now + .days(9)
      try await floor.atOnce([
        { _ = try await scheduler.tick(now: later) },
        { try await floor.take([.ordered("ann", "m2", -5)]) },
      ])
      let welcome = try await floor.state("ann")?.enrollments.first { $0.trigger == "welcome" }
      #expect(welcome?.doneSteps == ["1"])
      #expect(welcome?.state == .completed)
    }
  }

  // MARK: - Duplicates

  @Test(arguments: IntakeStore.allCases)
  func `a known message id changes nothing, alone, beside others and at the same time`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      let first: [IncomingEvent] = [.ordered("ann", "m1", 0), .refunded("ann", "m2", 1, order: "m1")]
      #expect(try await floor.take(first) == IntakeReceipt(stored: 2, duplicates: 0, plansChanged: 3))
      let before = try await floor.summary("ann")
      #expect(try await floor.take(first) == IntakeReceipt(stored: 0, duplicates: 2, plansChanged: 0))
      #expect(try await floor.summary("ann") == before)

      let mixed: [IncomingEvent] = [
        .refunded("ann", "m2", 1, order: "m1"), .refunded("ann", "m3", 2, order: "m1"),
        .refunded("ann", "m3", 2, order: "m1"), .viewed("bob", "m4", 0), .viewed("bob", "m4", 0),
      ]
      let receipt = try await floor.take(mixed)
      #expect(receipt.stored == 2)
      #expect(receipt.duplicates == 3)
      #expect(try await floor.state("ann")?.orders.first?.refunded == 200)

      let late: [IncomingEvent] = [.refunded("ann", "m5", 3, order: "m1")]
      try await floor.atOnce([
        { try await floor.take(late) }, { try await floor.take(late) }, { try await floor.take(late) },
      ])
      #expect(try await floor.state("ann")?.orders.first?.refunded == 300)
      #expect(try await floor.eventCount() == 5)
    }
  }

  @Test func `a message id that another customer's event has is refused and changes nothing`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([.added("ann", "m1", 0)])
      let receipt = try await floor.take([.added("bob", "m1", 0), .added("bob", "m2", 1)])
      #expect(receipt.duplicates == 0)
      #expect(receipt.refusals == [IntakeRefusal(position: 0, reason: .messageIDReused)])
      #expect(try await floor.state("bob")?.carts.first?.changes.map(\.id) == ["m2"])
    }
  }

  // MARK: - Refunds

  @Test(arguments: [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]])
  func `a refund of the whole order takes it away, whenever the order itself becomes known`(
    arrival: [Int]
  ) async throws {
    let events: [IncomingEvent] = [
      .ordered("ann", "m1", 0), .refunded("ann", "m2", 1, order: "m1", amount: nil),
      .refunded("ann", "m3", 2, order: "m1"),
    ]
    try await IntakeFloor.use { floor in
      for index in arrival { try await floor.take([events[index]]) }
      let ann = try #require(try await floor.state("ann"))
      #expect(ann.standingOrders.isEmpty)
      #expect(ann.enrollments.allSatisfy { $0.state == .ended })
      // What a message about the refund would say.
      #expect((5000...5100).contains(ann.orders[0].refunded))
    }
  }

  @Test func `refunds without end do not lead out of the range of amounts`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([.ordered("ann", "m1", 0)])
      try await floor.take(
        (1...9500).map {
          .refunded("ann", "r\($0)", 1, order: "m1", amount: DecimalAmount.maximum)
        })
      #expect(try await floor.state("ann")?.standingOrders.isEmpty == true)
    }
  }
}
