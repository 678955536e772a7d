import Decisioning
import Domain
import Import
import ImportSupport
import Platform
import Store
import Testing

@testable import Service

/// Ids that look the same and are other bytes, as the store has them: é in one piece, and as e with an accent.
@Suite struct SpellingTests {
  private static let composed = "caf\u{E9}"
  private static let decomposed = "cafe\u{301}"

  @Test(arguments: IntakeStore.allCases)
  func `customers whose ids look the same keep what is theirs`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      // New ones first, then the same when they are known.
      for round in 0..<2 {
        let start = Int64(round) * 10
        try await floor.take([
          .added(Self.composed, "a\(round)", start), .ordered(Self.decomposed, "b\(round)", start + 1),
          .identified(Self.composed, "c\(round)", start + 2, email: "one@shop.example"),
          .identified(Self.decomposed, "d\(round)", start + 3, email: "other@shop.example"),
          .viewed(Self.composed, "e\(round)", start + 4), .viewed(Self.decomposed, "f\(round)", start + 5),
        ])
      }
      #expect(try await floor.store.read { try $0.customerCount() } == 2)
      let one = try #require(try await floor.state(Self.composed))
      let other = try #require(try await floor.state(Self.decomposed))
      #expect(one.customer.email == "one@shop.example")
      #expect(other.customer.email == "other@shop.example")
      #expect(one.orders.isEmpty)
      #expect(one.carts.flatMap { $0.changes.map(\.id) } == ["a0", "a1"])
      #expect(other.orders.map(\.id) == ["order-b0", "order-b1"])
      #expect(other.carts.isEmpty)
      for (state, ids) in [(one, "a0 c0 e0 a1 c1 e1"), (other, "b0 d0 f0 b1 d1 f1")] {
        let stored = try await floor.store.read { tx in
          try tx.connection.all(
            "SELECT message_id FROM events WHERE customer = ?1 ORDER BY key",
            [.integer(state.customer.key.rawValue)]
          ) { $0.string(0) }
        }
        #expect(stored.joined(separator: " ") == ids)
      }
    }
  }

  @Test func `imported customers whose ids look the same keep what is theirs`() async throws {
    try await IntakeFloor.use { floor in
      for _ in 0..<2 {
        let receipt = try await floor.intake.take(
          [
            .identified(Self.composed, Self.composed, 0, email: "one@shop.example"),
            .identified(Self.decomposed, Self.decomposed, 0, email: "other@shop.example"),
          ], now: IntakeFloor.now, source: "import", keepsEvents: false)
        #expect(receipt.plansChanged == 2)
      }
      #expect(try await floor.state(Self.composed)?.customer.email == "one@shop.example")
      #expect(try await floor.state(Self.decomposed)?.customer.email == "other@shop.example")
    }
  }

  @Test func `orders, carts and events of a customer whose ids look the same are told apart`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([
        .ordered("ann", Self.composed, 0), .ordered("ann", Self.decomposed, 2),
        .refunded("ann", "m1", 3, order: Self.decomposed),
      ])
      let orders = try #require(try await floor.state("ann")?.orders)
      #expect(
        orders.map { Array($0.id.utf8) } == ["order-caf\u{E9}", "order-cafe\u{301}"].map { Array($0.utf8) })
      #expect(orders.map(\.refunded) == [0, 100])
      #expect(orders.map(\.placedAt) == [0, 2].map { IntakeFloor.now - .minutes(10_000 - $0) })

      try await floor.take([
        .added("bob", "m2", 0, cart: Self.composed), .added("bob", "m3", 1, cart: Self.decomposed),
        .added("bob", "n\(Self.composed)", 2, cart: Self.composed),
        .added("bob", "n\(Self.decomposed)", 3, cart: Self.composed),
      ])
      let carts = try #require(try await floor.state("bob")?.carts)
      #expect(carts.map(\.changes.count).sorted() == [1, 3])
    }
  }

  @Test func `events whose ids look the same fire one by one, whichever comes first`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([.quiz("ann", Self.decomposed, 5)])
      try await floor.take([.quiz("ann", Self.composed, 1)])
      let start = IntakeFloor.now - .minutes(10_000)
      let quizzes = try #require(try await floor.state("ann")).enrollments.filter { $0.trigger == "quiz" }
      #expect(
        quizzes.map { Array($0.occurrence.utf8) } == [Self.decomposed, Self.composed].map { Array($0.utf8) })
      #expect(quizzes.map(\.firesAt) == [start + .minutes(5), start + .minutes(1)])
    }
  }

  @Test func `only the order of another customer is refused, not one whose id looks like it`() async throws {
    try await IntakeFloor.use { floor in
      try await floor.take([.ordered("ann", Self.composed, 0)])
      var events: [IncomingEvent] = [
        .ordered("bob", Self.composed, 1), .ordered("bob", Self.decomposed, 2),
      ]
      events[0].event.messageID = "m1"
      events[1].event.messageID = "m2"
      let receipt = try await floor.take(events)
      #expect(receipt.refusals == [IntakeRefusal(position: 0, reason: .orderOfAnother)])
      #expect(try await floor.state("bob")?.orders.count == 1)
    }
  }

  @Test func `a message id that stands for the event of somebody whose id looks the same is refused`()
    async throws
  {
    try await IntakeFloor.use { floor in
      try await floor.take([.viewed(Self.composed, "m1", 0)])
      let receipt = try await floor.take([.viewed(Self.decomposed, "m1", 0)])
      #expect(receipt.refusals == [IntakeRefusal(position: 0, reason: .messageIDReused)])
    }
  }

  @Test func `rows of a file with order ids that look the same are two orders`() async throws {
    let bench = try ImportBench()
    let text = """
      order_id,customer_id,placed_at,total,sku
      \(Self.composed),ann,2026-01-01,10,a
      \(Self.decomposed),ann,2026-01-01,10,b

      """
    let sink = RecordingSink()
    let importer = Importer(
      path: try bench.file(text), options: ImportOptions(kind: .orders), context: ImportBench.context(),
      sink: sink)
    #expect(try await importer.run().progress.imported == 2)
    #expect(
      sink.batches.flatMap { batch in (0..<batch.orders.count).map { batch.orders[$0].order.lines.count } }
        == [1, 1])
  }
}
