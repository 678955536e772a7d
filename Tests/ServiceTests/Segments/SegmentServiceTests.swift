import Decisioning
import Domain
import Operations
import Platform
import Store
import Support
import Templates
import Testing

@testable import Service

/// Segments in a store: new definitions, imports, long histories, messages and what operators see.
struct SegmentServiceTests {
  private static let now = IntakeFloor.now

  private static func program(_ segments: Segment...) -> Program {
    var program = Program.shop([])
    program.audience = AudienceRules(segments: segments, measures: [])
    return program
  }

  private static func orders(_ atLeast: Int, within days: Int64? = nil) -> Criterion {
    .orders(OrderFilter(), CountBounds(atLeast: atLeast), days.map { .within(.days($0)) } ?? .ever)
  }

  private static let buyers = Segment(id: "buyers", who: orders(1))

  @Test(arguments: IntakeStore.allCases)
  func `a new definition evaluates everybody once, and a removed one leaves nothing due`(
    kind: IntakeStore
  ) async throws {
    try await SegmentFloor.use(kind, Self.program(), at: Self.now - .days(30)) { floor in
      _ = try await floor.intake.take([.ordered("ann", "1", 0), .viewed("bob", "2", 0)], now: Self.now)
      let fresh = Segment(id: "fresh", who: Self.orders(1, within: 30))
      try await floor.reload(Self.program(Self.buyers, fresh), at: Self.now)
      let progress = try await floor.responder.status(StatusRequest()).evaluation
      #expect(progress == Evaluation(done: 0, customers: 2))
      try await floor.pass(Self.now)
      #expect(try await floor.responder.status(StatusRequest()).evaluation == nil)
      #expect(try await floor.segments(of: "ann") == ["buyers", "fresh"])
      #expect(try await floor.segments(of: "bob") == [])
      #expect(try await floor.changes(of: "ann").map(\.reason) == [.definition, .definition])
      // A change of one leaves the other alone.
      let count = try await floor.changeCount()
      try await floor.reload(
        Self.program(Self.buyers, Segment(id: "fresh", who: Self.orders(2, within: 30))), at: Self.now)
      try await floor.pass(Self.now)
      #expect(try await floor.segments(of: "ann") == ["buyers"])
      #expect(try await floor.changeCount() == count + 1)
      try await floor.reload(Self.program(), at: Self.now)
      try await floor.pass(Self.now)
      #expect(
        try await floor.store.read { try $0.connection.integer("SELECT count(*) FROM memberships") } == 0)
      #expect(try await floor.timer.tick(now: Self.now) == nil)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `what is counted of events is counted anew from those that are stored`(kind: IntakeStore) async throws
  {
    try await SegmentFloor.use(kind, Self.program(), at: Self.now - .days(30)) { floor in
      _ = try await floor.intake.take(
        [.viewed("ann", "1", 0), .viewed("ann", "2", 5), .viewed("bob", "3", 0)], now: Self.now)
      let bounds = CountBounds(atLeast: 2)
      let window = TimeWindow.within(.days(30))
      let rule = TallyRule(.event("product_viewed", where: nil), bounds, window)
      try await floor.reload(
        Self.program(Segment(id: "lookers", who: .events(rule, bounds, window))), at: Self.now)
      try await floor.pass(Self.now)
      #expect(try await floor.segments(of: "ann") == ["lookers"])
      #expect(try await floor.segments(of: "bob") == [])
      // One that comes later adds to them, and one that comes again does not.
      _ = try await floor.intake.take([.viewed("bob", "3", 0)], now: Self.now)
      #expect(try await floor.segments(of: "bob") == [])
      _ = try await floor.intake.take([.viewed("bob", "4", 9)], now: Self.now)
      #expect(try await floor.segments(of: "bob") == ["lookers"])
      #expect(try await floor.changes(of: "bob").map(\.reason) == [.data])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `rows of an import count as an occasion if one is newer than the segment`(
    kind: IntakeStore
  ) async throws {
    let gold = Segment(id: "gold", who: .condition(.script("customer.level == 'gold'")))
    // Enabled 100 minutes before the middle of what is told.
    let enabledAt = Self.now - .minutes(10_000) + .minutes(100)
    try await SegmentFloor.use(kind, Self.program(gold), at: enabledAt) { floor in
      let rows: [IncomingEvent] = [
        .identified("old", "1", 99, ["level": .string("gold")]),
        .identified("new", "2", 100, ["level": .string("gold")]),
      ]
      _ = try await floor.intake.take(rows, now: Self.now, source: "import", keepsEvents: false)
      try await floor.pass(Self.now)
      #expect(try await floor.changes(of: "old").map(\.reason) == [.backfill])
      #expect(try await floor.changes(of: "new").map(\.reason) == [.data])
      // The same rows again change nothing.
      _ = try await floor.intake.take(rows, now: Self.now, source: "import", keepsEvents: false)
      try await floor.pass(Self.now)
      #expect(try await floor.changeCount() == 2)
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `two customers who are one are in the segments that both together meet`(kind: IntakeStore) async throws
  {
    let bounds = CountBounds(atLeast: 2)
    let window = TimeWindow.within(.days(30))
    let rule = TallyRule(.event("product_viewed", where: nil), bounds, window)
    try await SegmentFloor.use(
      kind,
      Self.program(
        Self.buyers, Segment(id: "lookers", who: .events(rule, bounds, window)),
        Segment(id: "no_buyers", who: .not(Self.orders(1)))), at: Self.now - .days(30)
    ) { floor in
      let visitor = Visitor.id(of: "v")
      _ = try await floor.intake.take([.viewed(visitor, "1", 0)], now: Self.now)
      _ = try await floor.intake.take([.viewed("ann", "2", 5), .ordered("ann", "3", 9)], now: Self.now)
      #expect(try await floor.segments(of: visitor) == ["no_buyers"])
      #expect(try await floor.segments(of: "ann") == ["buyers"])
      let refused = try await floor.intake.take(
        names: [NameStatement(.visitor, "v", of: "ann", at: Self.now, messageID: "n")],
        now: Self.now + .hours(1))
      #expect(refused == [:])
      for id in ["ann", visitor] { #expect(try await floor.segments(of: id) == ["buyers", "lookers"]) }
      let rows = try await floor.store.read {
        try $0.connection.integer("SELECT count(DISTINCT customer) FROM memberships")
      }
      #expect(rows == 1)
      // The facts of both are those of the one.
      let facts = try await floor.changes(of: "ann")
      #expect(facts.map(\.segment).sorted() == ["buyers", "lookers", "no_buyers", "no_buyers"])
      #expect(facts.suffix(2).allSatisfy { $0.at == Self.now + .hours(1) && $0.reason == .data })
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `all orders of a customer with many of them count`(kind: IntakeStore) async throws {
    let many = Segment(id: "many", who: Self.orders(35, within: 10))
    try await SegmentFloor.use(kind, Self.program(many), at: Self.now - .days(30)) { floor in
      for number in 1...60 {
        // One every two hours; 35 of them are within 70 hours.
        let event = IncomingEvent.ordered("ann", "\(number)", Int64(number) * 120)
        _ = try await floor.intake.take([event], now: event.event.at)
        #expect(try await floor.segments(of: "ann") == (number >= 35 ? ["many"] : []), "\(number)")
      }
      // The 35th newest was placed as the 26th.
      let placed = Self.now - .minutes(10_000) + .minutes(26 * 120)
      #expect(try await floor.state("ann")?.memberships["many"]?.nextChange == placed + .days(10))
      _ = try await floor.timer.tick(now: placed + .days(10))
      #expect(try await floor.segments(of: "ann") == [])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `a message that has ended is counted at the next tick`(kind: IntakeStore) async throws {
    let bounds = CountBounds()
    let rule = TallyRule(.message("welcome", .sent), bounds, .ever)
    let segment = Segment(id: "written_to", who: .events(rule, bounds, .ever))
    try await SegmentFloor.use(kind, Self.program(segment), at: Self.now - .days(30)) { floor in
      _ = try await floor.intake.take([.viewed("ann", "1", 0)], now: Self.now)
      try await floor.store.write { tx in
        let ann = try #require(try tx.customer(id: "ann"))
        _ = try tx.insert(
          [
            NewMessage(
              ledgerKey: LedgerKey(bytes: SHA256.hash("1").bytes), enrollment: 0, trigger: "welcome",
              occurrence: "1", customer: ann.key, step: "1", channel: "email", priority: 1, dueAt: Self.now,
              expiresAt: Self.now + .days(1),
              content: MessageContent(to: "a@b.example", subject: "Hello", text: "Text", purpose: .marketing))
          ], now: Self.now)
        _ = try tx.connection.run("UPDATE messages SET state = 'sent', final_at = 5")
        let key = try #require(try tx.connection.integer("SELECT key FROM messages"))
        try tx.markStale(["written_to"], afterMessages: [key], of: ["other"], now: Self.now)
        #expect(try tx.nextMembershipChange() == nil)
        try tx.markStale(["written_to"], afterMessages: [key], of: ["welcome"], now: Self.now)
      }
      #expect(try await floor.timer.tick(now: Self.now) == nil)
      #expect(try await floor.segments(of: "ann") == ["written_to"])
      #expect(try await floor.changes(of: "ann").map(\.reason) == [.data])
    }
  }

  @Test(arguments: IntakeStore.allCases)
  func `operators see sizes, members and what a customer meets`(kind: IntakeStore) async throws {
    let fresh = Segment(
      id: "fresh", who: .all([Self.orders(1, within: 30), .has(.script("customer.email"))]))
    try await SegmentFloor.use(kind, Self.program(Self.buyers, fresh), at: Self.now - .days(30)) { floor in
      _ = try await floor.intake.take([.ordered("ann", "1", 0), .ordered("bob", "2", 0)], now: Self.now)
      try await floor.store.write { try $0.noteSizes(day: 20_500) }
      let answer = try await floor.responder.segments(SegmentsRequest())
      #expect(answer.segments.map(\.segment) == ["buyers", "fresh"])
      #expect(answer.segments.map(\.size) == [2, 0])
      #expect(answer.segments.map(\.entered) == [2, 0])
      #expect(
        answer.segments[0].days == [
          SegmentsAnswer.Day(day: "2026-02-16", size: 2), SegmentsAnswer.Day(day: "2026-03-05", size: 2),
        ])
      await #expect(throws: OperationError.unknownSegment("fres", known: ["buyers", "fresh"])) {
        _ = try await floor.responder.segments(SegmentsRequest(segment: "fres"))
      }
      let parts = Parts()
      try await floor.responder.segmentMembers(SegmentMembersRequest(segment: "buyers")) { parts.add($0) }
      #expect(
        parts.text == """
          {"total":2}
          {"rows":[["ann","2026-03-05T18:00:00+08:00","data"],["bob","2026-03-05T18:00:00+08:00","data"]]}

          """)
      let explained = try await floor.responder.explain(ExplainRequest(customer: "ann")).segments
      #expect(explained.map(\.isMember) == [true, false])
      #expect(
        explained[1].conditions == [
          ExplainAnswer.Condition(
            condition: "{orders: {at_least: 1, within: 30d}}", holds: true, found: "1"),
          ExplainAnswer.Condition(
            condition: "has customer.email", holds: false, found: "customer.email is missing"),
        ])
    }
  }
}

/// What was sent, a line for each.
private final class Parts: Sendable {
  private let lines = Calls<String>()

  func add(_ part: JSON) -> Bool {
    _ = lines.add(part.text())
    return true
  }

  var text: String { lines.values.map { $0 + "\n" }.joined() }
}
