import Domain
import Platform
import Testing

@testable import Store

/// What holds of snapshots of customers on either database.
@Suite struct CustomerVersionsTests {
  /// Two customers, and a store to read and write them.
  private struct Floor: Sendable {
    let store: Store
    let ann: CustomerKey
    let bob: CustomerKey

    static func use(_ kind: StoreKind, _ body: (Floor) async throws -> Void) async throws {
      try await kind.use { store in
        let keys = try await store.write { try $0.createCustomers(ids: ["ann", "bob"]).map(\.key) }
        try await body(Floor(store: store, ann: keys[0], bob: keys[1]))
      }
    }

    func observe(_ customers: [CustomerKey]? = nil) async throws -> CustomerSnapshot {
      let snapshot = store.snapshot()
      let customers = customers ?? [ann, bob]
      try await store.read { try $0.observe(customers, in: snapshot) }
      return snapshot
    }

    func stale(
      _ snapshot: CustomerSnapshot, _ customers: [CustomerKey]? = nil
    ) async throws -> Set<CustomerKey> {
      let customers = customers ?? [ann, bob]
      return try await store.write { try $0.markChanged(customers, since: snapshot) }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `of two who work from the same facts the second one learns of the first`(kind: StoreKind) async throws
  {
    try await Floor.use(kind) { floor in
      let (first, second) = (try await floor.observe(), try await floor.observe())
      #expect(try await floor.stale(first, [floor.ann]) == [])
      #expect(try await floor.stale(second) == [floor.ann])
      #expect(try await floor.stale(floor.observe()) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a change that names no snapshot makes every older one stale`(kind: StoreKind) async throws {
    try await Floor.use(kind) { floor in
      let snapshot = try await floor.observe()
      try await floor.store.write { [bob = floor.bob] in try $0.markChanged([bob]) }
      #expect(try await floor.stale(snapshot) == [floor.bob])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what is read before the commit of a change is stale`(kind: StoreKind) async throws {
    try await Floor.use(kind) { floor in
      let snapshot = try await floor.store.write { tx in
        try tx.markChanged([floor.ann])
        let snapshot = floor.store.snapshot()
        let other = try floor.store.location.connect()
        defer { other.close() }
        try other.transaction(.snapshot) { try Transaction(other).observe([floor.ann], in: snapshot) }
        return snapshot
      }
      #expect(try await floor.stale(snapshot, [floor.ann]) == [floor.ann])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `somebody who was forgotten is stale, whoever has the number now`(kind: StoreKind) async throws {
    try await Floor.use(kind) { floor in
      let snapshot = try await floor.observe()
      try await floor.store.write { _ = try $0.forget(customerID: "bob", at: at(0)) }
      // SQLite gives the number of the last row to the next.
      let next = try await floor.store.write { try $0.createCustomers(ids: ["cat"])[0].key }
      #expect(try await floor.stale(snapshot) == [floor.bob])
      #expect((next == floor.bob) == (kind == .sqlite))
      #expect(try await floor.stale(floor.observe([next]), [next]) == [])
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a withdrawal of consent makes the customer stale`(kind: StoreKind) async throws {
    try await Floor.use(kind) { floor in
      let snapshot = try await floor.observe()
      _ = try await floor.store.write {
        try $0.withdrawConsent(customerID: "ann", channel: "email", at: at(1), source: "test")
      }
      #expect(try await floor.stale(snapshot) == [floor.ann])
    }
  }

  @Test(arguments: StoreKind.allCases, [1, 40])
  func `an import in bulk makes stale whom it names, close together or not`(
    kind: StoreKind, step: Int
  ) async throws {
    try await kind.use { store in
      let all = try await store.write { try $0.createCustomers(ids: (0..<200).map { "c\($0)" }).map(\.key) }
      let floor = Floor(store: store, ann: all[0], bob: all[1])
      let run = stride(from: 50, to: 150, by: step).map { all[$0] }
      let snapshot = try await floor.observe(all)
      try await store.write { try $0.markChanged(run: run) }
      #expect(try await floor.stale(snapshot, all) == Set(run))
      // And who plans for them learns who has changed since they were read.
      let planning = try await floor.observe(run)
      try await store.write { try $0.markChanged([run[0]]) }
      #expect(try await store.write { try $0.markChanged(run: run, since: planning) } == [run[0]])
      #expect(try await store.write { try $0.markChanged(run: run, since: planning) } == Set(run))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `customers made for a change are in order, and stale for others`(kind: StoreKind) async throws {
    try await Floor.use(kind) { floor in
      let snapshot = try await floor.observe()
      let customers = try await floor.store.write { try $0.customersForChange(ids: ["cat", "bob", "dan"]) }
      #expect(customers.map(\.id) == ["cat", "bob", "dan"])
      #expect(customers[1].key == floor.bob)
      #expect(try await floor.stale(snapshot) == [floor.bob])
    }
  }

  /// SQLite has one writer.
  @Test func `on a server nobody else changes a customer until the transaction ends`() async throws {
    try await Floor.use(.postgresql) { floor in
      let snapshot = try await floor.observe()
      let other = try floor.store.location.connect()
      defer { other.close() }
      try other.begin(.write)
      try Transaction(other).markChanged([floor.ann])
      await #expect {
        try await floor.store.write { tx in
          try tx.connection.execute("SET LOCAL lock_timeout = '50ms'")
          _ = try tx.markChanged([floor.ann], since: snapshot)
        }
      } throws: {
        ($0 as? SQLError)?.kind == .busy
      }
      try other.commit()
      #expect(try await floor.stale(snapshot) == [floor.ann])
    }
  }

  @Test func `a snapshot is in use as long as somebody holds it`() async throws {
    try await Floor.use(.sqlite) { floor in
      var snapshot: CustomerSnapshot? = floor.store.snapshot()
      try await floor.store.write { try $0.markChanged([floor.ann]) }
      #expect(!floor.store.isAtRest)
      #expect(snapshot?.number != nil)
      snapshot = nil
      #expect(floor.store.isAtRest)
    }
  }
}

extension StoreLocation {
  /// A connection beside those of the store.
  fileprivate func connect() throws -> any SQLConnection {
    switch self {
    case .sqlite(let path): try SQLiteConnection(path: path, mode: .reader)
    case .postgresql(let url): try PostgresConnection(url: url)
    }
  }
}
