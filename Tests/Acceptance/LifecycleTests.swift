import Platform
import Support
import Testing

/// Starting, reloading and stopping, as systemd and an operator do it.
struct LifecycleTests {
  fileprivate static func welcome(_ template: String, after: String = "100ms") -> String {
    """
    when: {event: order_completed, only: first}
    steps:
      - {after: \(after), channel: email, template: \(template)}
    """
  }

  private static func subjects(_ shop: TestShop) -> [String] {
    let outbox = shop.directory + "/outbox"
    return ((try? Files.names(in: outbox)) ?? []).filter { $0.hasSuffix(".eml") }.compactMap {
      (try? Files.read(FilePath.join(outbox, $0))).flatMap { Mail($0).subject }
    }.sorted()
  }

  @Test func `a reload takes over a change, and keeps the old when a file is wrong`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTemplate("old", subject: "Old", "Old.")
      try shop.addTemplate("new", subject: "New", "New.")
      try shop.addTrigger("welcome", Self.welcome("old"))
      let daemon = try await shop.start()
      #expect(try await shop.post(TestShop.order("ann", "o-1")).status == 200)
      try await eventually("old mail", context: { daemon.text }) { Self.subjects(shop) == ["Old"] }

      try shop.addTrigger("welcome", Self.welcome("new"))
      daemon.send(1)
      try await eventually("reload", context: { daemon.text }) {
        daemon.lines(with: "event=configuration_reloaded").count == 1
      }
      #expect(try await shop.post(TestShop.order("bob", "o-2")).status == 200)
      try await eventually("new mail", context: { daemon.text }) { Self.subjects(shop) == ["New", "Old"] }

      try shop.addTrigger("welcome", Self.welcome("old").replacing("only:", with: "onyl:"))
      daemon.send(1)
      try await eventually("refused reload", context: { daemon.text }) {
        daemon.lines(with: "event=reload_failed").count == 1
      }
      let place = "triggers/welcome.yaml:2:32: error: unknown key 'onyl'"
      #expect(daemon.lines(with: "event=reload_failed", place).count == 1, "\(daemon.text)")
      let status = try await shop.reprise("status", "--json")
      #expect(status.status == 0)
      #expect(try status.json()["reload"]?["error"]?.stringValue?.contains(place) == true, "\(status)")
      let refused = try await shop.reprise("reload")
      #expect(refused.status == 78 && refused.errorOutput.contains(place), "\(refused)")
      #expect(try await shop.post(TestShop.order("cai", "o-3")).status == 200)
      try await eventually("mail by the old rules", context: { daemon.text }) {
        Self.subjects(shop) == ["New", "New", "Old"]
      }

      try shop.addTrigger("welcome", Self.welcome("old"))
      #expect(try await shop.reprise("reload").status == 0)
      let healed = try await shop.reprise("status", "--json")
      #expect(try healed.json()["reload"]?["error"] == .null, "\(healed)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a second daemon on the same store ends with 73`(_ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let daemon = try await shop.start()
      let second = try await shop.reprise("run", "--listen", "127.0.0.1:\(try FreePort.find())")
      #expect(second.status == 73, "\(second)")
      let holder = kind == .sqlite ? "in use by process \(daemon.pid)" : "in use by another reprise"
      #expect(second.errorOutput.contains(holder), "\(second)")
      #expect(try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200)
    }
  }

  @Test func `SIGTERM waits for the answer under way`() async throws {
    try await TestShop.run { shop in
      let (daemon, sink) = try await shop.startWithOneUnderWay(answerAfter: 2)
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      #expect(daemon.lines(with: "event=message_sent").count == 1, "\(daemon.text)")
      #expect(try sink.mails().count == 1)
      let explained = try await shop.reprise("explain", "ann", "--json")
      #expect(explained.output.contains("\"state\": \"sent\""), "\(explained)")
    }
  }

  @Test func `a second SIGTERM cuts short, and what nobody knows is on record`() async throws {
    try await TestShop.run { shop in
      let (daemon, _) = try await shop.startWithOneUnderWay(answerAfter: 300)
      daemon.send(15)
      try await eventually("beginning of the stop", context: { daemon.text }) {
        !daemon.lines(with: "event=stopping").isEmpty
      }
      daemon.send(15)
      #expect(try await daemon.end(within: .seconds(10)) == 0, "\(daemon.text)")

      let listed = try await shop.reprise("status", "--ambiguous", "--json")
      let messages = try listed.json()["messages"]?.arrayValue ?? []
      #expect(messages.count == 1, "\(listed)")
      let uid = try #require(messages.first?["uid"]?.stringValue)
      #expect(try await shop.reprise("resolve", uid, "dead").status == 0)
      let empty = try await shop.reprise("status", "--ambiguous", "--json")
      #expect(try empty.json()["messages"]?.arrayValue?.isEmpty == true, "\(empty)")
      let again = try await shop.reprise("resolve", uid, "sent")
      #expect(again.status == 65, "\(again)")
    }
  }

  @Test func `systemd is told about readiness, reloads, health and the stop`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let systemd = try NotifySocket(path: shop.directory + "/notify")
      let daemon = try shop.launch(
        environment: ["NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "400000"])
      try await eventually("READY", context: { daemon.text }) { systemd.messages(with: "READY=1").count == 1 }
      #expect(try await PlainHTTP.send("GET", "/healthz", port: shop.port).status == 200)
      #expect(systemd.messages(with: "STATUS=2 triggers").count >= 1, "\(systemd.messages)")
      try await eventually("WATCHDOG", context: { daemon.text }) {
        systemd.messages(with: "WATCHDOG=1").count >= 3
      }
      daemon.send(1)
      try await eventually("RELOADING", context: { daemon.text }) {
        systemd.messages(with: "RELOADING=1").count == 1 && systemd.messages(with: "READY=1").count == 2
      }
      #expect(systemd.messages(with: "MONOTONIC_USEC=").count == 1)
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      #expect(systemd.messages(with: "STOPPING=1").count == 1, "\(systemd.messages)")
    }
  }

  @Test func `a broken configuration ends with 78 and the whole report`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      try shop.addTrigger(
        "win_back", "when: {lapsd: 90d}\nsteps:\n  - {channel: fax, template: welcome/guide}")
      for command in ["run", "check"] {
        let answer = try await shop.reprise(command)
        #expect(answer.status == 78, "\(answer)")
        let report = answer.output + answer.errorOutput
        #expect(
          report.contains("triggers/win_back.yaml:2:8: error: unknown key 'lapsd' in trigger"), "\(report)")
        #expect(report.contains("did you mean 'lapsed'?"), "\(report)")
        #expect(report.contains("when: {lapsd: 90d}\n"), "\(report)")
        // The other mistakes of the file are told in the same run.
        #expect(
          report.contains("triggers/win_back.yaml:4:15: error:") && report.contains("'fax'"), "\(report)")
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a store of a newer program ends with 65`(_ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let daemon = try await shop.start()
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      let newer: SQLText = "UPDATE meta SET value = '9999' WHERE name = 'schema_version'"
      switch kind {
      case .sqlite:
        let connection = try SQLiteConnection(path: shop.directory + "/reprise.db", mode: .writer)
        try connection.execute(newer)
        connection.close()
      case .postgresql:
        let connection = try PostgresConnection(url: shop.store)
        try connection.execute(newer)
        connection.close()
      }
      let refused = try await shop.reprise("run")
      #expect(refused.status == 65, "\(refused)")
      #expect(
        refused.errorOutput.contains("written by a newer reprise (schema 9999, this program knows"),
        "\(refused)")
    }
  }
}

extension TestShop {
  /// Starts the daemon and returns when a message stands behind the gate, waiting for the receiver's answer.
  fileprivate func startWithOneUnderWay(answerAfter seconds: Int) async throws -> (Child, SMTPSink) {
    let sink = try await startMailSink(["-W", ".:\(seconds)"])
    try configureMail(sink)
    try addTemplate("hello", subject: "Hello", "Hello.")
    try addTrigger("welcome", LifecycleTests.welcome("hello"))
    let daemon = try await start()
    #expect(try await post(Self.order("ann", "o-1")).status == 200)
    try await eventually("message under way", context: { daemon.text }) {
      let status = try await ask(["command": "status"])
      return status["queues"]?["email"]?["handoff"]?.integerValue == 1
    }
    return (daemon, sink)
  }
}
