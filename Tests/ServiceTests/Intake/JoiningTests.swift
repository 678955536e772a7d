import Decisioning
import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// One person, many names: visitors who turn out to be users, and users who turn out to be one.
@Suite struct JoiningTests {
  private static let anywhere = IntakeStore.allCases

  // MARK: - Any order

  private enum Call: Sendable {
    case event(IncomingEvent)
    case names(NameStatement)
  }

  /// Three people with several ids each, and everything that they do.
  private static func story(_ random: inout SeededGenerator) -> (calls: [Call], people: [String: [String]]) {
    // exact: ids of the test itself
    var people: [String: [String]] = [:]
    var calls: [Call] = []
    var minute: Int64 = 0
    for person in 0..<3 {
      let own = "u\(person)"
      var ids = [own]
      for number in 0..<2 {
        let visitor = "v\(person)\(number)"
        ids.append(Visitor.id(of: visitor))
        calls.append(
          .names(
            NameStatement.visitor(
              visitor, of: ids.filter { !Visitor.isVisitor($0) }.randomElement(using: &random) ?? own)))
      }
      // Former ids, each the former of one that is known already.
      for number in 0..<2 {
        let former = "f\(person)\(number)"
        let later = ids.filter { !Visitor.isVisitor($0) }.randomElement(using: &random) ?? own
        ids.append(former)
        calls.append(.names(NameStatement.alias(former, of: later)))
      }
      for id in ids {
        for number in 0..<6 {
          minute += Int64.random(in: 1...9, using: &random)
          let message = "\(id)-\(number)"
          switch Int.random(in: 0..<9, using: &random) {
          case 0, 1: calls.append(.event(.viewed(id, message, minute)))
          case 2, 3:
            calls.append(.event(.added(id, message, minute, cart: Bool.random(using: &random) ? "c" : "d")))
          case 4: calls.append(.event(.ordered(id, message, minute)))
          case 5: calls.append(.event(.quiz(id, message, minute)))
          case 6:
            calls.append(
              .event(.expressed(id, message, minute, Bool.random(using: &random) ? .granted : .withdrawn)))
          default:
            calls.append(
              .event(
                .identified(
                  id, message, minute, ["a\(number % 3)": .integer(minute)],
                  email: Bool.random(using: &random) ? "\(minute)@tea.example" : nil)))
          }
        }
      }
      people[own] = ids
    }
    return (calls, people)
  }

  private static func take(
    _ calls: [Call], _ random: inout SeededGenerator, _ floor: IntakeFloor
  ) async throws {
    var rest = calls[...]
    while !rest.isEmpty {
      // As in one request: what is said of names comes first.
      let batch = rest.prefix(Int.random(in: 1...12, using: &random))
      rest = rest.dropFirst(batch.count)
      let names = batch.compactMap { if case .names(let names) = $0 { names } else { nil } }
      let events = batch.compactMap { if case .event(let event) = $0 { event } else { nil } }
      #expect(try await floor.intake.take(names: names, now: IntakeFloor.now) == [:])
      let receipt = try await floor.take(events)
      #expect(receipt.refusals == [])
    }
  }

  @Test(arguments: anywhere)
  func `the same calls in any order give the same people`(kind: IntakeStore) async throws {
    var random = SeededGenerator()
    let rerun = "\(random)"
    let (calls, people) = Self.story(&random)
    var expected: [[String]]?
    for _ in 0..<4 {
      let order = calls.shuffled(using: &random)
      var own = random
      let found = try await IntakeFloor.use(kind) { floor in
        try await Self.take(order, &own, floor)
        var found: [[String]] = []
        for (person, ids) in people.sorted(by: { $0.key < $1.key }) {
          let customer = try #require(try await floor.state(person)?.customer)
          #expect(customer.id == person, "\(rerun)")
          for id in ids { #expect(try await floor.state(id)?.customer.key == customer.key, "\(id) \(rerun)") }
          found.append(try await floor.summary(person))
          let events = try await floor.store.read { tx in
            try tx.connection.all(
              "SELECT message_id FROM events WHERE customer = ?1", [.integer(customer.key.rawValue)]
            ) { $0.string(0) }.sorted()
          }
          found.append(events)
        }
        #expect(try await floor.store.read { try $0.customerCount() } == people.count)
        return found
      }
      random = own
      if let expected {
        for (one, other) in zip(expected, found) { #expect(one == other, "\(rerun)") }
      } else {
        expected = found
      }
    }
  }

  // MARK: - Visitors

  @Test(arguments: anywhere)
  func `a visitor is kept, becomes the user with all that was done, and stays one under both ids`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      let visitor = Visitor.id(of: "v")
      try await floor.take([
        .added(visitor, "m1", 1), .quiz(visitor, "m2", 2),
        .identified(visitor, "m3", 3, email: "ann@tea.example"),
      ])
      try await floor.take([.ordered("ann", "m4", 5)])
      #expect(
        try await floor.intake.take(names: [NameStatement.visitor("v", of: "ann")], now: IntakeFloor.now)
          == [:])
      try await floor.take([.quiz(visitor, "m5", 6), .added("ann", "m6", 7, cart: "d")])
      let state = try #require(try await floor.state("ann"))
      #expect(state.customer.email == "ann@tea.example")
      #expect(state.events.map(\.messageID) == ["m2", "m5"])
      #expect(Set(state.carts.map(\.id)) == ["c", "d"])
      #expect(state.orders.map(\.id) == ["order-m4"])
      #expect(state.customer.names?.others.map(\.id) == [visitor])
      // The visitor came first.
      #expect(state.customer.lotID == visitor)
      #expect(try await floor.state(visitor) == state)
      // Said again, and sent again under either id.
      #expect(
        try await floor.intake.take(names: [NameStatement.visitor("v", of: "ann")], now: IntakeFloor.now)
          == [:])
      let again = try await floor.take([.quiz("ann", "m2", 2), .quiz(visitor, "m5", 6)])
      #expect(again.duplicates == 2 && again.refusals == [])
      let reused = try await floor.take([.quiz("bob", "m2", 2)])
      #expect(reused.refusals.map(\.reason) == [.messageIDReused])
      #expect(try await floor.state("ann") == state)
    }
  }

  @Test(arguments: anywhere)
  func `of two people at one browser neither becomes the other`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      _ = try await floor.intake.take(
        names: [NameStatement.visitor("v", of: "ann"), NameStatement.visitor("v", of: "bob")],
        now: IntakeFloor.now)
      try await floor.take([.quiz(Visitor.id(of: "v"), "m1", 1), .quiz("bob", "m2", 2)])
      #expect(try await floor.state("ann")?.events.map(\.messageID) == ["m1"])
      #expect(try await floor.state("bob")?.events.map(\.messageID) == ["m2"])
      #expect(floor.intake.nameCounts.refused == [.ofAnother: 1])
    }
  }

  @Test(arguments: anywhere)
  func `visitors without an address go when their time is over, and others stay`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      let (gone, back, reached) = (Visitor.id(of: "gone"), Visitor.id(of: "back"), Visitor.id(of: "reached"))
      try await floor.take([
        .viewed(gone, "m1", 1), .added(back, "m2", 1), .identified(reached, "m3", 1, email: "r@tea.example"),
        .quiz("ann", "m4", 1),
      ])
      let counts = try await floor.store.read { (try $0.customerCount(), try $0.visitorCount()) }
      #expect(counts.0 == 2 && counts.1 == 2)
      let later = IntakeFloor.now + .days(20)
      _ = try await floor.intake.take([.viewed(back, "m5", 2)], now: later)
      let dropped = try await floor.store.write {
        try $0.dropVisitors(before: IntakeFloor.now + .days(1), limit: 10)
      }
      #expect(dropped == 1)
      #expect(try await floor.state(gone) == nil)
      for id in [back, reached, "ann"] { #expect(try await floor.state(id) != nil, "\(id)") }
      #expect(try await floor.eventCount() == 4)
      // An address that comes late keeps the visitor.
      _ = try await floor.intake.take([.identified(back, "m6", 3, email: "b@tea.example")], now: later)
      #expect(try await floor.store.read { try $0.visitorCount() } == 0)
    }
  }

  // MARK: - Files

  @Test(arguments: anywhere, [1, 1000])
  func `rows of a file under any id are the customer's`(kind: IntakeStore, size: Int) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.quiz("old", "m1", 1), .quiz("bob", "m2", 2), .quiz("ann", "m3", 3)])
      _ = try await floor.intake.take(names: [NameStatement.alias("old", of: "ann")], now: IntakeFloor.now)
      var sheet = OrderSheet(receivedAt: IntakeFloor.now)
      for (number, id) in ["ann", "old", "bob", "new", "old"].enumerated() {
        _ = sheet.append(
          Order(
            id: "o\(number)", placedAt: IntakeFloor.now - .days(Int64(9 - number)),
            total: Money(minorUnits: 100, currency: IntakeFloor.currency), receivedAt: IntakeFloor.now),
          of: id)
      }
      sheet.seal()
      try await floor.intake.take(orders: sheet, transactionSize: size) { _ in
      } alongside: { _ in
      }
      #expect(try await floor.state("ann")?.orders.map(\.id) == ["o0", "o1", "o4"])
      #expect(try await floor.state("new")?.orders.map(\.id) == ["o3"])
      _ = try await floor.intake.take(
        [
          .identified("ann", "r1", 5, ["a": .integer(1)]), .identified("old", "r2", 6, ["b": .integer(2)]),
          .identified("bob", "r3", 7, ["c": .integer(3)]),
        ], now: IntakeFloor.now, source: "import", keepsEvents: false)
      #expect(Set(try await floor.state("ann")?.customer.attributes.entries.map(\.name) ?? []) == ["a", "b"])
    }
  }

  // MARK: - Concurrency

  @Test(arguments: anywhere)
  func `events prepared before a join reach the joined customer`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      let visitor = Visitor.id(of: "v")
      try await floor.take([
        .identified(visitor, "m1", 1, ["a": .integer(1)]), .identified("ann", "m2", 2, ["b": .integer(2)]),
      ])
      try await floor.atOnce([
        {
          _ = try await floor.intake.take(
            names: [NameStatement.visitor("v", of: "ann")], now: IntakeFloor.now)
        },
        {
          try await floor.take([
            .identified(visitor, "m3", 3, ["c": .integer(3)]),
            .identified("ann", "m4", 4, ["d": .integer(4)]),
            .quiz("new", "m5", 5),
          ])
        },
      ])
      let state = try #require(try await floor.state("ann"))
      #expect(Set(state.customer.attributes.entries.map(\.name)) == ["a", "b", "c", "d"])
      #expect(try await floor.state("new")?.events.count == 1)
    }
  }

  @Test(arguments: anywhere)
  func `what many say at once about the same ids joins them once`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      for number in 0..<8 { try await floor.take([.quiz(Visitor.id(of: "v\(number)"), "m\(number)", 1)]) }
      try await withThrowingTaskGroup { group in
        for number in 0..<32 {
          group.addTask {
            let statement =
              number >= 24
              ? NameStatement.alias("old\(number % 3)", of: "ann")
              : NameStatement.visitor("v\(number % 8)", of: "ann")
            _ = try await floor.intake.take(names: [statement], now: IntakeFloor.now)
            try await floor.take([.quiz(Visitor.id(of: "v\(number % 8)"), "n\(number)", 2)])
          }
        }
        try await group.waitForAll()
      }
      #expect(try await floor.state("ann")?.events.count == 8 + 32)
    }
  }
}

extension NameStatement {
  private static func make(_ kind: Kind, _ name: String, _ id: String) -> NameStatement {
    NameStatement(
      kind, name, of: id, at: IntakeFloor.now - .minutes(1000), messageID: "\(kind.rawValue)-\(name)-\(id)")
  }

  static func visitor(_ name: String, of id: String) -> NameStatement { make(.visitor, name, id) }
  static func alias(_ name: String, of id: String) -> NameStatement { make(.alias, name, id) }
}
