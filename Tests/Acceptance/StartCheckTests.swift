import Glibc
import Platform
import Support
import Testing

/// `check` reports in advance what would keep the daemon from starting.
struct StartCheckTests {
  @Test func `check fails on what cannot start`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let good = try await shop.reprise("check")
      #expect(good.status == 0, "\(good)")
      #expect(!Files.exists(shop.directory + "/reprise.db"))

      // The port of another program.
      let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(other) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = shop.port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      #expect(bound == 0 && listen(other, 1) == 0)
      let taken = try await shop.reprise("check")
      #expect(taken.status == 71, "\(taken)")
      let start = try shop.launch()
      #expect(try await start.end() == 71, "\(start.text)")
      #expect(
        start.text.contains(
          "Address already in use; give another with --listen, or with listen under http: in reprise.yaml"))
      #expect(
        taken.output
          == "error: http: cannot listen on 127.0.0.1:\(shop.port): Address already in use; give another with --listen, or with listen under http: in reprise.yaml\n\(shop.configuration): good in itself, but the daemon cannot start here. Found: 0 triggers, 0 templates, 1 channel.\n"
      )
      let alone = try await shop.reprise("check", "--files-only")
      #expect(alone.status == 0, "\(alone)")
      let json = try await shop.reprise("check", "--json")
      #expect(try json.json()["good"] == false)
      #expect(try json.json()["start"]?.arrayValue?.first?["exit"]?.integerValue == 71)
    }
  }

  @Test func `check fails on a credential that is missing`() async throws {
    try await TestShop.run { shop in
      try shop.configure(
        channel:
          "{adapter: smtp, url: 'smtp://127.0.0.1:25', encryption: none, from: Hill Tea <hello@tea.example>, username: x, password: '${credential:smtp_password}'}"
      )
      let missing = try await shop.reprise("check")
      #expect(missing.status == 78, "\(missing)")
      #expect(missing.output.contains("error: there is no credential 'smtp_password'"), "\(missing)")
      let alone = try await shop.reprise("check", "--files-only")
      #expect(alone.status == 0, "\(alone)")
      #expect(alone.output.contains("warning: there is no credential 'smtp_password'"), "\(alone)")
    }
  }

  @Test func `check looks with the options of run, which may need no credentials`() async throws {
    try await TestShop.run { shop in
      let shared = ["--config", Repository.path("config"), "--var", shop.directory + "/var"]
      let listen = ["--listen", "127.0.0.1:\(shop.port)"]
      let missing = try await Program.run(["check"] + shared + listen)
      #expect(missing.status == 78, "\(missing)")
      #expect(
        missing.output.contains(
          "error: there is no credential 'smtp_password'; save it as \(Repository.path("config"))/credentials/smtp_password; a service gets it when it is restarted"
        ), "\(missing)")
      #expect(
        missing.output.hasSuffix(
          "\nOnly secrets of channels are missing. A daemon that writes messages into files needs none:\n\(try Program.path()) check --demo \(shared.joined(separator: " "))\n"
        ), "\(missing)")
      let demo = try await Program.run(["check", "--demo"] + shared + listen)
      #expect(demo.status == 0, "\(demo)")
      #expect(demo.output.contains("\n\(Repository.path("config")): good. Found: 5 triggers"), "\(demo)")
      let captured = try await Program.run(["check", "--capture", shop.directory] + shared + listen)
      #expect(captured.status == 0, "\(captured)")
    }
  }

  @Test func `check asks the daemon, or else the store, for attributes and events`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTrigger(
        "quiz", "when: {event: 下单成功}\nsteps: [{channel: email, template: quiz}]")
      try shop.addTemplate("quiz", subject: "Hi", "{{ event.resullt }} {{ customer.loyalty_level }}")
      let unasked = try await shop.reprise("check")
      #expect(
        unasked.output
          == "Not asked of the shop's data, which attributes and events there are: there is no store yet that this version has written\n\(shop.configuration): good. Found: 1 trigger, 1 template, 1 channel.\n",
        "\(unasked)")
      let daemon = try await shop.start()
      let reply = try await shop.post([
        ["type": "identify", "userId": "ann", "messageId": "m1", "traits": ["loyalty_level": "gold"]],
        [
          "type": "track", "userId": "ann", "messageId": "m2", "event": "下单成功",
          "properties": ["result": "tea"],
        ],
      ])
      #expect(reply.status == 200, "\(reply)")
      let warning =
        "4:13: warning: no '下单成功' event has had 'resullt'; did you mean 'result'?\n"
      let asked = try await shop.reprise("check")
      #expect(asked.output.contains(warning), "\(asked)")
      #expect(!asked.output.contains("loyalty_level'") && !asked.output.contains("Not asked"), "\(asked)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let read = try await shop.reprise("check")
      #expect(read.output == asked.output)
    }
  }

  @Test func `check sees a newer store, and what is left of one that is gone`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let daemon = try await shop.start()
      // While the daemon has its port and its store, both are as they should be.
      let beside = try await shop.reprise("check")
      #expect(beside.status == 0, "\(beside)")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let path = shop.directory + "/reprise.db"
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("UPDATE meta SET value = '9999' WHERE name = 'schema_version'")
      connection.close()
      let names = try Files.names(in: shop.directory)
      let newer = try await shop.reprise("check")
      #expect(newer.status == 65, "\(newer)")
      #expect(
        newer.output.hasPrefix("error: store: it was written by a newer reprise (schema 9999, "), "\(newer)")
      #expect(try Files.names(in: shop.directory) == names)
      try Files.remove(path)
      let gone = try await shop.reprise("check")
      #expect(gone.status == 65, "\(gone)")
      #expect(gone.output.hasPrefix("error: store: there is no \(path), though there is still "), "\(gone)")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `check says what the user of the daemon cannot reach`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let state = shop.directory + "/state"
      try Files.makeDirectories(state)
      chown(state, 4711, 4711)
      let file = shop.configuration + "/reprise.yaml"
      chmod(file, 0o600)
      try Files.write([], to: state + "/reprise.db-lock")
      let answer = try await shop.reprise("check", "--store", "sqlite://\(state)/reprise.db")
      #expect(answer.status == 74, "\(answer)")
      #expect(
        answer.output.contains(
          "error: store: \(state)/reprise.db-lock belongs to another user than \(state)"),
        "\(answer)")
      #expect(
        answer.output.contains("error: configuration: \(file) cannot be read by the user of \(state)"),
        "\(answer)")
    }
  }

  @Test func `check fails on a password of PostgreSQL that is missing or wrong, as the start does`()
    async throws
  {
    let url = try await WorkerThread.run("postgres") {
      try TemporaryPostgres.durable().makeGuardedDatabase(password: "right")
    }
    try await TestShop.run { shop in
      try shop.configureCapture()
      let file = shop.configuration + "/credentials/pgpass"
      try Files.makeDirectories(FilePath.directory(of: file))
      func expectRefusal(_ end: String) async throws {
        let answer = try await shop.reprise("check", "--store", url)
        #expect(answer.status == 78, "\(answer)")
        let line = answer.output.split(separator: "\n").first ?? ""
        #expect(line.hasPrefix("error: store: refused: "), "\(answer)")
        #expect(line.hasSuffix(end), "\(answer)")
        let start = try shop.launch(["--store", url])
        #expect(try await start.end() == 78, "\(start.text)")
        let backup = try await shop.reprise("backup", shop.directory + "/shop.dump", "--store", url)
        #expect(backup.status == 78, "\(backup)")
      }
      // The server takes a moment to take up its rules.
      try await eventually("rule for a password") {
        try await shop.reprise("check", "--store", url).output.contains("password")
      }
      try await expectRefusal("; there is no \(file), which would hold its password")
      try Files.write(Array("*:*:*:*:wrong\n".utf8), to: file)
      chmod(file, 0o600)
      try await expectRefusal("(code 28P01)")
      try Files.write(Array("*:*:*:*:right\n".utf8), to: file)
      chmod(file, 0o600)
      let good = try await shop.reprise("check", "--store", url)
      #expect(good.status == 0, "\(good)")
      #expect(!good.output.contains("store:"), "\(good)")
    }
  }

  @Test func `check says that a server cannot be reached, which the start would wait for`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let answer = try await shop.reprise("check", "--store", "postgresql:///shop?host=\(shop.directory)")
      #expect(answer.status == 0, "\(answer)")
      #expect(answer.output.hasPrefix("warning: store: connection lost: "), "\(answer)")
      #expect(
        answer.output.contains("; the daemon waits for it inside its start\n\(shop.configuration): good. "),
        "\(answer)")
    }
  }

  @Test(.canMount) func `check says that a disk has too little room`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      let disk = shop.directory + "/disk"
      try Files.makeDirectories(disk)
      func check(filling blocks: String) async throws -> Answer {
        try await Answer.of(
          [
            "/usr/bin/unshare", "-Urm", "/bin/sh", "-c",
            "mount -t tmpfs -o size=4m none \"$1\" && head -c \"$2\" /dev/zero > \"$1/filler\"; shift 2 && exec \"$@\"",
            "sh", disk, blocks, try Program.path(), "check", "--config", shop.configuration, "--store",
            "sqlite://\(disk)/state/reprise.db",
          ], environment: shop.environment)
      }
      let roomy = try await check(filling: "1M")
      #expect(roomy.status == 0 && !roomy.output.contains("store:"), "\(roomy)")
      let full = try await check(filling: "4M")
      #expect(full.status == 0, "\(full)")
      #expect(
        full.output.hasPrefix(
          "warning: store: full: the disk of \(disk)/state/reprise.db has 0 B left, of the "), "\(full)")
      #expect(
        full.output.contains(
          " that a daemon takes; the daemon waits for it inside its start, or soon after\n"), "\(full)")
    }
  }

  @Test func `messages that are captured leave the write keys as they are`() async throws {
    try await TestShop.run { shop in
      try shop.configure(
        channel:
          "{adapter: smtp, url: 'smtp://127.0.0.1:25', encryption: none, from: Hill Tea <hello@tea.example>, username: x, password: '${credential:smtp_password}'}"
      )
      let text = try Files.readText(shop.configuration + "/reprise.yaml")
      func expectAnswer(_ status: Int) async throws -> Child {
        let daemon = try await shop.start(["--capture", shop.directory + "/outbox"])
        #expect(try await shop.post(TestShop.order("ann", "a-1")).status == status, "\(daemon.text)")
        daemon.send(SIGTERM)
        #expect(try await daemon.end() == 0)
        return daemon
      }
      _ = try await expectAnswer(200)
      try shop.write(
        "reprise.yaml", text.replacing("${env:REPRISE_WRITE_KEY}", with: "${credential:write_key}"))
      truncate(shop.log, 0)
      let without = try await expectAnswer(401)
      #expect(
        without.lines(
          with:
            "level=warning event=no_write_key advice=\"events are answered 401; save a key that write_keys in reprise.yaml names, and reload\""
        ).count == 1, "\(without.text)")
      try Files.makeDirectories(shop.configuration + "/credentials")
      try Files.write(
        Array("\(TestShop.key)\n".utf8), to: shop.configuration + "/credentials/write_key")
      truncate(shop.log, 0)
      let with = try await expectAnswer(200)
      #expect(with.lines(with: "no_write_key").isEmpty)
    }
  }
}
