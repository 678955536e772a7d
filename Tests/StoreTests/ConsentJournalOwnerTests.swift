import Domain
import Platform
import Store
import Support
import Testing

/// Whose journal lies beside a store, on whatever machine and under whatever place.
struct ConsentJournalOwnerTests {
  /// Stores below a directory, each opened with whatever journal a test gives it.
  private struct Machine {
    let directory: String

    func path(_ name: String) -> String { directory + "/" + name }

    @discardableResult
    func use<T>(
      store name: String = "shop.db", journal: String? = "shop.db-consents", acceptsOlderCopy: Bool = false,
      _ body: (Store) async throws -> T
    ) async throws -> T {
      let store = try Store(
        .sqlite(path: path(name)),
        options: .init(
          readers: 1, acceptsOlderCopy: acceptsOlderCopy, journal: journal.map { path($0) }))
      return try await closing({ await store.close() }, after: { try await body(store) })
    }

    /// Puts a copy in the place of a store and asks which of these addresses get no mail.
    func restore(
      _ copy: String, journal: String = "shop.db-consents", asking addresses: [String] = [],
      stamp: String
    ) async throws -> Set<Int> {
      _ = try SQLiteBackup.restore(copy, to: path("shop.db"), stamp: stamp)
      return try await use(journal: journal, acceptsOlderCopy: true) { store in
        try await store.write { tx in
          _ = try tx.acceptRestore(now: at(9))
          return try tx.suppressed(addresses.map { ("email", $0) })
        }
      }
    }

    func copy(_ name: String, to copy: String) throws -> String {
      _ = try SQLiteBackup.make(of: path(name), to: path(copy))
      return path(copy)
    }
  }

  private func on(_ body: (Machine, Machine) async throws -> Void) async throws {
    let (one, other) = (
      try Files.makeTemporaryDirectory(prefix: "reprise-journal"),
      try Files.makeTemporaryDirectory(prefix: "reprise-journal")
    )
    defer { for directory in [one, other] { try? Files.removeTree(directory) } }
    try await body(Machine(directory: one), Machine(directory: other))
  }

  private static func silence(_ address: String, _ second: Int64 = 5) -> (Store) async throws -> Void {
    { store in try await store.write { try $0.suppress([("email", address, .operator)], at: at(second)) } }
  }

  @Test func `a store that was opened beside another journal in between still has its own`() async throws {
    try await on { machine, _ in
      try await machine.use { _ = try await $0.write { try $0.createCustomers(ids: ["ann"]) } }
      let backup = try machine.copy("shop.db", to: "copy.db")
      try await machine.use(Self.silence("ann@example.com"))
      try await machine.use(journal: "elsewhere-consents", Self.silence("bob@example.com", 6))
      try await machine.use { _ in }
      let names = try Files.names(in: machine.directory)
      #expect(!names.contains { $0.contains(".other-") }, "\(names)")
      let asked = ["ann@example.com", "bob@example.com", "eve@example.com"]
      let found = try await machine.restore(backup, asking: asked, stamp: "1")
      #expect(found == [0])
      // What was said beside the other journal is known again as soon as that one is there.
      try await machine.use(journal: "elsewhere-consents") { store in
        let found = try await store.read { try $0.suppressed(asked.map { ("email", $0) }) }
        #expect(found == [0, 1])
      }
    }
  }

  @Test func `a word in one journal that was taken back later in another does not come again`() async throws {
    try await on { machine, _ in
      try await machine.use { _ = try await $0.write { try $0.createCustomers(ids: ["ann"]) } }
      let backup = try machine.copy("shop.db", to: "copy.db")
      try await machine.use(journal: "elsewhere-consents") { store in
        _ = try await store.write {
          try $0.unsuppress(channel: "email", address: "ann@example.com", at: at(4))
        }
      }
      try await machine.use(Self.silence("ann@example.com", 5))
      let found = try await machine.restore(backup, asking: ["ann@example.com"], stamp: "1")
      #expect(found == [0])
      try await machine.use(journal: "elsewhere-consents") { store in
        let found = try await store.read { try $0.suppressed([("email", "ann@example.com")]) }
        #expect(found == [0])
      }
    }
  }

  @Test func `a backup put back twice on another machine knows what was said there`() async throws {
    try await on { here, there in
      try await here.use { _ = try await $0.write { try $0.createCustomers(ids: ["ann"]) } }
      try await here.use(Self.silence("old@example.com", 1))
      let backup = try here.copy("shop.db", to: "copy.db")
      let asked = ["old@example.com", "ann@example.com"]
      let first = try await there.restore(backup, asking: asked, stamp: "1")
      #expect(first == [0])
      try await there.use(Self.silence("ann@example.com"))
      for stamp in ["2", "3"] {
        let found = try await there.restore(backup, asking: asked, stamp: stamp)
        #expect(found == [0, 1])
      }
      let names = try Files.names(in: there.directory)
      #expect(!names.contains { $0.contains(".other-") }, "\(names)")
    }
  }

  @Test func `a journal begun by a new machine goes on with the shop that is put there`() async throws {
    try await on { here, there in
      try await here.use { store in
        try await store.write { tx in
          _ = try tx.createCustomers(ids: ["ann", "bob"])
          _ = try tx.forget(customerID: "bob", at: at(1))
        }
      }
      let backup = try here.copy("shop.db", to: "copy.db")
      // A daemon that was started once, and has nothing to tell.
      try await there.use { _ in }
      let first = try await there.restore(backup, asking: ["bob"], stamp: "1")
      #expect(first == [0])
      let next = try there.copy("shop.db", to: "next.db")
      try await there.use { store in
        try await store.write { tx in
          try tx.suppress([("email", "ann@example.com", .operator)], at: at(5))
          _ = try tx.withdrawConsent(customerID: "ann", channel: "sms", at: at(5), source: "link")
        }
      }
      let found = try await there.restore(next, asking: ["bob", "ann@example.com"], stamp: "2")
      #expect(found == [0, 1])
      try await there.use { store in
        let ann = try await store.read { try $0.customer(id: "ann") }
        #expect(ann?.unsubscribedAt("sms") == at(5))
      }
    }
  }

  @Test func `a journal with digests of another salt than the store's holds as well`() async throws {
    try await on { machine, _ in
      try await machine.use(journal: nil) { store in
        try await store.write { tx in
          _ = try tx.createCustomers(ids: ["ann"])
          _ = try tx.forget(customerID: "ann", at: at(1))
          try tx.suppress([("email", "back@example.com", .operator)], at: at(1))
        }
      }
      let code = HMACSHA256(key: Array("another".utf8))
      func line(_ number: Int, _ kind: String, _ address: String) -> String {
        "{\"n\":\(number),\"at\":\(at(5).milliseconds),\"kind\":\"\(kind)\",\"channel\":\"email\",\"addresses\":[\"\(code.authenticate(address))\"],\"reason\":\"operator\"}\n"
      }
      let text =
        "{\"journal\":\"0123456789abcdef\",\"salt\":\"another\"}\n" + line(1, "suppressed", "eve@example.com")
        + line(2, "suppressed", "joe@example.com") + line(3, "unsuppressed", "back@example.com")
      try Files.write(Array(text.utf8), to: machine.path("shop.db-consents"))
      try await machine.use { store in
        #expect(store.replay?.addresses == 3)
        let asked = ["ann", "eve@example.com", "joe@example.com", "back@example.com", "bob@example.com"]
        let found = try await store.read { try $0.suppressed(asked.map { ("email", $0) }) }
        #expect(found == [0, 1, 2])
        // Lifted under either salt.
        for address in ["ann", "eve@example.com"] {
          let lifted = try await store.write {
            try $0.unsuppress(channel: "email", address: address, at: at(6))
          }
          #expect(lifted, "\(address)")
        }
        let left = try await store.read { try $0.suppressed(asked.map { ("email", $0) }) }
        #expect(left == [2])
      }
    }
  }

  @Test func `another shop's journal is never taken in, and comes back to its own`() async throws {
    try await on { machine, _ in
      for name in ["a", "b"] {
        try await machine.use(store: name + ".db", journal: name, Self.silence("\(name)@example.com", 1))
      }
      let asked: [(channel: ChannelName, address: String)] = ["a@example.com", "b@example.com"]
        .map { ("email", $0) }
      let backup = try machine.copy("b.db", to: "copy.db")
      try await machine.use(store: "b.db", journal: "b", Self.silence("late@example.com"))
      try await machine.use(store: "a.db", journal: "b") { store in
        #expect(store.replay == nil)
        let found = try await store.read { try $0.suppressed(asked) }
        #expect(found == [0])
      }
      let names = try Files.names(in: machine.directory)
      #expect(names.filter { $0.hasPrefix("b.other-") }.count == 1, "\(names)")
      _ = try SQLiteBackup.restore(backup, to: machine.path("b.db"), stamp: "1")
      try await machine.use(store: "b.db", journal: "b", acceptsOlderCopy: true) { store in
        let found = try await store.read { try $0.suppressed(asked + [("email", "late@example.com")]) }
        #expect(found == [1, 2])
      }
    }
  }
}
