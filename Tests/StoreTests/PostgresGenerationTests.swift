import Domain
import Platform
import Store
import Support
import Testing

/// A server cannot tell that it was put back; this machine can.
struct PostgresGenerationTests {
  @Test func `a database that went back is refused until somebody says that it is a backup`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase(language: "en-US")
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-generation")
    defer { try? Files.removeTree(directory) }
    func open(acceptsOlderCopy: Bool = false) throws -> Store {
      try Store(
        .postgresql(url: url),
        options: .init(
          readers: 1, allowsUnsafeServer: true, acceptsOlderCopy: acceptsOlderCopy,
          generation: directory + "/generation"))
    }
    for id in ["ann", "bob"] {
      let store = try open()
      _ = try await store.write { try $0.createCustomers(ids: [id]) }
      await store.close()
    }
    // As a dump of before the last start would have left it.
    let server = try PostgresConnection(url: url)
    try server.execute("UPDATE meta SET value = '1' WHERE name = 'generation'")
    server.close()
    let error = #expect(throws: StoreError.self) { try open() }
    #expect(error?.exitCode == 65)
    let shown = StoreLocation.postgresql(url: url).description
    #expect(
      error?.description
        == "store: \(shown) went back (it stands at commit 1, this machine saw 2): a message already sent could be sent again; if a backup was put back on purpose, say so with: reprise restored"
    )
    let accepted = try open(acceptsOlderCopy: true)
    _ = try await accepted.write { try $0.createCustomers(ids: ["eve"]) }
    await accepted.close()
    await (try open()).close()
  }

  @Test func `a database that went back is refused before anything in it is changed`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-generation")
    defer { try? Files.removeTree(directory) }
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    try Migrator.migrate(server, to: Array(Schema.migrations.prefix(2)))
    try Files.write(Array("0000000000000000002\n".utf8), to: directory + "/generation")
    func open(acceptsOlderCopy: Bool) throws -> Store {
      try Store(
        .postgresql(url: url),
        options: .init(
          readers: 1, allowsUnsafeServer: true, acceptsOlderCopy: acceptsOlderCopy,
          generation: directory + "/generation"))
    }
    #expect(throws: StoreError.self) { try open(acceptsOlderCopy: false) }
    let refused = try Migrator.version(of: server)
    #expect(refused == 2)
    await (try open(acceptsOlderCopy: true)).close()
    let accepted = try Migrator.version(of: server)
    #expect(accepted == Schema.version)
  }

  @Test func `an emptied database is no new shop`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-generation")
    defer { try? Files.removeTree(directory) }
    try Files.write(Array("0000000000000000002\n".utf8), to: directory + "/generation")
    let shown = StoreLocation.postgresql(url: url).description
    let error = #expect(throws: StoreError.self) {
      try Store(
        .postgresql(url: url),
        options: .init(readers: 1, allowsUnsafeServer: true, generation: directory + "/generation"))
    }
    #expect(error == .olderDatabase(location: shown, found: 0, confirmed: 2))
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    let version = try Migrator.version(of: server)
    #expect(version == 0)
  }
}
