import Delivery
import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// Claims of which the connection did not live to tell.
struct DoubtfulClaimTests {
  private let now = Instant(iso8601: "2026-03-01T12:00:00Z")!

  private func queue(_ store: Store) async throws {
    let now = now
    try await store.write { tx in
      _ = try tx.syncTriggers([("welcome", "h")], now: now)
      let ann = try #require(try tx.createCustomers(ids: ["ann"]).first)
      let message = NewMessage(
        ledgerKey: LedgerKey(bytes: SHA256.hash("1").bytes), enrollment: 1, trigger: "welcome",
        occurrence: "o1", customer: ann.key, step: "1", channel: "email", priority: 100, dueAt: now,
        expiresAt: now + .days(1),
        content: MessageContent(to: "ann@tea.example", subject: "Hello", text: "Text", purpose: .marketing))
      _ = try tx.insert([message], now: now)
    }
  }

  private func claim(_ outbox: StoreOutbox) async throws -> [ClaimedMessage] {
    try await outbox.claim(channel: "email", limit: 10, lease: Dispatcher.lease, now: now)
  }

  @Test func `a claim that was committed while the connection was cut is given back and claimed anew`()
    async throws
  {
    let server = try TemporaryPostgres.shared()
    let url = try server.makeDatabase()
    let database = try #require(url.split(separator: "?").first?.split(separator: "/").last)
    let proxy = try PostgresProxy(to: server.directory)
    defer { proxy.remove() }
    try proxy.open()
    let store = try Store(
      .postgresql(url: "postgresql:///\(database)?host=\(proxy.directory)&user=postgres"),
      options: .init(readers: 1, allowsUnsafeServer: true))
    let log = InMemoryLog()
    let outbox = StoreOutbox(store, shop: LiveShop(.plain), log: Logger(to: log))
    try await queue(store)
    let outside = try PostgresConnection(url: url)
    defer { outside.close() }
    // At the commit, long enough to be cut in it.
    try outside.execute(
      """
      CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER dawdling AFTER UPDATE ON messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.state = 'leased') EXECUTE FUNCTION dawdle();
      """)
    let sleeping: SQLText =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    let first = Task { try await claim(outbox) }
    try await eventually("commit under way") { try outside.integer(sleeping) == 1 }
    proxy.cut()
    let error = await #expect(throws: SQLError.self) { try await first.value }
    #expect(error?.kind == .connectionLost)
    try await eventually("end of the commit") { try outside.integer(sleeping) == 0 }
    try outside.execute("DROP TRIGGER dawdling ON messages")
    #expect(try outside.integer("SELECT count(*) FROM messages WHERE state = 'leased'") == 1)
    let status = try await store.read { try $0.status(today: Instant(milliseconds: 0)) }
    #expect(status.firstLeaseUntil == now + Dispatcher.lease)

    let second = try await claim(outbox)
    #expect(second.map(\.attempt) == [1])
    #expect(log.names.filter { $0 == "claims_given_back" }.count == 1)
    let third = try await claim(outbox)
    #expect(third == [])
    await store.close()
  }

  @Test func `a claim that did not happen is just claimed`() async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "doubts")
    defer { try? Files.removeTree(directory) }
    let store = try Store(.sqlite(path: directory + "/reprise.db"))
    let log = InMemoryLog()
    let outbox = StoreOutbox(store, shop: LiveShop(.plain), log: Logger(to: log))
    try await queue(store)
    try await store.write { tx in
      try tx.connection.execute(
        "CREATE TEMP TRIGGER no BEFORE UPDATE ON messages BEGIN SELECT RAISE(ABORT, 'not now'); END")
    }
    await #expect(throws: SQLError.self) { try await claim(outbox) }
    try await store.write { try $0.connection.execute("DROP TRIGGER no") }
    let claimed = try await claim(outbox)
    #expect(claimed.map(\.attempt) == [1])
    #expect(!log.names.contains("claims_given_back"))
    await store.close()
  }
}
