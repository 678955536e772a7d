import Domain
import Platform
import Store
import Support
import Testing

/// Suppressions that are moved from one system to another, on both databases.
@Suite struct ToldSuppressionTests {
  private static func told(
    _ address: String, _ reason: SuppressionReason, at second: Int64? = nil, source: String = "klaviyo",
    channel: ChannelName = "email"
  ) -> ToldSuppression {
    ToldSuppression(
      channel: channel, address: address, reason: reason, at: second.map { at($0) }, source: source)
  }

  private static func rows(_ tx: Transaction) throws -> [String] {
    var rows: [String] = []
    try tx.forEachSuppression { row in
      let second = row.at.map { ($0.milliseconds - at(0).milliseconds) / 1000 } ?? -1
      rows.append("\(row.channel) \(row.address) \(row.reason.rawValue) \(row.source) \(second)")
    }
    return rows
  }

  @Test(arguments: StoreKind.allCases)
  func `an address that nobody has yet is suppressed, and importing it again changes nothing`(
    _ kind: StoreKind
  ) async throws {
    try await kind.transact { (tx, _) throws in
      let told = [
        Self.told("Ann@X.example", .badAddress, at: 5), Self.told("bob@x.example", .unsubscribed, at: 6),
        Self.told("cem@x.example", .complaint), Self.told("dan@x.example", .operator, at: 99),
      ]
      #expect(try tx.take(told, now: at(50)) == 0)
      let rows = [
        "email ann@x.example bad_address klaviyo 5", "email bob@x.example unsubscribed klaviyo 6",
        "email cem@x.example complaint klaviyo 50", "email dan@x.example operator klaviyo 50",
      ]
      #expect(try Self.rows(tx) == rows)
      // A time ahead of now is now, each time it is told.
      #expect(try tx.knownCount(of: told) == 3)
      #expect(try tx.take(told, now: at(50)) == 3)
      #expect(try Self.rows(tx) == rows)
      #expect(
        try tx.suppressions(of: [("email", "ANN@x.example"), ("sms", "ann@x.example")]) == [0: .badAddress])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an unsubscribe from before a grant changes nothing`(_ kind: StoreKind) async throws {
    try await kind.transact { tx, _ in
      try tx.resubscribe([("email", "ann@x.example", at(10))])
      _ = try tx.take([Self.told("ann@x.example", .unsubscribed, at: 9)], now: at(50))
      #expect(try Self.rows(tx) == [])
      // One without a time counts from now.
      _ = try tx.take([Self.told("ann@x.example", .unsubscribed)], now: at(50))
      #expect(try Self.rows(tx) == ["email ann@x.example unsubscribed klaviyo 50"])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a leased message to the address is not sent`(_ kind: StoreKind) async throws {
    try await kind.transact { tx, scene in
      _ = try tx.insert([message(1, to: scene.ann), message(2, to: scene.bob)], now: at(0))
      #expect(try tx.claim(now: 1).count == 2)
      _ = try tx.take([Self.told("ANN@example.com", .unsubscribed, at: -9)], now: at(5))
      #expect(try tx.messages(of: scene.ann.key).map(\.state) == [.suppressed])
      #expect(try tx.messages(of: scene.bob.key).map(\.state) == [.leased])
    }
  }

  @Test(arguments: StoreKind.allCases, SeededGenerator.seeds(3))
  func `in any order, however often, or by way of another store, the same is suppressed`(
    _ kind: StoreKind, _ seed: UInt64
  ) async throws {
    var random = SeededGenerator(seed: seed)
    let reasons = SuppressionReason.allCases.filter { $0 != .forgotten }
    var told: [ToldSuppression] = []
    for _ in 0..<300 {
      let reason = reasons[Int.random(in: reasons.indices, using: &random)]
      told.append(
        Self.told(
          "p\(Int.random(in: 0..<60, using: &random))@x.example", reason,
          at: .random(in: 0..<40, using: &random)))
    }
    var states: [[String]] = []
    var last: [ToldSuppression] = []
    for _ in 0..<3 {
      told.shuffle(using: &random)
      let batch = told
      let (state, rows) = try await kind.use { store in
        try await store.write { tx in
          _ = try tx.take(Array(batch.prefix(120)), now: at(50))
          _ = try tx.take(Array(batch.dropFirst(100)), now: at(50))
          var rows: [ToldSuppression] = []
          try tx.forEachSuppression { rows.append($0) }
          return (try Self.rows(tx), rows)
        }
      }
      states.append(state)
      last = rows
    }
    #expect(states[0] == states[1] && states[1] == states[2], "\(random)")
    let moved = last
    let copy = try await kind.use { store in
      try await store.write { tx in
        #expect(try tx.take(moved, now: at(70)) == 0)
        #expect(try tx.take(moved, now: at(70)) == moved.count)
        return try Self.rows(tx)
      }
    }
    #expect(copy == states[0], "\(random)")
  }

  @Test(arguments: StoreKind.allCases)
  func `a forgotten customer stays forgotten in another store`(_ kind: StoreKind) async throws {
    let rows = try await kind.use { store in
      try await store.write { tx in
        var ann = try tx.createCustomers(ids: ["ann"])[0]
        ann.email = "ann@x.example"
        try tx.save([ann])
        _ = try tx.forget(customerID: "ann", at: at(1))
        var rows: [ToldSuppression] = []
        try tx.forEachSuppression { rows.append($0) }
        return rows
      }
    }
    #expect(rows.allSatisfy { !$0.salts.isEmpty && !$0.address.contains("ann") })
    try await kind.use { store in
      try await store.write { tx in
        _ = try tx.take(rows, now: at(70))
        #expect(try tx.suppressions(of: [("email", "Ann@x.example"), ("sms", "bob")]) == [0: .forgotten])
        #expect(try Self.rows(tx).count == rows.count)
      }
    }
  }

  @Test func `the journal next to the store has the imported suppressions`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-told")
    defer { try? Files.removeTree(directory) }
    func open(_ name: String) throws -> Store {
      try Store(
        .sqlite(path: directory + "/\(name).db"),
        options: .init(readers: 1, acceptsOlderCopy: true, journal: directory + "/consent.log"))
    }
    var store = try open("shop")
    try await store.write { tx in
      _ = try tx.take(
        (0..<1200).map { Self.told("p\($0)@x.example", .complaint, at: 1) }
          + [Self.told("ann@x.example", .unsubscribed, at: 2)], now: at(9))
    }
    await store.close()
    let lines = try Files.readText(directory + "/consent.log").split(separator: "\n")
    // The header, and what is said of many addresses at once in a line for 500 of them.
    #expect(lines.count == 1 + 3 + 1)
    #expect(!lines.joined().contains("x.example"))
    for name in ["shop.db", "shop.db-wal", "shop.db-shm", "shop.db-generation"] {
      try Files.remove(directory + "/" + name)
    }
    store = try open("shop")
    let found = try await store.read {
      try $0.suppressions(of: [
        ("email", "p1199@x.example"), ("email", "ann@x.example"), ("email", "eve@x.example"),
      ])
    }
    await store.close()
    #expect(found == [0: .complaint, 1: .unsubscribed])
  }
}
