import Glibc
import Platform
import Service
import Store
import Support
import Testing

/// A daemon of one test, told what to do over its socket and ended at the end.
enum RunningDaemon {
  static func run(
    _ shop: ShopDirectory, log: Logger = .silent, _ body: (OperationsClient) async throws -> Void
  ) async throws {
    let daemon = try await Daemon(options: shop.options, log: log)
    let (signals, sender) = AsyncStream<Signal>.makeStream()
    let (ready, told) = AsyncStream<Void>.makeStream()
    let run = Task { try await daemon.run(signals: signals) { _ in told.yield() } }
    for await _ in ready { break }
    let path = DaemonAddress(configuration: shop.options.configuration).controlPath(given: nil, store: nil)
    do {
      try await body(OperationsClient(control: path) { _ in ["error": "no daemon was asked", "exit": 70] })
    } catch {
      Issue.record(error)
    }
    sender.yield(.terminate)
    #expect(try await run.value == 0)
  }
}

struct ReloadTests {
  @Test func `a daemon refuses what is asked of files that it does not run with`() async throws {
    let shop = try ShopDirectory()
    let other = try ShopDirectory()
    try await shop.addAnn()
    try await RunningDaemon.run(shop) { client in
      func named(_ configuration: String) -> OperationsClient {
        OperationsClient(control: client.control, configuration: configuration) { _ in [:] }
      }
      let refusal = ServiceError(
        "the daemon runs with \(shop.path)/config, not with \(other.path)/config; nothing was done: name its own with --config, or start it with the other",
        exitCode: 64)
      let requests: [JSON] = [
        ["command": "reload"], ["command": "preview", "template": "thanks", "customer": "ann"],
        ["command": "explain", "customer": "ann"],
        ["command": "send-test", "channel": "email", "to": "a@b.example"],
      ]
      for request in requests {
        await #expect(throws: refusal) { try await named(other.path + "/config").perform(request) }
      }
      // The same by another name, and what is not about files.
      _ = try await named(shop.path + "/./config/../config").perform(["command": "reload"])
      _ = try await named(other.path + "/config").perform(["command": "status"])
    }
  }

  @Test func `keys that a reload cannot follow are named until they are as at the start`() async throws {
    let shop = try ShopDirectory()
    let kept = InMemoryLog()
    try await RunningDaemon.run(shop, log: Logger(to: kept)) { client in
      try shop.change("listen: \"127.0.0.1:0\"", to: "listen: \"127.0.0.1:8751\", behind_proxy: true")
      let answer = try await client.perform(["command": "reload"])
      #expect(
        answer
          == [
            "reloaded": true, "configuration": .string(shop.path + "/config"), "triggers": 1, "templates": 1,
            "channels": 2,
            "restart_needed": ["http.listen", "http.behind_proxy"],
            "warnings": [
              .string(
                "\(shop.path)/config/reprise.yaml:3:7: warning: no write_keys: the event API refuses everybody; add write_keys: [\"${credential:write_key}\"]"
              ),
              .string(
                "\(shop.path)/config/triggers/welcome.yaml:4:44: warning: template 'thanks' shows no way to unsubscribe; put {{ unsubscribe_url }} into it"
              ),
            ],
          ])
      let warnings = kept.lines.filter { $0.contains("restart_needed") }
      #expect(
        warnings == [
          "<4>restart_needed keys=http.listen,http.behind_proxy advice=\"the values from the start stay in force until the daemon is restarted\""
        ])
      let status = try await client.perform(["command": "status"])
      #expect(status["reload"]?["restart_needed"] == ["http.listen", "http.behind_proxy"])
      #expect(status["reload"]?["error"] == .null)

      try shop.change("listen: \"127.0.0.1:8751\", behind_proxy: true", to: "listen: \"127.0.0.1:0\"")
      let back = try await client.perform(["command": "reload"])
      #expect(back["restart_needed"] == [])
      let calm = try await client.perform(["command": "status"])
      #expect(calm["reload"]?["restart_needed"] == [])
      #expect(kept.lines.count { $0.contains("restart_needed") } == 1)
    }
  }

  @Test func `another store and another socket wait for a restart too, and nothing is moved`() async throws {
    let shop = try ShopDirectory()
    try await RunningDaemon.run(shop) { client in
      try shop.change("/reprise.db\n", to: "/other.db\ncontrol_socket: \(shop.path)/other.sock\n")
      let answer = try await client.perform(["command": "reload"])
      #expect(answer["restart_needed"] == ["store", "control_socket"])
      #expect(!Files.exists(shop.path + "/other.db"))
      #expect(!Files.exists(shop.path + "/other.sock"))
    }
  }

  @Test func `a reload without a template that a trigger names is refused, and the old text stays`()
    async throws
  {
    let shop = try ShopDirectory()
    try await shop.addAnn()
    try await RunningDaemon.run(shop) { client in
      try Files.remove(shop.path + "/config/templates/thanks.txt.liquid")
      try Files.remove(shop.path + "/config/templates/thanks.sms.liquid")
      // Both steps want it: each error is told.
      let errors = ["4:44", "5:41"].map {
        "\(shop.path)/config/triggers/welcome.yaml:\($0): error: there is no template 'thanks'; make templates/thanks.html.liquid"
      }.joined(separator: "\n")
      await #expect(
        throws: ServiceError("not reloaded, the old configuration stays in force; \(errors)", exitCode: 78)
      ) { try await client.perform(["command": "reload"]) }
      let status = try await client.perform(["command": "status"])
      #expect(status["reload"]?["error"] == .string(errors))
      #expect(status["triggers"]?.arrayValue?.count == 1)
    }
  }

  @Test func `a reload of which the store takes only a part says so`() async throws {
    let shop = try ShopDirectory()
    try await RunningDaemon.run(shop) { _ in }
    let store = try Store(.sqlite(path: shop.path + "/reprise.db"))
    try await store.write {
      try $0.connection.execute(
        "CREATE TRIGGER no_rules BEFORE UPDATE ON meta WHEN NEW.name LIKE 'waits:%' BEGIN SELECT RAISE(ABORT, 'no room'); END"
      )
    }
    await store.close()
    let kept = InMemoryLog()
    try await RunningDaemon.run(shop, log: Logger(to: kept)) { client in
      try shop.change("Asia/Shanghai", to: "Asia/Tokyo")
      let reason =
        "what waits cannot yet be asked again: constraint: no room (code 1811) in: INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
      let text =
        "reloaded, but \(reason); it is tried until it can, and nothing that was claimed before is handed over meanwhile"
      await #expect(throws: ServiceError(text, exitCode: 75)) {
        try await client.perform(["command": "reload"])
      }
      let status = try await client.perform(["command": "status"])
      #expect(status["reload"]?["error"] == .string(reason))
      #expect(kept.lines.contains { $0.contains("waiting_not_asked_again") })
    }
  }
}

extension ShopDirectory {
  /// Replaces a part of `reprise.yaml`, which must be there.
  func change(_ part: String, to other: String) throws {
    let file = path + "/config/reprise.yaml"
    let text = try Files.readText(file)
    precondition(text.contains(part), "reprise.yaml has no '\(part)'")
    try Files.write(Array(text.replacing(part, with: other).utf8), to: file)
  }
}
