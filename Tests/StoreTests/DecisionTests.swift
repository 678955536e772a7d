import Domain
import Store
import Testing

struct DecisionTests {
  private func decision(
    _ enrollment: Enrollment, _ seconds: Int64, _ verdict: VerdictKind, _ gate: Gate?, step: StepID = "1",
    until: Int64? = nil, trace: [TraceEntry] = []
  ) -> StoredDecision {
    StoredDecision(
      enrollment: enrollment.key, trigger: enrollment.trigger, customer: enrollment.customer, step: step,
      at: at(seconds), verdict: verdict, gate: gate, channel: verdict == .send ? "email" : nil,
      until: until.map { at($0) }, trace: trace)
  }

  @Test(arguments: StoreKind.allCases)
  func `decisions come back with their traces`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let stored = try tx.insertStored([enrollment(scene.ann), enrollment(scene.bob)])
      let trace = [
        TraceEntry(gate: .triggerPaused, passed: true),
        TraceEntry(gate: .suppressed, passed: true, channel: "email"),
        TraceEntry(gate: .audience, passed: true, values: ["orders_count": .integer(3)]),
        TraceEntry(
          gate: .frequencyCap, passed: false, channel: "sms",
          values: [
            "limit": .integer(1), "since": .instant(at(1)), "sum": .number(0.5), "text": .string("\""),
          ]
        ),
      ]
      let all = [
        decision(stored[0], 1, .skip, .frequencyCap, trace: trace), decision(stored[0], 2, .send, nil),
        decision(stored[0], 3, .withhold, .holdout, step: "last,call"),
        decision(stored[0], 4, .defer, .quietHours, until: 9),
      ]
      try tx.record(all + [decision(stored[1], 1, .send, nil)])
      #expect(try tx.decisions(of: scene.ann.key) == all)
      #expect(try tx.decisions(of: scene.ann.key, limit: 3) == Array(all.dropFirst()))
      #expect(try tx.decisionCount(of: scene.ann.key) == 4)
      #expect(try tx.decisions(of: scene.bob.key).count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a deferral repeated is one row`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let stored = try tx.insertStored([enrollment(scene.ann), enrollment(scene.bob)])
      try tx.record([decision(stored[1], 0, .defer, .quietHours, until: 1)])
      for second in 1...5 {
        try tx.record([decision(stored[0], Int64(second), .defer, .quietHours, until: 100)])
      }
      try tx.record([
        decision(stored[0], 6, .defer, .frequencyCap, until: 100),
        decision(stored[0], 7, .defer, .quietHours, step: "2", until: 100),
        decision(stored[0], 8, .send, nil),
      ])
      #expect(
        try tx.decisions(of: scene.ann.key).map { ($0.at - at(0)).milliseconds / 1000 } == [5, 6, 7, 8])
      #expect(try tx.decisions(of: scene.bob.key).count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `caps count marketing that was sent or may yet be`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      for (seconds, number) in [(10, 1), (20, 2), (30, 3), (40, 4), (50, 5)] {
        _ = try tx.insert(
          [
            message(
              number, to: scene.ann, channel: number == 3 ? "sms" : "email",
              purpose: number == 4 ? .service : .marketing)
          ], now: at(Int64(seconds)))
      }
      _ = try tx.insert([message(9, to: scene.bob)], now: at(60))
      let entries = try tx.capEntries(of: [scene.ann.key, scene.bob.key], since: at(20))
      #expect(
        entries[scene.ann.key] == [
          CapEntry(channel: "email", at: at(20)), CapEntry(channel: "sms", at: at(30)),
          CapEntry(channel: "email", at: at(50)),
        ])
      #expect(entries[scene.bob.key] == [CapEntry(channel: "email", at: at(60))])
      // One dies, one is sent: only the dead one is given back.
      let claimed = try tx.claim(limit: 100, now: 70)
      let second = try #require(claimed.first { $0.content.subject == "Hello 2" })
      let fifth = try #require(claimed.first { $0.content.subject == "Hello 5" })
      _ = try tx.record([result(second, .permanent, .dead), result(fifth, .accepted, .sent)])
      #expect(
        try tx.capEntries(of: [scene.ann.key], since: at(20))[scene.ann.key]?.map(\.at) == [at(30), at(50)])
      #expect(try tx.capEntries(of: [], since: at(0)).isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a suppression knows addresses in any case, by channel`(kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      try tx.suppress(
        [("email", "Ann@Example.com", .complaint), ("email", "ann@example.COM", .operator)], at: at(1))
      #expect(
        try tx.suppressed([
          ("email", "ann@example.com"), ("sms", "ann@example.com"), ("email", "bob@example.com"),
          ("email", "ANN@EXAMPLE.COM"),
        ]) == [0, 3])
      #expect(try tx.unsuppress(channel: "email", address: "ANN@example.com", at: at(8)))
      #expect(try !tx.unsuppress(channel: "email", address: "ANN@example.com", at: at(8)))
      #expect(try tx.suppressed([("email", "ann@example.com")]) == [])
    }
  }
}
