import Domain
import Store
import Testing

/// What happens to messages in flight after a restart, and when leases lapse.
struct OutboxRecoveryTests {
  @Test(arguments: StoreKind.allCases)
  func `after a start messages in handoff follow their channel's rule`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      func handOver(_ number: Int) throws {
        _ = try tx.insert([message(number, to: scene.ann)], now: at(Int64(number)))
        let claimed = try tx.claim(limit: 1)
        _ = try tx.beginHandoff([(claimed[0].key, claimed[0].token)], now: at(Int64(number)))
      }
      try handOver(1)
      #expect(
        try tx.recoverOutbox(["sms": HandoffRule(assumesSent: true)], now: at(10)) == Recovery(ambiguous: 1))
      try handOver(2)
      let since3 = ["email" as ChannelName: HandoffRule(retriesSince: at(3))]
      #expect(try tx.recoverOutbox(since3, now: at(10)) == Recovery(ambiguous: 1))
      try handOver(3)
      #expect(try tx.recoverOutbox(since3, now: at(10)) == Recovery(requeued: 1))
      let again = try tx.claim(limit: 1)
      _ = try tx.beginHandoff([(again[0].key, again[0].token)], now: at(20))
      #expect(
        try tx.recoverOutbox(["email": HandoffRule(assumesSent: true)], now: at(10))
          == Recovery(assumedSent: 1))
      let records = try tx.messages(of: scene.ann.key).sorted { $0.createdAt < $1.createdAt }
      #expect(records.map(\.state) == [.ambiguous, .ambiguous, .sent])
      #expect(records.map(\.attempt) == [1, 1, 2])
      #expect(records.map(\.maybeDelivered) == [true, true, true])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `after a start leased messages are queued and messages in handoff are ambiguous`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...3).map { message($0, to: scene.ann) }, now: at(0))
      let claimed = try tx.claim(limit: 2)
      _ = try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0))
      #expect(try tx.recoverOutbox() == Recovery(requeued: 1, ambiguous: 1))
      #expect(try tx.recoverOutbox() == Recovery())
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.queued, .ambiguous, .queued])
      #expect(records.map(\.attempt) == [0, 1, 0])
      #expect(records.map(\.maybeDelivered) == [false, true, false])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what waited too long expires, and lapsed leases are freed`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann, expires: 901),
          message(4, to: scene.ann, due: 2000, expires: 900), message(5, to: scene.ann, channel: "sms"),
        ], now: at(0))
      let claimed = try tx.claim(limit: 2)
      _ = try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0))
      _ = try tx.claim("sms", now: 1)
      #expect(try tx.expireOverdue(now: at(899)).isEmpty)
      #expect(try tx.freeLapsed(now: at(899)) == Recovery())
      #expect(try tx.expireOverdue(now: at(900)).map(\.enrollment) == [4])
      #expect(try tx.freeLapsed(now: at(900)) == Recovery(requeued: 1, ambiguous: 1))
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.queued, .ambiguous, .queued, .expired, .leased])
      #expect(records.map(\.attempt) == [0, 1, 0, 0, 1])
      #expect(records[3].finalAt == at(900))
    }
  }

  /// What was handed over at 10, its channel's rule, and what becomes of it when its lease lapses at 900.
  private static let lapses: [(rule: HandoffRule?, state: MessageState, found: Recovery)] = [
    (nil, .ambiguous, Recovery(ambiguous: 1)),
    (HandoffRule(), .ambiguous, Recovery(ambiguous: 1)),
    (HandoffRule(retriesSince: .distantPast), .queued, Recovery(requeued: 1)),
    (HandoffRule(retriesSince: at(10)), .queued, Recovery(requeued: 1)),
    // The provider's window is over: another copy would not be recognised.
    (HandoffRule(retriesSince: at(11)), .ambiguous, Recovery(ambiguous: 1)),
    (HandoffRule(retriesSince: at(11), assumesSent: true), .sent, Recovery(assumedSent: 1)),
    (HandoffRule(assumesSent: true), .sent, Recovery(assumedSent: 1)),
    // One attempt was all it had.
    (HandoffRule(retriesSince: .distantPast, attempts: 1), .ambiguous, Recovery(ambiguous: 1)),
    (HandoffRule(retriesSince: .distantPast, attempts: 2), .queued, Recovery(requeued: 1)),
  ]

  @Test(arguments: StoreKind.allCases)
  func `a lapsed handoff follows its channel's rule`(kind: StoreKind) async throws {
    for (rule, state, found) in Self.lapses {
      try await kind.transact { tx, scene in
        _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.bob, channel: "sms")], now: at(0))
        let claimed = try tx.claim()
        #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(10)).count == 1)
        _ = try tx.claim("sms", now: 1)
        let rules = rule.map { ["email" as ChannelName: $0] } ?? [:]
        #expect(try tx.freeLapsed(rules, now: at(899)) == Recovery())
        #expect(try tx.state(1, of: scene.ann) == .handoff)
        #expect(try tx.freeLapsed(rules, now: at(900)) == found)
        let record = try #require(try tx.messages(of: scene.ann.key).first)
        // An attempt that was handed over is charged, and the message may have arrived, whatever follows.
        #expect(record.state == state && record.attempt == 1 && record.maybeDelivered)
        #expect(record.finalAt == (state == .sent ? at(900) : nil))
        // The other channel's lease has a second left, and it is nobody else's business.
        #expect(try tx.state(2, of: scene.bob) == .leased)
        #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(901)) == [])
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a handoff that lapsed after its expiry is not sent again`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann, expires: 900)], now: at(0))
      let claimed = try tx.claim()
      _ = try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(10))
      let rules = ["email" as ChannelName: HandoffRule(retriesSince: .distantPast)]
      #expect(try tx.freeLapsed(rules, now: at(900)) == Recovery(ambiguous: 1))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a lease that lapsed before the handoff is free again and not charged, whatever the rule`(
    kind: StoreKind
  ) async throws {
    for rule in [HandoffRule(), HandoffRule(assumesSent: true), HandoffRule(retriesSince: at(5000))] {
      try await kind.transact { tx, scene in
        _ = try tx.insert([message(1, to: scene.ann)], now: at(0))
        let stale = try tx.claim()
        #expect(try tx.freeLapsed(["email": rule], now: at(900)) == Recovery(requeued: 1))
        let record = try #require(try tx.messages(of: scene.ann.key).first)
        #expect(record.state == .queued && record.attempt == 0 && !record.maybeDelivered)
        let again = try tx.claim(now: 900, first: 10)
        #expect(again.map(\.attempt) == [1])
        #expect(try tx.beginHandoff(stale.map { ($0.key, $0.token) }, now: at(901)) == [])
      }
    }
  }
}
