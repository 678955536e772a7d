import Domain
import Glibc
import Platform
import Store
import Support
import Testing

/// What was said after a backup was made must hold when the backup is put back.
struct ConsentJournalTests {
  /// Opens the store, takes an unsubscribe, and closes it.
  private static func unsubscribe(_ address: String, at second: Int64, in path: String) async throws {
    let store = try Store(.sqlite(path: path), options: .init(readers: 1, journal: path + "-consents"))
    try await store.write { try $0.unsubscribe([("email", address, at(second))], now: at(second)) }
    await store.close()
  }

  /// A store that keeps a journal, copied, spoken to, and put back as it was.
  private func restored(
    _ before: @escaping @Sendable (Transaction) throws -> Void,
    then after: @escaping @Sendable (Transaction) throws -> Void,
    expect: @escaping @Sendable (Transaction, JournalReplay?) throws -> Void
  ) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-journal")
    defer { try? Files.removeTree(directory) }
    let (path, copy) = (directory + "/shop.db", directory + "/copy.db")
    func use(acceptsOlderCopy: Bool = false, _ body: (Store) async throws -> Void) async throws {
      let store = try Store(
        .sqlite(path: path),
        options: .init(readers: 1, acceptsOlderCopy: acceptsOlderCopy, journal: path + "-consents"))
      try await closing({ await store.close() }, after: { try await body(store) })
    }
    try await use { store in
      try await store.write { tx in
        _ = try tx.createCustomers(ids: ["ann", "bob"])
        try before(tx)
      }
      _ = try SQLiteBackup.make(of: path, to: copy)
      try await store.write { try after($0) }
    }
    _ = try SQLiteBackup.restore(copy, to: path, stamp: "1")
    try await use(acceptsOlderCopy: true) { store in
      let replay = store.replay
      try await store.write { tx in
        _ = try tx.acceptRestore(now: at(9))
        try expect(tx, replay)
      }
    }
    // Taken in once, it is not taken in again.
    try await use { #expect($0.replay == nil) }
  }

  private static func give(_ id: String, _ email: String, _ tx: Transaction) throws {
    var customer = try #require(try tx.customer(id: id))
    customer.email = email
    try tx.save([customer])
  }

  @Test func `who was forgotten after the backup is forgotten in what is set aside too`() async throws {
    try await restored { tx in
      for number in 1...2 {
        let item = WorkItem(.request, "digest-\(number)")
        _ = try tx.suspect(item, signal: "SIGILL", isAlone: true, at: at(1))
        let body = #"{"userId":"\#(number == 1 ? "zoe" : "max")"}"#
        try tx.keep(
          item, customer: nil, about: "track", content: Base64.text(Array(body.utf8)), at: at(1))
      }
    } then: { tx in
      let known = try tx.forget(customerID: "zoe", at: at(5))
      #expect(known)
    } expect: { tx, replay in
      #expect(replay?.customers == 1)
      let left = try tx.quarantine()
      #expect(left.map { $0.item.id } == ["digest-2"])
    }
  }

  @Test func `an unsubscribe after the backup holds, for the customer and for the address`() async throws {
    try await restored { tx in
      try Self.give("ann", "ann@example.com", tx)
    } then: { tx in
      _ = try tx.withdrawConsent(
        customerID: "ann", channel: "email", address: { $0.email }, at: at(5), source: "unsubscribe_link")
      // Somebody whom the backup does not know.
      try tx.unsubscribe([("email", "new@example.com", at(6))], now: at(6))
    } expect: { tx, replay in
      #expect(replay?.customers == 1)
      #expect(replay?.addresses == 2)
      #expect(try tx.customer(id: "ann")?.unsubscribedAt("email") != nil)
      let found = try tx.suppressions(of: [
        ("email", "Ann@Example.com"), ("email", "new@example.com"), ("sms", "ann@example.com"),
        ("email", "bob@example.com"),
      ])
      #expect(found == [0: .unsubscribed, 1: .unsubscribed])
      // Only the owner's later word lifts it.
      #expect(try !tx.unsuppress(channel: "email", address: "new@example.com", at: at(8)))
      try tx.resubscribe([("email", "new@example.com", at(7))])
      #expect(try tx.suppressed([("email", "new@example.com")]) == [])
    }
  }

  @Test func `what one said who is two in the backup holds for both`() async throws {
    for isForgotten in [false, true] {
      try await restored { tx in
        try Self.give("bob", "bob@example.com", tx)
      } then: { tx in
        let ids = try tx.customerKeys(ids: ["ann", "bob"]).compactMap(\.self)
        var ann = try #require(try tx.customer(id: "ann"))
        try tx.join(ids[1], into: ids[0], replacing: [], at: at(4))
        ann.name([CustomerNames.Name("bob", at: at(4))], first: "ann")
        try tx.save([ann])
        if isForgotten {
          let known = try tx.forget(customerID: "ann", at: at(5))
          #expect(known)
        } else {
          _ = try tx.withdrawConsent(
            customerID: "ann", channel: "email", at: at(5), source: "unsubscribe_link")
        }
      } expect: { tx, replay in
        #expect(replay?.customers == 2)
        for id in ["ann", "bob"] {
          let customer = try tx.customer(id: id)
          #expect(isForgotten ? customer == nil : customer?.unsubscribedAt("email") != nil, "\(id)")
        }
      }
    }
  }

  @Test func `what is said again and again is written down once a day`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-journal")
    defer { try? Files.removeTree(directory) }
    let (path, journal) = (directory + "/shop.db", directory + "/journal")
    let store = try Store(.sqlite(path: path), options: .init(readers: 1, journal: journal))
    func unsubscribe(at instant: Instant) async throws -> Int {
      try await store.write { tx in
        _ = try tx.withdrawConsent(
          customerID: "ann", channel: "email", address: { $0.email }, at: instant, source: "unsubscribe_link")
      }
      return try Files.read(journal, limit: 1 << 20).count { $0 == UInt8(ascii: "\n") }
    }
    try await store.write { tx in
      _ = try tx.createCustomers(ids: ["ann"])
      try Self.give("ann", "ann@example.com", tx)
    }
    let once = try await unsubscribe(at: at(5))
    for second in 6..<20 as Range<Int64> {
      let lines = try await unsubscribe(at: at(second))
      #expect(lines == once)
    }
    let later = try await unsubscribe(at: at(20) + .days(2))
    #expect(later > once)
    // To an address that she has had only since, too.
    try await store.write { try Self.give("ann", "ann@new.example.com", $0) }
    let moved = try await unsubscribe(at: at(21) + .days(2))
    #expect(moved > later)
    await store.close()
  }

  @Test func `who was forgotten after the backup is forgotten again`() async throws {
    try await restored { tx in
      try Self.give("ann", "ann@example.com", tx)
    } then: { tx in
      try Self.give("ann", "ann@new.example", tx)
      #expect(try tx.forget(customerID: "ann", at: at(5)))
    } expect: { tx, replay in
      #expect(replay?.customers == 1)
      let (ann, bob) = (try tx.customer(id: "ann"), try tx.customer(id: "bob"))
      #expect(ann == nil)
      #expect(bob != nil)
      let addresses = ["ann@example.com", "ann@new.example", "ann"].map {
        (channel: ChannelName("email"), address: $0)
      }
      let found = try tx.suppressions(of: addresses)
      #expect(found == [0: .forgotten, 1: .forgotten, 2: .forgotten])
    }
  }

  @Test func `what an operator and a provider said holds, and so does its end`() async throws {
    try await restored { tx in
      try tx.suppress([("email", "old@example.com", .operator)], at: at(1))
      try tx.unsubscribe([("email", "back@example.com", at(1))], now: at(1))
    } then: { tx in
      try tx.suppress([("email", "bad@example.com", .badAddress)], at: at(5))
      #expect(try tx.unsuppress(channel: "email", address: "old@example.com", at: at(6)))
      try tx.resubscribe([("email", "back@example.com", at(6))])
    } expect: { tx, _ in
      let found = try tx.suppressions(of: [
        ("email", "bad@example.com"), ("email", "old@example.com"), ("email", "back@example.com"),
      ])
      #expect(found == [0: .badAddress])
      #expect(try tx.unsuppress(channel: "email", address: "bad@example.com", at: at(8)))
      #expect(try tx.suppressed([("email", "bad@example.com")]) == [])
    }
  }

  @Test func `the journal names nobody, and a line cut off by a crash is written over`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-journal")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/shop.db"
    try await Self.unsubscribe("ann@example.com", at: 1, in: path)
    let whole = try Files.read(path + "-consents")
    try Files.write(whole + Array("{\"n\":2,\"at".utf8), to: path + "-consents")
    try await Self.unsubscribe("bob@example.com", at: 2, in: path)
    let text = try Files.readText(path + "-consents")
    #expect(!text.contains("ann@") && !text.contains("bob") && !text.contains("example"))
    let lines = text.split(separator: "\n")
    #expect(lines.count == 3)
    let numbers = try lines.dropFirst().map { try JSON.parse(String($0))["n"]?.integerValue }
    #expect(numbers == [1, 2])
  }

  @Test func `a journal that was made enormous is read by what stands in it`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-journal")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/shop.db"
    try await Self.unsubscribe("ann@example.com", at: 1, in: path)
    #expect(truncate(path + "-consents", 100 << 30) == 0)
    try await Self.unsubscribe("bob@example.com", at: 2, in: path)
    try await Self.unsubscribe("max@example.com", at: 3, in: path)
    // A store that knows nothing yet reads all of it.
    let store = try Store(
      .sqlite(path: directory + "/new.db"), options: .init(readers: 1, journal: path + "-consents"))
    #expect(store.replay?.entries == 3)
    await store.close()
  }
}
