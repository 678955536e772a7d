import Glibc
import Platform
import Support
import Testing

/// A database that is away, turns us away, or has gone to another.
struct AbsentStoreTests {
  /// Runs with a database that is reached through a proxy, which is closed at first.
  private func withProxy(
    _ body: (TestShop, PostgresProxy, _ database: String, _ store: String) async throws -> Void
  ) async throws {
    let server = try await WorkerThread.run("postgres") { try TemporaryPostgres.durable() }
    let url = try await WorkerThread.run("postgres") { try server.makeDatabase() }
    let database = String(try #require(url.split(separator: "?").first?.split(separator: "/").last))
    let proxy = try PostgresProxy(to: server.directory)
    defer { proxy.remove() }
    try await TestShop.run { shop in
      try shop.configureCapture()
      try await body(
        shop, proxy, url, "postgresql:///\(database)?host=\(proxy.directory)&user=postgres")
    }
  }

  @Test func `a database that is down at the start is waited for`() async throws {
    try await withProxy { shop, proxy, _, store in
      let socket = try NotifySocket(path: shop.directory + "/notify.sock")
      let daemon = try shop.launch(["--store", store], environment: ["NOTIFY_SOCKET": socket.path])
      try await eventually("status of the wait", context: { daemon.text }) {
        if let status = daemon.exitStatus { throw DaemonEnded(status: status, log: daemon.text) }
        return socket.messages(with: "STATUS=waiting for the store for ").count >= 3
      }
      #expect(!socket.messages(with: "EXTEND_TIMEOUT_USEC=60000000").isEmpty)
      #expect(daemon.lines(with: "level=warning event=store_awaited error=\"connection lost: ").count == 1)
      #expect(socket.messages(with: "READY=1").isEmpty)
      try proxy.open()
      try await shop.waitUntilReady(daemon)
      #expect(daemon.lines(with: "event=store_reached").count == 1, "\(daemon.text)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }

  @Test func `who waits for a database can be stopped`() async throws {
    try await withProxy { shop, _, _, store in
      let daemon = try shop.launch(["--store", store])
      try await eventually("wait", context: { daemon.text }) { !daemon.lines(with: "store_awaited").isEmpty }
      daemon.send(SIGTERM)
      #expect(try await daemon.end(within: .seconds(10)) == 0, "\(daemon.text)")
    }
  }

  @Test func `what waiting does not mend ends the start at once`() async throws {
    try await withProxy { shop, proxy, _, store in
      try proxy.open()
      let daemon = try shop.launch([
        "--store", store.replacing("postgresql:///test_", with: "postgresql:///none_"),
      ])
      #expect(try await daemon.end(within: .seconds(20)) == 78, "\(daemon.text)")
      #expect(daemon.text.hasPrefix("reprise: store: refused: "), "\(daemon.text)")
      #expect(daemon.text.contains("does not exist (code 3D000)"), "\(daemon.text)")
    }
  }

  @Test func `readiness, metrics and status follow the first failure at once, and the recovery`() async throws
  {
    try await withProxy { shop, proxy, _, store in
      try proxy.open()
      let socket = try NotifySocket(path: shop.directory + "/notify.sock")
      let daemon = try shop.launch(["--store", store], environment: ["NOTIFY_SOCKET": socket.path])
      try await shop.waitUntilReady(daemon)
      proxy.close()
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 503)
      let ready = try await PlainHTTP.send("GET", "/readyz", port: shop.port)
      #expect(ready.status == 503, "\(daemon.text)")
      #expect(ready.body.hasPrefix("the store cannot be written: connection lost: "), "\(ready)")
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      #expect(metrics.contains("reprise_store_writable 0\n"))
      try await eventually("status text", within: .seconds(1)) {
        !socket.messages(with: "STATUS=store cannot be written: connection lost: ").isEmpty
      }
      // Lanes, planner and events go on failing for a while.
      let began = SystemTime.monotonic()
      while SystemTime.monotonic() - began < .seconds(4) {
        #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 503)
        try await Task.sleep(for: .milliseconds(100))
      }
      for event in ["claim_failed", "ingest_failed", "store_failed", "sweep_failed", "work_failed"] {
        #expect(daemon.lines(with: "event=\(event)").count <= 1, "\(daemon.text)")
      }
      #expect(daemon.lines(with: "event=store_failed").count == 1, "\(daemon.text)")
      let before = socket.messages.count
      try proxy.open()
      try await eventually("readiness", within: .seconds(2), context: { daemon.text }) {
        try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200
      }
      try await eventually("status text of a good store", within: .seconds(1)) {
        socket.messages.dropFirst(before).contains { $0.hasPrefix("STATUS=0 triggers") }
      }
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 200)
      #expect(daemon.lines(with: "event=ingest_works_again failures=").count == 1, "\(daemon.text)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }

  @Test func `a daemon whose database another has taken says so and ends with 73`() async throws {
    try await withProxy { shop, proxy, url, store in
      try proxy.open()
      let socket = try NotifySocket(path: shop.directory + "/notify.sock")
      let daemon = try shop.launch(["--store", store], environment: ["NOTIFY_SOCKET": socket.path])
      try await shop.waitUntilReady(daemon)
      let other = Lent(try PostgresConnection(url: url))
      defer { other.connection.close() }
      // As another daemon does that waits for the lock, and gets it when the connections are cut.
      try await WorkerThread.run("other") { [other] in
        try other.connection.query(
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ) { _ in }
        try other.connection.query("SELECT pg_advisory_lock(7310291440)") { _ in }
      }
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 503)
      #expect(try await daemon.end(within: .seconds(30)) == 73, "\(daemon.text)")
      #expect(
        daemon.lines(with: "level=error event=store_lost", "another reprise uses ").count == 1,
        "\(daemon.text)")
      #expect(!socket.messages(with: "STATUS=ends with 73, the store is lost: taken: ").isEmpty)
      let next = try shop.launch(["--store", store])
      #expect(try await next.end(within: .seconds(30)) == 73, "\(next.text)")
    }
  }

  private struct Lent: @unchecked Sendable {
    // One thread at a time uses it.
    let connection: PostgresConnection
    init(_ connection: PostgresConnection) { self.connection = connection }
  }

  @Test func `a daemon whose file was replaced says so and ends with 73`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let socket = try NotifySocket(path: shop.directory + "/notify.sock")
      let daemon = try await shop.start(environment: ["NOTIFY_SOCKET": socket.path])
      #expect(try await shop.post(TestShop.order("ann", "a-1")).status == 200)
      let path = shop.directory + "/reprise.db"
      #expect(rename(path, path + ".away") == 0)
      #expect(try await daemon.end(within: .seconds(20)) == 73, "\(daemon.text)")
      #expect(
        daemon.lines(
          with: "level=error event=store_lost",
          "error=\"taken: \(path) was removed or replaced while it was in use\""
        ).count == 1, "\(daemon.text)")
      #expect(!socket.messages(with: "STATUS=ends with 73, the store is lost: taken: ").isEmpty)
      // And nothing begins anew in its place.
      let next = try shop.launch()
      #expect(try await next.end() == 65, "\(next.text)")
    }
  }
}
