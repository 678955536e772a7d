import Domain
import Platform
import Store
import Testing

struct AttemptTests {
  private func attempts(_ tx: Transaction) throws -> [String] {
    try tx.connection.all("SELECT message, attempt, outcome, code, detail FROM attempts ORDER BY key") {
      "\($0.int64(0)) \($0.int64(1)) \($0.string(2)) \($0.string(3)) \($0.string(4))"
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `outcomes settle, retry, charge and taint`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...6).map { message($0, to: scene.ann) }, now: at(0))
      let claimed = try tx.claim()
      _ = try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0))
      let results = [
        result(claimed[0], .accepted, .sent), result(claimed[1], .temporary, .waiting, retry: 60),
        result(claimed[2], .throttled, .waiting, charged: false, retry: 30),
        result(claimed[3], .permanent, .dead), result(claimed[4], .ambiguous, .ambiguous),
        result(claimed[5], .released, .queued, charged: false),
      ]
      #expect(try tx.record(results) == [])
      var records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.sent, .waiting, .waiting, .dead, .ambiguous, .queued])
      #expect(records.map(\.attempt) == [1, 1, 0, 1, 1, 0])
      #expect(records.map(\.dueAt) == [at(0), at(60), at(30), at(0), at(0), at(0)])
      #expect(records.map(\.finalAt) == [at(3), nil, nil, at(3), nil, nil])
      #expect(records.map(\.maybeDelivered) == [false, false, false, false, true, false])
      #expect(
        records.map(\.outcome)
          == [.accepted, .temporary, .throttled, .permanent, .ambiguous, .released])
      #expect(try attempts(tx).count == 5)
      // Written once more, as after a commit of unknown fate: nothing changes.
      #expect(try tx.record(results).count == 6)
      #expect(try tx.messages(of: scene.ann.key) == records)
      #expect(try attempts(tx).count == 5)
      // The second attempts carry their numbers.
      let again = try tx.claim(now: 60, first: 50)
      #expect(again.map(\.attempt) == [1, 1, 2])
      // An ambiguity sticks to the message for ever.
      #expect(try tx.resolve(uid: records[4].uid, as: .retry, now: at(61)))
      let retried = try tx.claim(now: 61, first: 90)
      #expect(retried.map(\.attempt) == [2])
      #expect(try tx.record([result(retried[0], .permanent, .dead)]) == [])
      records = try tx.messages(of: scene.ann.key)
      #expect(records[4].state == .dead && records[4].maybeDelivered)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a stale claim changes nothing, but an acceptance always stands`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...3).map { message($0, to: scene.ann) }, now: at(0))
      let stale = try tx.claim()
      #expect(try tx.freeLapsed(now: at(900)) == Recovery(requeued: 3))
      let current = try tx.claim(now: 900, first: 10)
      let both = [
        result(stale[0], .permanent, .dead), result(current[0], .accepted, .sent),
        result(stale[1], .accepted, .sent),
      ]
      #expect(try tx.record(both) == [stale[0].key, stale[1].key])
      var records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.sent, .sent, .leased])
      #expect(records[1].outcome == .accepted && records[1].finalAt == at(3))
      // The second claim of the same message comes too late then.
      #expect(try tx.beginHandoff([(current[1].key, current[1].token)], now: at(0)) == [])
      #expect(try tx.record([result(current[1], .temporary, .waiting, retry: 5000)]) == [current[1].key])
      records = try tx.messages(of: scene.ann.key)
      #expect(records[1].state == .sent)
      // What was done is on record all the same.
      #expect(try attempts(tx).count == 4)
    }
  }

  /// SQLite gives the number of the last row to the next when it is removed.
  @Test(arguments: StoreKind.allCases)
  func `the result of a forgotten person's message says nothing about another that got its number`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.ann)], now: at(0))
      let claimed = try tx.claim()
      _ = try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0))
      #expect(try tx.forget(customerID: "ann", at: at(1)))
      _ = try tx.insert([message(3, to: scene.bob), message(4, to: scene.bob)], now: at(2))
      let late = [result(claimed[0], .accepted, .sent), result(claimed[1], .badAddress, .dead)]
      #expect(try tx.record(late) == Set(claimed.map(\.key)))
      #expect(try (3...4).map { try tx.state($0, of: scene.bob) } == [.queued, .queued])
      #expect(try tx.suppressed([("email", "bob@example.com")]) == [])
      #expect(try attempts(tx).isEmpty)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a refused address is suppressed on its channel`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann, channel: "sms")],
        now: at(0))
      let claimed = try tx.claim(limit: 1)
      #expect(try tx.record([result(claimed[0], .badAddress, .dead)]) == [])
      #expect(try tx.suppressed([("email", "ann@example.com"), ("sms", "ann@example.com")]) == [0])
      #expect(try tx.claim() == [])
      #expect(try tx.state(2, of: scene.ann) == .suppressed)
      #expect(try tx.claim("sms").count == 1)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an operator settles what is ambiguous`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...4).map { message($0, to: scene.ann) }, now: at(0))
      let claimed = try tx.claim()
      _ = try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0))
      _ = try tx.record(claimed.prefix(3).map { result($0, .ambiguous, .ambiguous) })
      #expect(try tx.messages(in: .ambiguous, limit: 2).map(\.key) == claimed.prefix(2).map(\.key))
      #expect(try tx.resolve(uid: claimed[0].uid, as: .sent, now: at(7)))
      #expect(try tx.resolve(uid: claimed[1].uid, as: .dead, now: at(8)))
      #expect(try tx.resolve(uid: claimed[2].uid, as: .retry, now: at(9)))
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.sent, .dead, .queued, .handoff])
      #expect(records.map(\.finalAt) == [at(7), at(8), nil, nil])
      for uid in [claimed[0].uid, claimed[3].uid, "", "zz", String(repeating: "0", count: 32)] {
        #expect(try !tx.resolve(uid: uid, as: .sent, now: at(9)))
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what is sent again has a day for it, however old it is, or until its own expiry`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      var late = message(1, to: scene.ann)
      late.expiresAt = at(50)
      var roomy = message(2, to: scene.ann)
      roomy.expiresAt = at(1_000_000)
      _ = try tx.insert([late, roomy], now: at(0))
      let claimed = try tx.claim()
      _ = try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0))
      _ = try tx.record(claimed.map { result($0, .ambiguous, .ambiguous) })
      for message in claimed { #expect(try tx.resolve(uid: message.uid, as: .retry, now: at(500_000))) }
      let again = try tx.claim(now: 500_000, first: 50)
      #expect(again.map(\.dueAt) == [at(500_000), at(500_000)])
      #expect(again.map(\.expiresAt) == [at(586_400), at(1_000_000)])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `finished messages and old decisions are forgotten in batches`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...5).map { message($0, to: scene.ann) }, now: at(0))
      _ = try tx.insert([message(6, to: scene.ann)], now: at(50))
      let claimed = try tx.claim()
      _ = try tx.record(
        claimed.map {
          $0.content.subject == "Hello 3" ? result($0, .ambiguous, .ambiguous) : result($0, .accepted, .sent)
        })
      let stored = try tx.insertStored([enrollment(scene.ann)])
      try tx.record(
        [10, 60].map {
          StoredDecision(
            enrollment: stored[0].key, trigger: "welcome", customer: scene.ann.key, step: "1", at: at($0),
            verdict: .send, gate: nil, channel: "email", until: nil, trace: [])
        })
      #expect(try tx.prune(before: at(50), count: 3) == 3 + 3 + 1)
      #expect(try tx.prune(before: at(50), count: 3) == 1 + 1)
      #expect(try tx.prune(before: at(50), count: 3) == 0)
      #expect(try tx.messages(of: scene.ann.key).map(\.enrollment) == [3, 6])
      #expect(try tx.decisions(of: scene.ann.key).map(\.at) == [at(60)])
      #expect(try attempts(tx).count == 2)
    }
  }
}
