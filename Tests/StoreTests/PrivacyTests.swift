import Domain
import Platform
import Store
import Testing

struct PrivacyTests {
  private func fill(_ tx: Transaction, _ scene: Scene) throws {
    var ann = scene.ann
    ann.email = "Ann@Example.com"
    ann.phone = "+8613812345678"
    ann.attributes = ["plan": .string("gold")]
    try tx.save([ann])
    try tx.recordConsent([(ann.key, "email", .granted)], at: at(1), source: "import")
    var first = order("o1", 1, lines: [OrderLine(sku: "tea", quantity: 1, price: 1250)])
    first.pendingAt = at(0)
    first.details = OrderDetails(discount: 50, coupons: ["TEA26"])
    try tx.save([(ann.key, first)])
    try tx.save([(ann.key, Cart(id: "c1", changes: [CartChange(id: "m1", at: at(1), kind: .touch)]))])
    try tx.insert([
      (
        ann.key,
        Event(messageID: "m1", name: "quiz", at: at(1), receivedAt: at(2), properties: ["a": .integer(1)])
      )
    ])
    let stored = try tx.insertStored([enrollment(ann)])
    try tx.record([
      StoredDecision(
        enrollment: stored[0].key, trigger: "welcome", customer: ann.key, step: "1", at: at(2),
        verdict: .skip,
        gate: .audience, channel: nil, until: nil, trace: [TraceEntry(gate: .audience, passed: false)])
    ])
    try tx.save([(ann.key, OrderBook(currency: .unknown))])
    _ = try tx.insert([message(1, to: ann, address: "Old.Ann@Example.com")], now: at(3))
  }

  @Test(arguments: StoreKind.allCases)
  func `an export tells everything`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try fill(tx, scene)
      let told = try tx.export(customerID: "ann")?.text()
      #expect(
        told == """
          {"customer":{"id":"ann","email":"Ann@Example.com","phone":"+8613812345678","first_name":null,\
          "last_name":null,"birthday":null,"time_zone":null,"locale":null,"joined_at":null,"consent":{},"tags":[],\
          "attributes":{"plan":"gold"}},"consents":[{"channel":"email","state":"granted","at":"2026-02-25T06:13:21.000Z",\
          "source":"import"}],"orders":[{"id":"o1","placed_at":"2026-02-25T06:13:21.000Z","cancelled_at":null,\
          "refunded_at":null,"total":1250,"refunded":0,"currency":"CNY","cart_id":null,\
          "lines":[{"sku":"tea","name":null,"quantity":1,"price":1250}],"returned":null,\
          "pending_at":"2026-02-25T06:13:20.000Z","details":{"discount":50,"shipping":null,\
          "coupons":["TEA26"],"store":null},"told_at":null,"refund_told":null}],\
          "carts":[{"id":"c1","url":null,"base":null,"changes":[["m1",1772000001000,"touch"]]}],\
          "events":[{"message_id":"m1","name":"quiz","at":"2026-02-25T06:13:21.000Z","properties":{"a":1}}],\
          "messages":[{"trigger":"welcome","step":"1","channel":"email","address":"Old.Ann@Example.com",\
          "to_name":"","state":"queued","source":null,"created_at":"2026-02-25T06:13:23.000Z","purpose":"marketing","subject":"Hello 1",\
          "preheader":null,"unsubscribe_url":null,"data":{},"text":"Text","html":null}],\
          "enrollments":[{"trigger":"welcome","occurrence":"o1","state":"active","end_reason":null,"fires_at":"2026-02-25T06:13:25.000Z","next_due_at":"2026-02-25T06:13:30.000Z"}],\
          "decisions":[{"trigger":"welcome","occurrence":"o1","step":"1","at":"2026-02-25T06:13:22.000Z","verdict":"skip","gate":"audience","trace":[["audience",0]]}],"segments":[],"segment_changes":[],"quarantine":[]}
          """)
      #expect(try tx.export(customerID: "nobody") == nil)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an export of a long history comes in parts of bounded size, and nothing is left out`(
    kind: StoreKind
  ) async throws {
    try await kind.transact { tx, scene in
      for start in stride(from: 0, to: 6000, by: 1000) {
        try tx.save((start..<start + 1000).map { (scene.ann.key, order("o\($0)", Int64(9000 - $0))) })
      }
      try tx.save((0..<1200).map { (scene.bob.key, order("b\($0)", Int64(9000 - $0))) })
      var sizes: [Int] = []
      var ids: Set<ExactText> = []
      let isKnown = try tx.export(customerID: "ann") { part in
        sizes.append(part.text().utf8.count)
        for row in part["orders"]?.arrayValue ?? [] {
          ids.insert(ExactText(try #require(row["id"]?.stringValue)))
        }
      }
      #expect(isKnown && ids.count == 6000)
      #expect(sizes.count > 12 && sizes.allSatisfy { $0 < 1 << 20 })
      let rows = try tx.export(customerID: "bob")?["orders"]?.arrayValue ?? []
      #expect(rows.compactMap { $0["id"]?.stringValue } == (0..<1200).reversed().map { "b\($0)" })
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a forgotten person is gone from every table and stays unreached`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      try fill(tx, scene)
      try tx.suppress([("email", "ann@example.com", .complaint)], at: at(4))
      let claimed = try tx.claim()
      #expect(claimed.count == 1)
      #expect(try !tx.forget(customerID: "nobody", at: at(5)))
      #expect(try tx.forget(customerID: "ann", at: at(5)))
      #expect(try !tx.forget(customerID: "ann", at: at(5)))
      #expect(try tx.export(customerID: "ann") == nil)
      for table in [
        "consents", "events", "orders", "order_books", "carts", "enrollments", "decisions", "messages",
        "attempts",
      ] {
        #expect(try tx.connection.integer(SQLText("SELECT count(*) FROM \(table)")) == 0, "\(table)")
      }
      // The result of what was under way leaves nothing behind either.
      #expect(try tx.record([result(claimed[0], .permanent, .dead)]) == [claimed[0].key])
      #expect(try tx.connection.integer("SELECT count(*) FROM attempts") == 0)
      let left = try tx.connection.all("SELECT channel, address, reason FROM suppressions") { row in
        "\(row.string(0))|\(row.string(1))|\(row.string(2))"
      }
      #expect(left.count == 4 && left.allSatisfy { $0.hasPrefix("|") && $0.hasSuffix("|forgotten") })
      #expect(!left.contains { $0.contains("ann") || $0.contains("+86") })

      // The ledger remembers, and the addresses hold on every channel, also under another customer.
      #expect(try tx.insert([message(1, to: scene.bob)], now: at(6)) == [])
      #expect(
        try tx.suppressed([
          ("email", "ANN@example.com"), ("push", "+8613812345678"), ("email", "old.ann@example.com"),
          ("webhook", "ann"), ("email", "bob@example.com"),
        ]) == [0, 1, 2, 3])
      let back = try #require(try tx.createCustomers(ids: ["ann2"]).first)
      _ = try tx.insert(
        [
          message(20, to: back, address: "ann@EXAMPLE.com"),
          message(21, to: back, channel: "sms", purpose: .service, address: "+8613812345678"),
          message(22, to: back, address: "new@example.com"),
        ], now: at(7))
      #expect(try tx.claim(now: 7, first: 20).map(\.content.to) == ["new@example.com"])
      #expect(try tx.claim("sms", now: 7) == [])
      #expect(try tx.messages(of: back.key).map(\.state) == [.suppressed, .suppressed, .leased])

      // Until somebody lifts it.
      #expect(try tx.unsuppress(channel: "email", address: "Ann@example.com", at: at(8)))
      #expect(try tx.suppressed([("email", "ann@example.com"), ("email", "old.ann@example.com")]) == [1])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what is leased to the address of a forgotten person is lost, under another id too`(
    kind: StoreKind
  )
    async throws
  {
    try await kind.transact { tx, scene in
      var ann = scene.ann
      ann.email = "ann@example.com"
      try tx.save([ann])
      _ = try tx.insert(
        [
          message(1, to: scene.bob, purpose: .service, address: "Ann@Example.com"),
          message(2, to: scene.bob),
        ], now: at(0))
      let claimed = try tx.claim()
      #expect(try tx.forget(customerID: "ann", at: at(1)))
      #expect(
        try tx.beginHandoff(claimed.map { ($0.key, $0.token) }, now: at(2)) == [claimed[1].token])
      #expect(try tx.state(1, of: scene.bob) == .suppressed)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `the status counts what is open and what was decided today`(kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      let stored = try tx.insertStored([enrollment(scene.ann, due: 40), enrollment(scene.bob, due: nil)])
      try tx.record(
        [(5, VerdictKind.send), (10, .send), (11, .skip), (12, .defer)].map { seconds, verdict in
          StoredDecision(
            enrollment: stored[0].key, trigger: "welcome", customer: scene.ann.key, step: "1",
            at: at(Int64(seconds)), verdict: verdict, gate: verdict == .send ? nil : .quietHours,
            channel: nil,
            until: nil, trace: [])
        })
      _ = try tx.insert(
        [
          message(1, to: scene.ann, due: -9), message(2, to: scene.ann, due: -3),
          message(3, to: scene.ann, due: 5), message(4, to: scene.ann, channel: "sms"),
          message(5, to: scene.ann, channel: "sms"), message(6, to: scene.ann, channel: "sms"),
        ], now: at(0))
      let claimed = try tx.claim("sms")
      _ = try tx.beginHandoff(
        [(claimed[0].key, claimed[0].token), (claimed[1].key, claimed[1].token)], now: at(0))
      _ = try tx.record([result(claimed[0], .ambiguous, .ambiguous)])
      #expect(
        try tx.status(today: at(10))
          == StoreStatus(
            customers: 2, activeEnrollments: 1, nextDueAt: at(40), nextDueByTrigger: ["welcome": at(40)],
            queues: [
              "email": [.queued: 2, .waiting: 1], "sms": [.leased: 1, .handoff: 1, .ambiguous: 1],
            ], today: ["welcome": [.send: 1, .skip: 1]], oldestQueuedAt: at(-9),
            firstLeaseUntil: at(900)))
    }
  }
}
