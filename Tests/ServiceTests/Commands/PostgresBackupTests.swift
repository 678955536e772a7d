import Domain
import Glibc
import Platform
import Service
import Store
import Support
import Testing

/// A dump of a shop on a server, made and put back. The server keeps what it has committed, as the program demands.
struct PostgresBackupTests {
  private let shop: ShopDirectory
  private let url: String
  private let dump: String

  init() throws {
    shop = try ShopDirectory()
    url = try TemporaryPostgres.durable().makeDatabase(language: "en-US")
    dump = shop.path + "/shop.dump"
    for place in ["one", "two"] { try Files.makeDirectories(shop.path + "/" + place) }
  }

  /// The shop with its state in one place or another.
  private func options(_ place: String) -> ServiceOptions {
    var options = shop.options
    options.store = url
    options.control = shop.path + "/\(place)/control.sock"
    return options
  }

  private func ask(_ request: JSON, in place: String = "one") async throws -> JSON {
    try await OfflineService.perform(request, options(place), log: .silent)
  }

  private func make() async throws {
    try await PostgresBackup.make(of: url, to: dump, environment: .process)
  }

  private func restore() async throws {
    try await PostgresBackup.restore(dump, to: url, keeping: nil, environment: .process)
  }

  /// The reason for which an address gets nothing.
  private func reason(_ address: String) async throws -> JSON? {
    try await ask(["command": "suppress", "channel": "email", "address": .string(address)])["before"]
  }

  @Test func `only its owner can read a dump, which does not follow a link at its path`() async throws {
    try await shop.addAnn(options("one"))
    let other = shop.path + "/other"
    try Files.write(Array("precious".utf8), to: other)
    #expect(symlink(other, dump + ".partial") == 0)
    try await make()
    #expect(try Files.readText(other) == "precious")
    #expect(try Files.status(dump).permissions == 0o600)
    #expect(try Files.names(in: shop.path).filter { $0.hasPrefix("shop.dump") } == ["shop.dump"])
    try Files.remove(dump)
    #expect(symlink(shop.path + "/nowhere", dump) == 0)
    await #expect(
      throws: ServiceError(
        "\(dump) is there already; give the backup another name, or remove it", exitCode: 73)
    ) { try await make() }
  }

  @Test func `what was said after the dump holds, wherever somebody looked at the shop in between`()
    async throws
  {
    try await shop.addAnn(options("one"))
    try await make()
    _ = try await ask(["command": "suppress", "channel": "email", "address": "eve@tea.example"])
    _ = try await ask(["command": "unsubscribe", "customer": "ann", "channel": "email"])
    _ = try await ask(["command": "status"], in: "two")
    let left = try Files.names(in: shop.path + "/two")
    #expect(left == [])
    _ = try await ask(["command": "explain", "customer": "ann"])
    try await restore()
    let restored = try await ask(["command": "restored"])
    #expect(restored["journal_customers"] == 1)
    #expect(restored["journal_addresses"] == 2)
    let (eve, ann, joe) = (
      try await reason("eve@tea.example"), try await reason("ann@tea.example"),
      try await reason("joe@tea.example")
    )
    #expect(eve == "operator" && ann == "unsubscribed" && joe == .null)
  }

  @Test func `what was said beside a journal elsewhere is taken in there and leaves the other alone`()
    async throws
  {
    try await shop.addAnn(options("one"))
    try await make()
    _ = try await ask(["command": "suppress", "channel": "email", "address": "eve@tea.example"])
    _ = try await ask(["command": "suppress", "channel": "email", "address": "joe@tea.example"], in: "two")
    try await restore()
    // The place for what the shop keeps is made where there is none.
    let first = try await ask(["command": "restored"], in: "three")
    #expect(first["journal_addresses"] == 0)
    let second = try await ask(["command": "restored"], in: "two")
    #expect(second["journal_addresses"] == 1)
    let third = try await ask(["command": "restored"])
    #expect(third["journal_addresses"] == 1)
    let (eve, joe) = (try await reason("eve@tea.example"), try await reason("joe@tea.example"))
    #expect(eve == "operator" && joe == "operator")
  }

  @Test func `a dump from before the upgrade is brought up like any older store`() async throws {
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    try Migrator.migrate(server, to: Array(Schema.migrations.prefix(2)))
    try server.execute(
      "INSERT INTO customers (id, consent, tags, attributes, field_times) VALUES ('old', '{}', '[]', '{}', '{}')"
    )
    try await make()
    try await shop.addAnn(options("one"))
    for _ in 0..<2 {
      try await restore()
      let restoredVersion = try Migrator.version(of: server)
      #expect(restoredVersion == 2)
      let restored = try await ask(["command": "restored"])
      #expect(restored["error"] == nil, "\(restored)")
      let version = try Migrator.version(of: server)
      #expect(version == Schema.version)
    }
    let ids = try server.all("SELECT id FROM customers") { $0.string(0) }
    #expect(ids == ["old"])
  }

  @Test func `a dump of something else, or of a newer version, changes nothing`() async throws {
    try await shop.addAnn(options("one"))
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    let other = try TemporaryPostgres.durable().makeDatabase()
    let stranger = try PostgresConnection(url: other)
    try stranger.execute("CREATE TABLE meta (name TEXT, value TEXT)")
    func expectRefusal(_ words: String) async throws {
      try? Files.remove(dump)
      try await PostgresBackup.make(of: other, to: dump, environment: .process)
      let error = await #expect(throws: ServiceError.self) { try await restore() }
      #expect(error?.exitCode == 65)
      #expect(error?.description.contains(words) == true, "\(error as Any)")
      let ids = try server.all("SELECT id FROM customers") { $0.string(0) }
      #expect(ids == ["ann"])
    }
    try await expectRefusal("ERROR:  it is a dump, but of no store of reprise\n")
    try stranger.execute("INSERT INTO meta VALUES ('schema_version', '99')")
    try await expectRefusal(
      "ERROR:  it was written by a newer reprise (schema 99, this program knows \(Schema.version))\n")
    stranger.close()
    // Cut off in the middle of its data.
    try Files.remove(dump)
    try await make()
    let bytes = try Files.read(dump)
    try Files.write(Array(bytes.prefix(bytes.count - 64)), to: dump)
    let cut = await #expect(throws: ServiceError.self) { try await restore() }
    #expect(cut?.exitCode == 65)
    try Files.write(Array("no dump".utf8), to: dump)
    let error = await #expect(throws: ServiceError.self) { try await restore() }
    #expect(error?.exitCode == 65)
    #expect(
      error?.description
        == "pg_restore failed: pg_restore: error: input file does not appear to be a valid archive (too short?)\n"
    )
    let ids = try server.all("SELECT id FROM customers") { $0.string(0) }
    #expect(ids == ["ann"])
  }

  @Test func `the store that was there is kept as a dump that can be put back`() async throws {
    try await shop.addAnn(options("one"))
    try await make()
    let server = try PostgresConnection(url: url)
    defer { server.close() }
    try server.execute(
      "INSERT INTO customers (id, consent, tags, attributes, field_times) VALUES ('late', '{}', '[]', '{}', '{}')"
    )
    let former = shop.path + "/former.dump"
    let isKept = try await PostgresBackup.restore(dump, to: url, keeping: former, environment: .process)
    #expect(isKept)
    let restored = try server.all("SELECT id FROM customers") { $0.string(0) }
    #expect(restored == ["ann"])
    try await PostgresBackup.restore(former, to: url, keeping: nil, environment: .process)
    let back = try server.all("SELECT id FROM customers ORDER BY key") { $0.string(0) }
    #expect(back == ["ann", "late"])
    // What could not be kept is not replaced.
    let error = await #expect(throws: ServiceError.self) {
      try await PostgresBackup.restore(
        dump, to: url, keeping: shop.path + "/none/former.dump", environment: .process)
    }
    #expect(
      error?.description
        == "nothing was changed: the store that is there could not be kept as \(shop.path)/none/former.dump; to go on without it: reprise restore --discard; cannot make '\(shop.path)/none/former.dump.partial': it does not exist; check the path"
    )
    let left = try server.all("SELECT id FROM customers ORDER BY key") { $0.string(0) }
    #expect(left == ["ann", "late"])
    // Nor is kept what was not replaced.
    try Files.write(Array("PGDMP".utf8), to: dump)
    await #expect(throws: ServiceError.self) {
      try await PostgresBackup.restore(dump, to: url, keeping: former + "2", environment: .process)
    }
    #expect(!Files.exists(former + "2"))
  }

  @Test func `tables of another program are not dropped`() async throws {
    try await shop.addAnn(options("one"))
    try await make()
    let other = try TemporaryPostgres.durable().makeDatabase(language: "en-US")
    let stranger = try PostgresConnection(url: other)
    defer { stranger.close() }
    try stranger.execute("CREATE TABLE orders (id TEXT); CREATE TABLE customers (id TEXT)")
    let error = await #expect(throws: ServiceError.self) {
      try await PostgresBackup.restore(dump, to: other, keeping: nil, environment: .process)
    }
    let shown = StoreLocation.postgresql(url: other).description
    #expect(
      error?.description
        == "store: \(shown) holds tables that are no store of reprise (customers, orders), and which it would drop; nothing was changed; give reprise a database of its own, or remove them"
    )
    #expect(error?.exitCode == 65)
    let left = try stranger.integer("SELECT count(*) FROM orders")
    #expect(left == 0)
  }

  @Test func `a dump is kept where nobody knows whether it was replaced`() async throws {
    try await shop.addAnn(options("one"))
    try await make()
    let former = shop.path + "/former.dump"
    // The last of the programs is killed.
    let programs = shop.path + "/bin"
    try Files.makeDirectories(programs)
    try Files.write(Array("#!/bin/sh\nkill -9 $$\n".utf8), to: programs + "/psql", permissions: 0o755)
    var environment = Environment.process
    environment.values["PATH"] = programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    let error = await #expect(throws: ServiceError.self) {
      try await PostgresBackup.restore(dump, to: url, keeping: former, environment: environment)
    }
    #expect(
      error?.description.hasSuffix("; what was there before is kept as \(former)") == true,
      "\(error as Any)")
    #expect(Files.exists(former))
  }

  @Test func `an empty database leaves nothing to keep`() async throws {
    let other = try TemporaryPostgres.durable().makeDatabase(language: "en-US")
    try await shop.addAnn(options("one"))
    try await make()
    let former = shop.path + "/former.dump"
    let isKept = try await PostgresBackup.restore(dump, to: other, keeping: former, environment: .process)
    #expect(!isKept)
    #expect(!Files.exists(former))
  }

  @Test func `nothing is put in the place of a database that a daemon uses`() async throws {
    try await shop.addAnn(options("one"))
    try await make()
    let store = try Store(.postgresql(url: url), options: .init(readers: 1))
    _ = try await store.write { try $0.createCustomers(ids: ["new"]) }
    let error = await #expect(throws: ServiceError.self) { try await restore() }
    let shown = StoreLocation.postgresql(url: url).description
    #expect(
      error
        == ServiceError(
          "store: \(shown) is in use by another reprise; stop that one first", exitCode: 73))
    let count = try await store.read { try $0.customerCount() }
    #expect(count == 2)
    await store.close()
  }
}
