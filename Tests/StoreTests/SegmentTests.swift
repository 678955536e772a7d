import Domain
import Platform
import Store
import Testing

struct SegmentTests {
  @Test(arguments: StoreKind.allCases)
  func `a segment is enabled once, evaluated anew when it changes, and removed`(kind: StoreKind) async throws
  {
    try await kind.transact { tx, _ in
      var known = try tx.syncSegments([("a", "1"), ("b", "1")], now: at(1))
      #expect(known["a"]?.enabledAt == at(1))
      #expect(known["a"]?.passAfter == CustomerKey(0))
      try tx.setPassAfter(nil, of: ["a", "b"])
      known = try tx.syncSegments([("a", "1"), ("b", "2")], now: at(2))
      #expect(known["a"]?.passAfter == nil)
      #expect(known["b"]?.passAfter == CustomerKey(0))
      #expect(known["b"]?.enabledAt == at(1))
      known = try tx.syncSegments([("b", "2")], now: at(3))
      #expect(known["a"]?.removedAt == at(3))
      #expect(known["a"]?.passAfter == CustomerKey(0))
      known = try tx.syncSegments([("a", "1"), ("b", "2")], now: at(4))
      #expect(known["a"]?.removedAt == nil)
      #expect(known["a"]?.enabledAt == at(4))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `memberships and what is counted are read as they were written`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try tx.syncSegments([("a", "1"), ("b", "1")], now: at(1))
      let member = Membership(
        isMember: true, since: at(5), reason: .data, lapsedAt: at(6), nextChange: at(9))
      let tally = Tally([.init(at: at(1)), .init(at: at(2))])
      let sum = Tally([.init(at: at(1), amount: 2.5), .init(at: at(2), amount: -1)])
      try tx.save(memberships: [
        (scene.ann.key, "a", member), (scene.ann.key, "b", Membership(isMember: false, nextChange: at(8))),
      ])
      try tx.save(tallies: [(scene.ann.key, TallyID("x"), tally), (scene.ann.key, TallyID("y"), sum)])
      let keys = [scene.ann.key, scene.bob.key]
      let whole = try tx.states(of: keys, parts: [.memberships])
      let bounds = StateBounds(currency: .unknown, triggers: [])
      let bounded = try tx.firstStates(of: keys, parts: [.memberships], within: bounds).states
      let inOrder = try tx.firstStates(inOrder: keys, parts: [.memberships], within: bounds).states
      for state in [whole[scene.ann.key], bounded.first, inOrder.first] {
        #expect(state?.memberships["a"] == member)
        #expect(state?.memberships["b"]?.nextChange == at(8))
        #expect(state?.tallies == [TallyID("x"): tally, TallyID("y"): sum])
      }
      #expect(try tx.nextMembershipChange() == at(8))
      #expect(try tx.dueMemberships(now: at(7), limit: 10) == [])
      #expect(try tx.dueMemberships(now: at(9), limit: 10) == [scene.ann.key])
      // What says nothing leaves no row.
      try tx.save(memberships: [(scene.ann.key, "a", .none), (scene.ann.key, "b", .none)])
      #expect(try tx.states(of: keys, parts: [.memberships])[scene.ann.key]?.memberships == [:])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `forgetting removes segments, facts and counts`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try tx.syncSegments([("a", "1")], now: at(1))
      try tx.save(memberships: [(scene.ann.key, "a", Membership(isMember: true, since: at(2), reason: .time))]
      )
      try tx.record([(scene.ann.key, MembershipChange("a", .entered, at: at(2), .time))])
      try tx.save(tallies: [(scene.ann.key, TallyID("x"), Tally([.init(at: at(1))]))])
      var parts: [JSON] = []
      _ = try tx.export(customerID: "ann") { parts.append($0) }
      let texts = parts.map { $0.text() }
      #expect(texts.contains { $0.hasPrefix("{\"segments\":[{\"segment\":\"a\",\"is_member\":") })
      #expect(
        texts.contains {
          $0.hasPrefix(
            "{\"segment_changes\":[{\"segment\":\"a\",\"kind\":\"segment_entered\",\"reason\":\"time\"")
        })
      #expect(try tx.forget(customerID: "ann", at: at(3)))
      for table in ["memberships", "membership_changes", "tallies"] {
        #expect(try tx.connection.integer(SQLText("SELECT count(*) FROM \(table)")) == 0)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `figures tell the size, who came and went, and past days`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let segment = try #require(try tx.syncSegments([("a", "1")], now: at(1))["a"])
      try tx.save(memberships: [
        (scene.ann.key, "a", Membership(isMember: true, since: at(2), reason: .data)),
        (scene.bob.key, "a", Membership(isMember: false, since: at(4), reason: .time)),
      ])
      try tx.record([
        (scene.ann.key, MembershipChange("a", .entered, at: at(2), .data)),
        (scene.bob.key, MembershipChange("a", .entered, at: at(-9), .data)),
        (scene.bob.key, MembershipChange("a", .left, at: at(4), .time)),
      ])
      try tx.noteSizes(day: 7)
      try tx.noteSizes(day: 8)
      var figures = SegmentFigures()
      (figures.size, figures.entered, figures.left, figures.days) = (1, 1, 1, [(8, 1)])
      #expect(try tx.figures(of: segment, since: at(0), from: 8) == figures)
      #expect(try tx.members(of: segment, after: CustomerKey(0), limit: 10).map(\.id) == ["ann"])
    }
  }
}
