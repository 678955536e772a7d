import Domain
import Platform
import Support
import Testing

@testable import Store

/// What earlier versions have written means the same to this one, on either database.
@Suite struct UpgradeTests {
  private static func upgrade(
    _ kind: StoreKind, from version: Int, _ body: @escaping @Sendable (Transaction) throws -> Void
  ) async throws {
    switch kind {
    case .sqlite:
      let directory = try Files.makeTemporaryDirectory(prefix: "reprise-upgrade")
      defer { try? Files.removeTree(directory) }
      let path = directory + "/shop.db"
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try ReleasedSchema.make(version, on: connection)
      connection.close()
      // As a start would find it, whose last run has ended well.
      try Files.write([], to: path + "-generation")
      try await open(.sqlite(path: path), body)
    case .postgresql:
      let url = try TemporaryPostgres.shared().makeDatabase(language: "en-US")
      let connection = try PostgresConnection(url: url)
      try ReleasedSchema.make(version, on: connection)
      connection.close()
      try await open(.postgresql(url: url), body)
    }
  }

  private static func open(
    _ location: StoreLocation, _ body: @escaping @Sendable (Transaction) throws -> Void
  ) async throws {
    let store = try Store(
      location, options: .init(readers: 1, allowsUnsafeServer: true, acceptsOlderCopy: true))
    try await closing({ await store.close() }) {
      try await store.write { tx in
        #expect(try Migrator.version(of: tx.connection) == Schema.version)
        try body(tx)
      }
    }
  }

  private static let ann = CustomerKey(1)
  private static let bob = CustomerKey(2)

  @Test func `every released version is here`() {
    #expect(ReleasedSchema.versions == 1...Schema.version)
  }

  @Test(arguments: StoreKind.allCases, ReleasedSchema.versions)
  func `customers, their consent and what they bought are as they were`(
    kind: StoreKind, version: Int
  ) async throws {
    try await Self.upgrade(kind, from: version) { tx in
      let found = try tx.customers(ids: ["ann", "bob"])
      let ann = try #require(found[0])
      #expect(ann.key == Self.ann)
      #expect(ann.email == "ann@shop.example")
      #expect(ann.birthday == Birthday(month: 5, day: 17, year: 1990, calendar: .lunar, isLeapMonth: true))
      #expect(ann.consent == ["email": .granted])
      #expect(ann.tags == ["vip"])
      #expect(ann.attributes["points"] == .integer(7))
      #expect(ann.fieldTimes == ["email": at(0), "first_name": at(0)])
      #expect(found[1]?.key == Self.bob)
      #expect(found[1]?.consent == ["email": .withdrawn])
      // A number has no 0 that is dialled at home only, however an earlier version took it.
      #expect(found[1]?.phone == "+491701234567")

      let parts = StateParts(.orders, .carts, .enrollments, eventNames: ["cart_changed"])
      let state = try #require(try tx.states(of: [Self.ann], parts: parts)[Self.ann])
      let order = try #require(state.orders.first)
      #expect(order.id == "o-1")
      #expect(order.placedAt == at(5))
      #expect(order.lines.map(\.sku) == ["tea"])
      #expect(order.total == Money(minorUnits: 2560, currency: try #require(Currency("CNY"))))
      #expect(order.pendingAt == (version < 6 ? nil : at(4)))
      #expect(order.toldAt == (version < 7 ? nil : at(9)))
      #expect(order.refundTold == (version < 8 ? 0 : 1300))
      #expect(order.details.coupons == (version < 6 ? [] : ["TEA26"]))
      #expect(order.returned.map(\.quantity) == (version < 3 ? [] : [1]))
      #expect(state.carts.map(\.id) == ["c-1"])
      #expect(state.carts.first?.contents.items.map(\.line.sku) == ["tea"])
      #expect(state.carts.first?.url == "https://shop.example/c-1")
      #expect(state.events.map(\.messageID) == ["m-1"])
      let tea = try #require(try tx.products()["tea"])
      #expect(tea.cycleDays == 30.5)
      #expect(tea.listPrice?.minorUnits == (version < 6 ? nil : 1500))
      #expect(tea.stock == (version < 6 ? nil : 3))
      #expect(tea.toldAt == (version < 7 ? nil : at(8)))
      #expect(try tx.importProgress(fingerprint: "f1")?.finishedAt == at(1))
      #expect(try tx.files(ofSource: "crm").map(\.outcome) == (version < 7 ? [] : [.taken]))
    }
  }

  @Test(arguments: StoreKind.allCases, ReleasedSchema.versions)
  func `what is planned, decided and sent stays so`(kind: StoreKind, version: Int) async throws {
    try await Self.upgrade(kind, from: version) { tx in
      let triggers = try tx.triggers()
      #expect(triggers["cart"]?.pausedAt == at(1))
      #expect(triggers["cart"]?.replanAfter == CustomerKey(1))
      #expect(triggers["welcome"]?.enabledAt == at(0))
      let enrollments = try tx.enrollments(keys: [1, 2])
      #expect(enrollments[1]?.trigger == "cart")
      #expect(enrollments[1]?.subject == .cart(id: "c-1"))
      #expect(enrollments[1]?.nextDueAt == at(3601))
      #expect(enrollments[2]?.state == .completed)
      #expect(enrollments[2]?.doneSteps == ["1", "2"])
      #expect(try tx.decisions(of: Self.ann).map(\.trace.count) == [2])
      #expect(try tx.unplanned(limit: 10) == [CustomerKey(2)])

      // An event that was taken is known, and nothing is sent twice.
      let event = Event(messageID: "m-1", name: "cart_changed", at: at(1), receivedAt: at(9))
      #expect(try tx.insert([(Self.ann, PreparedEvent(event))]) == [0])
      let ann = try #require(try tx.customer(id: "ann"))
      #expect(try tx.insert([message(1, to: ann), message(2, to: ann)], now: at(10)) == [])

      let sent = try #require(try tx.messages(of: Self.ann).first { $0.state == .sent })
      #expect(sent.uid == ledgerKey(1).messageUID)
      #expect(sent.outcome == .accepted)
      let steps = try tx.stepMessages(of: [(key: 2, customer: Self.ann, since: at(0))])[2]
      let handedOver = version < 3 ? at(7) : Instant(milliseconds: at(7).milliseconds + 500)
      #expect(steps?.first { $0.step == "1" }?.progress == .handedOver(at: handedOver))

      let claimed = try tx.claim(now: 10)
      #expect(claimed.map(\.content.subject) == ["Again"])
      #expect(claimed.first?.content.to == "ann@shop.example")
      #expect(claimed.first?.content.data["code"] == .string("T1"))
      #expect(claimed.first?.standing == .clean)
    }
  }

  @Test(arguments: StoreKind.allCases, ReleasedSchema.versions)
  func `nobody is written to who must not be`(kind: StoreKind, version: Int) async throws {
    try await Self.upgrade(kind, from: version) { tx in
      // However the mailbox is spelled.
      for address in ["bob@münchen.example", "BOB@xn--mnchen-3ya.example"] {
        #expect(try tx.suppressions(of: [("email", address)])[0] == .badAddress, "\(address)")
      }
      #expect(try tx.suppressions(of: [("email", "ann@shop.example")]).isEmpty)
      if version >= 2 {
        // An address that is let in again has unsubscribed all the same.
        #expect(try tx.unsuppress(channel: "email", address: "ann@old.example", at: at(20)))
        #expect(try tx.suppressions(of: [("email", "ann@old.example")])[0] == .unsubscribed)
      }
      if version >= 4 {
        // Said before the owner's own word.
        try tx.unsubscribe([("email", "bob@new.example", at(7))], now: at(20))
        #expect(try tx.suppressions(of: [("email", "bob@new.example")]).isEmpty)
      }
    }
  }

  @Test(arguments: StoreKind.allCases, ReleasedSchema.versions)
  func `what only later versions know works on what earlier ones wrote`(
    kind: StoreKind, version: Int
  ) async throws {
    try await Self.upgrade(kind, from: version) { tx in
      #expect(try tx.quarantine().map(\.item.id) == (version < 3 ? [] : ["m-9"]))
      let order = try #require(try tx.orders(ids: ["o-1"])["o-1"]?.order)
      try tx.save([(Self.ann, order)])
      #expect(try tx.orders(ids: ["o-1"])["o-1"]?.order == order)
      let stamp = try tx.shopStamp()
      _ = try tx.setPaused(nil, trigger: "cart")
      #expect(try tx.shopStamp() != stamp)
      try tx.markChanged([Self.ann, Self.bob])
    }
  }
}
