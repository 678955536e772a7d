import Domain
import Platform
import Store
import Support
import Testing

struct PostgresStoreTests {
  @Test
  func `a second store on one database is refused`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    try await StoreKind.use(.postgresql(url: url)) { _ in
      let error = #expect(throws: StoreError.self) {
        try Store(
          .postgresql(url: url), options: .init(allowsUnsafeServer: true, lockWait: .milliseconds(500)))
      }
      let shown = String(url.prefix { $0 != "?" })
      #expect(error == .locked(path: shown, holder: nil))
      #expect(error?.exitCode == 73)
      #expect(error?.description == "store: \(shown) is in use by another reprise; stop that one first")
    }
    try await StoreKind.use(.postgresql(url: url)) { _ in }
  }

  @Test
  func `a server that may lose commits is refused`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let error = #expect(throws: StoreError.self) { try Store(.postgresql(url: url)) }
    #expect(error == .unsafeServer(setting: "fsync=off"))
    #expect(error?.exitCode == 78)
    #expect(
      error?.description
        == "store: the PostgreSQL server runs with fsync=off, which can lose what it has acknowledged; switch it on"
    )
  }

  @Test
  func `a server that restarts costs only what was under way`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    try await StoreKind.use(.postgresql(url: url)) { store in
      _ = try await store.write { try $0.createCustomers(ids: ["ann"]) }
      _ = try await store.read { try $0.customerCount() }
      let outside = try PostgresConnection(url: url)
      defer { outside.close() }
      for _ in 0..<3 {
        // As a restart does: every connection ends while nothing is under way.
        try outside.query(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ) { _ in }
        let written = try await store.write { try $0.customerCount() }
        let read = try await store.read { try $0.customerCount() }
        #expect(written == 1 && read == 1)
      }
      let error = await #expect(throws: SQLError.self) {
        try await store.write { tx in
          _ = try tx.createCustomers(ids: ["bob"])
          try tx.connection.query("SELECT pg_terminate_backend(pg_backend_pid())") { _ in }
        }
      }
      #expect(error?.kind == .connectionLost)
      let count = try await store.write { tx in
        try tx.createCustomers(ids: ["cid"]).count + tx.customerCount()
      }
      #expect(count == 3)
    }
  }

  @Test
  func `every table there is has its place in the list`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    try Migrator.migrate(server)
    let tables = try server.all("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") {
      $0.string(0)
    }
    #expect(tables.sorted() == Schema.tables.sorted())
  }
}
