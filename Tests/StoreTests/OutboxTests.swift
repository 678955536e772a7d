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
            key: rest[0].key, uid: ledgerKey(1).messageUID, enrollment: 1, decidedAt: at(0), token: token(3),
            attempt: 1, trigger: "welcome", customer: scene.ann.key, channel: "email", step: "1",
            dueAt: at(-5), expiresAt: at(1000), claimedAt: at(1), content: first.content)
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
      let claimed = try tx.claim(channel: "email", limit: 2, lease: .seconds(900), now: at(5)) { due in
        asked.append(due.timeZone)
        #expect(due.message.trigger == "welcome")
        if due.timeZone == nil { return .goes(until: at(30)) }
        let isTooLate = due.message.expiresAt < at(60)
        return .holds(
          Decision(
            verdict: isTooLate
              ? .skip(.expired, endsEnrollment: false) : .defer(until: at(60), .quietHours), trace: []))
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
  func `claimed messages whose reason is gone are cancelled until they are handed over`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert(
        [
          message(1, to: scene.ann), message(2, to: scene.ann), message(3, to: scene.ann),
          message(4, to: scene.bob), message(5, to: scene.bob),
        ], now: at(0))
      let claimed = try tx.claim(limit: 4)
      _ = try tx.beginHandoff([(claimed[0].key, claimed[0].token)], now: at(0))
      var claims = claimed.prefix(3).map { (key: $0.key, token: $0.token) }
      claims[2].token = token(99)
      #expect(try tx.cancel(claims, at: at(1)) == [claimed[1].key])
      #expect(
        try (1...3).map { try tx.state($0, of: scene.ann) } == [.handoff, .cancelled, .leased])
      #expect(try (4...5).map { try tx.state($0, of: scene.bob) } == [.leased, .queued])
      #expect(try tx.messages(of: scene.ann.key)[1].finalAt == at(1))
      #expect(try tx.cancel(claims, at: at(2)) == [])
      #expect(try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(2)) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `of two claims of one message the later may hand over`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann)], now: at(0))
      let first = try tx.claim()
      try tx.takeBack(of: [scene.ann.key])
      let second = try tx.claim(first: 2)
      #expect(second.map(\.attempt) == [1])
      let claims = (first + second).map { ($0.key, $0.token) }
      #expect(try tx.beginHandoff(claims, now: at(0)) == [second[0].token])
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
          ], now: at(0)) == [claimed[1].token])
      #expect(try tx.beginHandoff([(claimed[1].key, claimed[1].token)], now: at(0)) == [])
      #expect(try tx.beginHandoff([], now: at(0)) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a message whose customer is gone is cancelled and holds up no other`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      // Decided before the customer was forgotten and written after it, to an address nobody knew of then.
      #expect(try tx.forget(customerID: "ann", at: at(1)))
      _ = try tx.insert(
        [
          message(1, to: scene.ann, address: "other@example.com"),
          message(2, to: scene.ann, purpose: .service, address: "other@example.com"),
          message(3, to: scene.bob),
        ], now: at(2))
      #expect(try tx.claim(now: 3).map(\.content.subject) == ["Hello 3"])
      let records = try tx.messages(of: scene.ann.key)
      #expect(records.map(\.state) == [.cancelled, .cancelled])
      #expect(records.map(\.finalAt) == [at(3), at(3)])
      #expect(try tx.claim(now: 4) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a NUL that a template has made holds up nobody`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      var first = message(1, to: scene.ann)
      first.content.html = "<p>a\u{0}b</p>"
      first.content.subject = "\u{0}Hello\u{0}"
      #expect(try tx.insert([first, message(2, to: scene.bob)], now: at(0)).count == 2)
      let claimed = try tx.claim()
      #expect(claimed.map(\.content.subject) == ["Hello", "Hello 2"])
      #expect(claimed[0].content.html == "<p>ab</p>")
    }
  }
}
