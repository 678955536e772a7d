import Domain
import Store
import Testing

struct OutboxTests {
  @Test(arguments: StoreKind.allCases)
  func `a ledger key goes into the outbox once and for ever`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let both = [message(1, to: scene.ann), message(2, to: scene.ann)]
      #expect(try tx.insert(both, now: at(0)) == [ledgerKey(1), ledgerKey(2)])
      #expect(try tx.insert(both + [message(3, to: scene.bob)], now: at(1)) == [ledgerKey(3)])
      #expect(try tx.messages(of: scene.ann.key).count == 2)
      // The same key twice in one batch.
      #expect(
        try tx.insert([message(4, to: scene.ann), message(4, to: scene.bob)], now: at(1)) == [ledgerKey(4)])
      #expect(try tx.messages(of: scene.bob.key).map(\.enrollment) == [3])
      // The row is gone, the ledger remembers.
      let claimed = try tx.claim()
      _ = try tx.record(claimed.map { result($0, .accepted, .sent) })
      while try tx.prune(before: at(100), count: 2) > 0 {}
      #expect(try tx.messages(of: scene.ann.key) == [])
      #expect(try tx.insert(both, now: at(200)) == [])
      #expect(try tx.insert([NewMessage](), now: at(0)) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a claim leases the best first with all they need`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var first = message(1, to: scene.ann, priority: 100, due: -5)
      first.content.html = "<p>安</p>"
      first.content.preheader = "pre"
      first.content.toName = "Ann \"A\""
      first.content.unsubscribeURL = "https://hello.example/u/x"
      first.content.data = ["order": .object(["id": .string("o1"), "paid_at": .instant(at(3))])]
      _ = try tx.insert(
        [
          first, message(2, to: scene.ann, priority: 100, due: -9),
          message(3, to: scene.bob, priority: 5, due: -1),
          message(4, to: scene.bob, channel: "sms"), message(5, to: scene.bob, due: 50),
        ], now: at(0))
      #expect(try tx.nextDelivery(channel: "email") == at(-1))
      #expect(try tx.nextDelivery(channel: "push") == nil)
      let claimed = try tx.claim(limit: 2, now: 1)
      #expect(claimed.map(\.content.subject) == ["Hello 3", "Hello 2"])
      #expect(claimed.map(\.token) == [token(1), token(2)])
      #expect(claimed.map(\.attempt) == [1, 1])
      let rest = try tx.claim(limit: 100, now: 1, first: 3)
      #expect(
        rest == [
          ClaimedMessage(
            key: rest[0].key, uid: ledgerKey(1).messageUID, token: token(3), attempt: 1, trigger: "welcome",
            customer: scene.ann.key, channel: "email", step: "1", dueAt: at(-5), expiresAt: at(1000),
            content: first.content)
        ])
      #expect(rest[0].uid.utf8.count == 32)
      #expect(try tx.claim(now: 1) == [])
      // The one that waits is promoted when its time has come.
      #expect(try tx.nextDelivery(channel: "email") == at(50))
      #expect(try tx.claim(now: 49) == [])
      #expect(try tx.claim(now: 50, first: 4).map(\.content.subject) == ["Hello 5"])
      #expect(try tx.nextDelivery(channel: "email") == nil)
      #expect(try tx.nextDelivery(channel: "sms") == at(0))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a claim looks again before the wire`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann, expires: 10), message(2, to: scene.ann, expires: 11),
          message(3, to: scene.ann, address: "bad@example.com"), message(4, to: scene.bob),
          message(5, to: scene.bob, purpose: .service),
          message(6, to: scene.ann, purpose: .service, address: "BAD@example.com"),
        ], now: at(0))
      try tx.suppress([("email", "Bad@example.com", .complaint)], at: at(1))
      // A withdrawal by another way than the link, which leaves the outbox alone.
      var bob = scene.bob
      bob.consent["email"] = .withdrawn
      try tx.save([bob])
      // All the refused stand before the good ones, and the claim still finds as many as it was asked for.
      #expect(try tx.claim(limit: 2, now: 10).map(\.content.subject) == ["Hello 2", "Hello 5"])
      #expect(try (1...3).map { try tx.state($0, of: scene.ann) } == [.expired, .leased, .suppressed])
      #expect(try tx.state(4, of: scene.bob) == .suppressed)
      #expect(try tx.claim(now: 10) == [])
      #expect(try tx.state(6, of: scene.ann) == .suppressed)
      #expect(try tx.messages(of: scene.ann.key).map(\.finalAt) == [at(10), nil, at(10), at(10)])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `who unsubscribed gets no marketing at that address under another id either`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      let mail = "Ann@Example.com"
      _ = try tx.insert(
        [
          message(1, to: scene.bob, address: mail),
          message(2, to: scene.bob, purpose: .service, address: mail),
          message(3, to: scene.bob, channel: "sms", address: mail),
        ], now: at(0))
      #expect(
        try tx.withdrawConsent(
          customerID: "ann", channel: "email", address: { _ in mail }, at: at(5), source: "link") == true)
      #expect(try tx.suppressions(of: [("email", mail), ("sms", mail)]) == [0: .unsubscribed])
      #expect(try tx.claim(now: 6).map(\.content.subject) == ["Hello 2"])
      #expect(try tx.claim("sms", now: 6, first: 9).map(\.content.subject) == ["Hello 3"])
      #expect(try tx.state(1, of: scene.bob) == .suppressed)
      // A grant of before does not undo it, a later one does; what else suppresses the address stays.
      try tx.resubscribe([("email", mail, at(4))])
      #expect(try tx.suppressed([("email", mail)]) == [0])
      try tx.resubscribe([("email", mail, at(5))])
      #expect(try tx.suppressed([("email", mail)]) == [])
      try tx.unsubscribe([("email", mail, at(7))], now: at(7))
      try tx.suppress([("email", mail, .complaint)], at: at(8))
      try tx.unsubscribe([("email", mail, at(9))], now: at(9))
      try tx.resubscribe([("email", mail, at(10))])
      #expect(try tx.suppressions(of: [("email", mail)]) == [0: .complaint])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `marketing that is leased is lost when its address unsubscribes`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [message(1, to: scene.bob), message(2, to: scene.bob, purpose: .service)], now: at(0))
      let claimed = try tx.claim(limit: 2)
      try tx.unsubscribe([("email", "BOB@example.com", at(1))], now: at(1))
      #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(2)) == [claimed[1].key])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what may not go at this hour waits for its window without losing an attempt`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      var bob = scene.bob
      bob.timeZone = "Europe/Berlin"
      try tx.save([bob])
      _ = try tx.insert(
        [
          message(1, to: bob), message(2, to: scene.ann), message(3, to: bob, expires: 59),
          message(4, to: bob, expires: 60),
        ], now: at(0))
      var asked: [String?] = []
      let claimed = try tx.claim(channel: "email", limit: 2, lease: .seconds(900), now: at(5)) {
        trigger, zone in
        asked.append(zone)
        #expect(trigger == "welcome")
        return zone == "Europe/Berlin" ? .closed(until: at(60)) : .open(until: at(30))
      } token: {
        token(1)
      }
      #expect(asked == ["Europe/Berlin", nil, "Europe/Berlin", "Europe/Berlin"])
      #expect(claimed.map(\.content.subject) == ["Hello 2"])
      #expect(claimed.map(\.closesAt) == [at(30)])
      #expect(
        try [1, 3, 4].map { try tx.state($0, of: bob) } == [.waiting, .expired, .waiting])
      #expect(try tx.nextDelivery(channel: "email") == at(60))
      #expect(try tx.claim(now: 59) == [])
      let opened = try tx.claim(now: 60, first: 2)
      #expect(opened.map(\.content.subject) == ["Hello 1"])
      #expect(opened.map(\.attempt) == [1])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a resumed trigger's messages are looked at now, later ones keep their time`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [message(1, to: scene.ann, due: 900), message(2, to: scene.ann, due: 901)], now: at(0))
      try tx.bringForward(waitingFor: "win_back", until: at(900), now: at(10))
      #expect(try tx.nextDelivery(channel: "email") == at(900))
      try tx.bringForward(waitingFor: "welcome", until: at(900), now: at(10))
      #expect(try tx.claim(now: 10).map(\.content.subject) == ["Hello 1"])
      #expect(try tx.nextDelivery(channel: "email") == at(901))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an address suppressed after the lease is not handed over`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.bob)], now: at(0))
      let claimed = try tx.claim()
      try tx.suppress([("email", "ANN@example.com", .complaint)], at: at(1))
      #expect(try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(0)) == [claimed[1].key])
      #expect(try tx.state(1, of: scene.ann) == .suppressed)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `messages whose reason is gone are cancelled until they are handed over`(kind: StoreKind) async throws
  {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann),
          message(4, to: scene.ann, due: 50), message(5, to: scene.bob),
        ], now: at(0))
      let claimed = try tx.claim(limit: 2)
      _ = try tx.beginHandoff([(claimed[0].key, claimed[0].token)], now: at(0))
      #expect(
        try tx.cancelMessages(of: (1...5).map { (scene.ann.key, Int64($0)) }, at: at(1)) == 3)
      #expect(
        try (1...4).map { try tx.state($0, of: scene.ann) }
          == [.handoff, .cancelled, .cancelled, .cancelled])
      #expect(try tx.state(5, of: scene.bob) == .queued)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `only a claim that still holds may hand over`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.ann)], now: at(0))
      let claimed = try tx.claim()
      #expect(
        try tx.beginHandoff(
          [
            (claimed[0].key, token(99)), (claimed[1].key, claimed[1].token), (12345, token(1)),
          ], now: at(0)) == [claimed[1].key])
      #expect(try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0)) == [])
      #expect(try tx.beginHandoff([], now: at(0)) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `after a start the handed over follow their channel's rule`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      func handOver(_ number: Int) throws {
        _ = try tx.insert([message(number, to: scene.ann)], now: at(Int64(number)))
        let claimed = try tx.claim(limit: 1)
        _ = try tx.beginHandoff([(claimed[0].key, claimed[0].token)], now: at(Int64(number)))
      }
      try handOver(1)
      #expect(try tx.recoverOutbox(["sms": .assumeSent], now: at(10)) == (requeued: 0, ambiguous: 1))
      try handOver(2)
      #expect(
        try tx.recoverOutbox(["email": .retry(handedOverSince: at(3))], now: at(10)) == (
          requeued: 0, ambiguous: 1
        ))
      try handOver(3)
      #expect(
        try tx.recoverOutbox(["email": .retry(handedOverSince: at(3))], now: at(10)) == (
          requeued: 1, ambiguous: 0
        ))
      let again = try tx.claim(limit: 1)
      _ = try tx.beginHandoff([(again[0].key, again[0].token)], now: at(20))
      #expect(try tx.recoverOutbox(["email": .assumeSent], now: at(10)) == (requeued: 0, ambiguous: 0))
      let records = try tx.messages(of: scene.ann.key).sorted { $0.createdAt < $1.createdAt }
      #expect(records.map(\.state) == [.ambiguous, .ambiguous, .sent])
      #expect(records.map(\.attempt) == [1, 1, 2])
      #expect(records.map(\.maybeDelivered) == [true, true, true])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `after a start the leased go back and the handed over are ambiguous`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert((1...3).map { message($0, to: scene.ann) }, now: at(0))
      let claimed = try tx.claim(limit: 2)
      _ = try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0))
      #expect(try tx.recoverOutbox() == (requeued: 1, ambiguous: 1))
      #expect(try tx.recoverOutbox() == (requeued: 0, ambiguous: 0))
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.queued, .ambiguous, .queued])
      #expect(records.map(\.attempt) == [0, 1, 0])
      #expect(records.map(\.maybeDelivered) == [false, true, false])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a sweep expires what waits and frees lapsed leases`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann, expires: 901),
          message(4, to: scene.ann, due: 2000, expires: 900), message(5, to: scene.ann, channel: "sms"),
        ], now: at(0))
      let claimed = try tx.claim(limit: 2)
      _ = try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0))
      _ = try tx.claim("sms", now: 1)
      #expect(
        try tx.sweepOutbox(now: at(899)) == .init(expired: 0, requeued: 0, ambiguous: 0))
      #expect(
        try tx.sweepOutbox(now: at(900)) == .init(expired: 1, requeued: 1, ambiguous: 1))
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.queued, .ambiguous, .queued, .expired, .leased])
      #expect(records.map(\.attempt) == [0, 1, 0, 0, 1])
      #expect(records[3].finalAt == at(900))
    }
  }
}
