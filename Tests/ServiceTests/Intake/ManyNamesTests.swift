import Decisioning
import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// What is refused of many names, and what holds under each of them.
@Suite struct ManyNamesTests {
  private static let anywhere = IntakeStore.allCases

  @Test(arguments: anywhere)
  func `rings and crowds are refused, and change nothing`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      func say(_ statement: NameStatement) async throws -> NameVerdict.Refusal? {
        try await floor.intake.take(names: [statement], now: IntakeFloor.now)[0]
      }
      #expect(try await say(NameStatement.alias("a", of: "b")) == nil)
      #expect(try await say(NameStatement.alias("b", of: "c")) == nil)
      #expect(try await say(NameStatement.alias("c", of: "a")) == .cycle)
      #expect(try await say(NameStatement.alias("a", of: "c")) == nil)
      let ring = try #require(try await floor.state("a")?.customer)
      #expect(ring.ids == ["c", "a", "anonymous:a", "anonymous:b", "b"])
      let long = String(repeating: "é", count: 5000)
      for number in 0..<97 {
        #expect(try await say(NameStatement.visitor("\(long)\(number)", of: "c")) == nil)
      }
      #expect(try await say(NameStatement.visitor("one more", of: "c")) == .tooMany)
      #expect(try await say(NameStatement.alias("another", of: "a")) == .tooMany)
      #expect(try await floor.state("c")?.customer.ids.count == 5 + 97)
      #expect(floor.intake.nameCounts.refused == [.cycle: 1, .tooMany: 2])
    }
  }

  @Test(arguments: anywhere)
  func `ids that lead to nobody, as after a change by hand, are free`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      _ = try await floor.intake.take(names: [.alias("old", of: "ann")], now: IntakeFloor.now)
      try await floor.store.write { try $0.connection.execute("DELETE FROM customers WHERE id = 'ann'") }
      for (name, id) in [("old", "bob"), ("ann", "old")] {
        _ = try await floor.intake.take(names: [.alias(name, of: id)], now: IntakeFloor.now)
      }
      #expect(try await floor.state("ann")?.customer.id == "bob")
    }
  }

  @Test(arguments: anywhere)
  func `who is forgotten under any name is forgotten under all, and the names are free`(
    kind: IntakeStore
  ) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([
        .identified(Visitor.id(of: "v"), "m1", 1, email: "v@tea.example"), .quiz("old", "m2", 2),
      ])
      _ = try await floor.intake.take(
        names: [NameStatement.visitor("v", of: "ann"), NameStatement.alias("old", of: "ann")],
        now: IntakeFloor.now)
      #expect(try await floor.store.write { try $0.forget(customerID: "old", at: IntakeFloor.now) })
      for id in ["ann", "old", Visitor.id(of: "v"), Visitor.id(of: "old")] {
        #expect(try await floor.state(id) == nil, "\(id)")
      }
      #expect(try await floor.eventCount() == 0)
      let reasons = try await floor.store.read {
        try $0.suppressions(of: [("email", "v@tea.example"), ("bot", "ann"), ("bot", "old")])
      }
      #expect(reasons == [0: .forgotten, 1: .forgotten, 2: .forgotten])
      // Somebody with an alias of a forgotten id is written to as little under it.
      floor.live.update {
        $0.program.channels["bot"] = ChannelPolicy(
          name: "bot", address: .customerID, medium: .email, consent: .optOut)
      }
      _ = try await floor.intake.take(names: [NameStatement.alias("old", of: "eve")], now: IntakeFloor.now)
      #expect(try await floor.store.read { try $0.suppressions(of: [("bot", "eve")]) } == [0: .forgotten])
      #expect(try await floor.state("old")?.customer.id == "eve")
    }
  }

  @Test(arguments: anywhere)
  func `an export under any name gives everything, with the names`(kind: IntakeStore) async throws {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.quiz(Visitor.id(of: "v"), "m1", 1), .quiz("ann", "m2", 2)])
      _ = try await floor.intake.take(names: [NameStatement.visitor("v", of: "ann")], now: IntakeFloor.now)
      var exports: [[ExactText: JSON]] = []
      for id in ["ann", Visitor.id(of: "v")] {
        exports.append(
          try await floor.store.read { tx in
            var parts: [ExactText: JSON] = [:]
            let isKnown = try tx.export(customerID: id) { part in
              for member in part.objectValue ?? JSONObject() { parts[member.key] = member.value }
            }
            #expect(isKnown)
            return parts
          })
      }
      #expect(exports[0] == exports[1])
      #expect(exports[0]["customer"]?["id"] == "ann")
      #expect(exports[0]["names"]?[0]?["id"] == "anonymous:v")
      #expect(exports[0]["events"]?.arrayValue?.count == 2)
    }
  }

  @Test(arguments: anywhere)
  func `an unsubscribe link of a former id works, and of all says which holds`(kind: IntakeStore) async throws
  {
    try await IntakeFloor.use(kind) { floor in
      try await floor.take([.identified(Visitor.id(of: "v"), "m1", 1, email: "v@tea.example")])
      _ = try await floor.intake.take(names: [NameStatement.visitor("v", of: "ann")], now: IntakeFloor.now)
      let changed = try await floor.store.write {
        try $0.withdrawConsent(
          customerID: Visitor.id(of: "v"), channel: "email", at: IntakeFloor.now, source: "unsubscribe_link")
      }
      #expect(changed == true)
      #expect(try await floor.state("ann")?.customer.consent == ["email": .withdrawn])
    }
  }
}
