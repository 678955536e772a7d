import Glibc
import Platform
import Support
import Testing

/// Bad input against the program itself: what it costs in memory, what it leaves in files, and what leaks of secrets.
struct BadInputTests {
  private static func welcome(_ shop: TestShop) throws {
    try shop.addTrigger(
      "welcome",
      "when: {event: order_completed, only: first}\nsteps:\n  - {after: 100ms, channel: email, template: welcome}"
    )
    try shop.addTemplate("welcome", subject: "Hello {{ customer.first_name | default: \"you\" }}", "Hello.")
  }

  private static func order(_ customer: String, _ id: String) -> [JSON] {
    [
      [
        "type": "identify", "messageId": .string("i-" + id), "userId": .string(customer),
        "traits": ["email": "ann@customers.example", "first_name": "Ann"],
      ],
      [
        "type": "track", "messageId": .string("t-" + id), "userId": .string(customer),
        "event": "Order Completed", "properties": ["order_id": .string(id), "total": 20],
      ],
    ]
  }

  // MARK: - Endless bodies

  /// Kilobytes in memory.
  private static func memory(_ daemon: Child) throws -> Int {
    let status = try Files.readText("/proc/\(daemon.pid)/status", limit: 1 << 16)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  @Test func `bodies without end neither fill the memory nor hold up others`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try Self.welcome(shop)
      let daemon = try await shop.start()
      #expect(try await shop.post(Self.order("ann", "o-0")).status == 200)
      let before = try Self.memory(daemon)
      let port = shop.port
      let head =
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic \(Base64.text(Array((TestShop.key + ":").utf8)))\r\n"
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for _ in 0..<12 {
          group.addTask {
            try await WorkerThread.run("endless") { try Self.sendWithoutEnd(head, port) }
          }
        }
        // Meanwhile others are served.
        for number in 1..<20 {
          #expect(try await shop.post(Self.order("ann", "o-\(number)")).status == 200)
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      // Four of the largest bodies of one address have room; of the others, some are told to come later.
      for (sent, answer) in answers {
        let isBusy =
          answer.hasPrefix("HTTP/1.1 503 ") && answer.hasSuffix("\r\n\r\ntoo many bodies at once\n")
        #expect(answer.hasPrefix("HTTP/1.1 413 ") || isBusy, "\(answer)")
        #expect(sent < 1 << 30)
      }
      #expect(answers.contains { $0.1.hasPrefix("HTTP/1.1 413 ") })
      // Twelve bodies of four megabytes at most, and what the allocator keeps of them.
      #expect(try Self.memory(daemon) - before < 120 * 1024, "\(before) kB before")
      #expect(try await PlainHTTP.send("GET", "/readyz", port: shop.port).status == 200)
    }
  }

  /// Sends chunks until the server takes no more. - Returns: bytes sent, and the answer.
  private static func sendWithoutEnd(_ head: String, _ port: UInt16) throws -> (Int, String) {
    let connection = try RawConnection(port: port)
    connection.send(head)
    let chunk = Array("8000\r\n".utf8) + [UInt8](repeating: 0x20, count: 0x8000) + Array("\r\n".utf8)
    var sent = 0
    while sent < 1 << 30, connection.send(chunk) { sent += chunk.count }
    return (sent, String(decoding: connection.readToEnd().bytes, as: UTF8.self))
  }

  // MARK: - Ids

  @Test(arguments: StoreKind.allCases)
  func `an id that looks like SQL, or like anything else, is an id`(_ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try Self.welcome(shop)
      _ = try await shop.start()
      let ids = [
        "'; DROP TABLE customers; --", "\" OR 1=1", "🍵 安娜", "%s%n", "\\'; --", "{{ 7*7 }}", "$1 ?1 :a",
      ]
      for (number, id) in ids.enumerated() {
        #expect(try await shop.post(Self.order(id, "o-\(number)'; --")).status == 200)
      }
      for (number, id) in ids.enumerated() {
        let exported = try await shop.reprise("export", id)
        #expect(exported.status == 0, "\(exported)")
        #expect(try exported.json()["customer"]?["id"] == .string(id), "\(exported)")
        #expect(try exported.json()["orders"]?[0]?["id"] == .string("o-\(number)'; --"), "\(exported)")
      }
      #expect(
        try await shop.reprise("status", "--json").json()["customers"]?.integerValue == Int64(ids.count))
    }
  }

  // MARK: - Secrets

  @Test func `no secret stands in an answer, a figure, a log, a list of processes or a file`() async throws {
    try await TestShop.run { shop in
      let password = "correct-horse-battery"
      try shop.configure(
        channel: """
          {adapter: smtp, url: 'smtps://127.0.0.1:9', username: shop, password: '${env:SMTP_PASSWORD}', \
          from: 'Hill Tea <hello@tea.example>'}
          """)
      try Self.welcome(shop)
      let daemon = try await shop.start(environment: ["SMTP_PASSWORD": password])
      #expect(try await shop.post(Self.order("ann", "o-1")).status == 200)
      // A delivery that fails has much to say.
      try await eventually("failed attempt", context: { daemon.text }) {
        !daemon.lines(with: "event=message_", "customer=ann").isEmpty
          && daemon.text.contains("127.0.0.1")
      }
      _ = try await shop.reprise("send-test", "email", "--to", "me@tea.example")
      daemon.send(SIGHUP)
      var seen: [(String, String)] = []
      for path in ["/", "/healthz", "/readyz", "/metrics", "/nothing"] {
        let answer = try await PlainHTTP.send("GET", path, port: shop.port)
        seen.append((path, answer.head + answer.body))
      }
      let wrong = try await PlainHTTP.send(
        "POST", "/v1/track", port: shop.port,
        headers: ["Authorization": "Basic \(Base64.text(Array((TestShop.key + "x:").utf8)))"], body: "{}")
      seen.append(("a wrong key", wrong.head + wrong.body))
      for command in [["check"], ["status"], ["status", "--json"], ["explain", "ann"], ["export", "ann"]] {
        let answer = try await Program.run(
          [command[0], "--config", shop.configuration] + command.dropFirst(),
          environment: shop.environment.merging(["SMTP_PASSWORD": password]) { $1 })
        seen.append((command.joined(separator: " "), answer.output + answer.errorOutput))
      }
      seen.append(
        ("ps", String(decoding: try Files.read("/proc/\(daemon.pid)/cmdline"), as: UTF8.self)))
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      seen.append(("the log", daemon.text))
      for name in try Files.names(in: shop.directory) where name.hasPrefix("reprise.db") {
        let path = FilePath.join(shop.directory, name)
        seen.append((name, String(decoding: (try? Files.read(path, limit: 64 << 20)) ?? [], as: UTF8.self)))
      }
      let encoded = Base64.text(Array("\0shop\0\(password)".utf8))
      for (place, text) in seen {
        for secret in [TestShop.key, password, encoded, Base64.text(Array((TestShop.key + ":").utf8))] {
          #expect(!text.contains(secret), "\(place)")
        }
      }
    }
  }

  @Test func `a daemon that crashes writes no memory anywhere`() async throws {
    let unit = try Files.readText(Repository.path("systemd/reprise.service"))
    for line in ["\nLimitCORE=0\n", "\nEnvironment=SWIFT_BACKTRACE=enable=no ", "\nUMask=0077\n"] {
      #expect(unit.contains(line), "\(line)")
    }
    try await TestShop.run { shop in
      try shop.configureCapture()
      try Self.welcome(shop)
      let daemon = try await shop.start(environment: ["SWIFT_BACKTRACE": "enable=no"])
      daemon.send(SIGABRT)
      #expect(try await daemon.end() == 128 + SIGABRT)
      #expect(!daemon.text.contains(TestShop.key))
    }
  }

  // MARK: - Files

  @Test func `whatever the program writes is for its owner alone, whatever the umask`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try Self.welcome(shop)
      let daemon = try shop.adopt(
        Child(
          [
            "/bin/sh", "-c", "umask 000; exec \"$@\"", "sh", try Program.path(), "run", "--config",
            shop.configuration, "--log-format", "logfmt",
          ], environment: shop.environment, output: shop.log))
      try await shop.waitUntilReady(daemon)
      #expect(try await shop.post(Self.order("ann", "o-1")).status == 200)
      let customers = shop.directory + "/customers.csv"
      try Files.write(Array("id,email\nbob,no address\n".utf8), to: customers)
      _ = try await Answer.of(
        [
          "/bin/sh", "-c", "umask 000; exec \"$@\"", "sh", try Program.path(), "import", "customers",
          customers, "--config", shop.configuration,
        ], environment: shop.environment)
      let outbox = shop.directory + "/outbox"
      try await eventually("message", context: { daemon.text }) {
        Files.exists(outbox) ? try !Files.names(in: outbox).isEmpty : false
      }
      var checked: [String] = []
      func check(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        checked.append(String(path.split(separator: "/").last ?? ""))
        #expect(status.st_mode & 0o077 == 0, "\(path) has mode \(String(status.st_mode & 0o777, radix: 8))")
      }
      for name in try Files.names(in: shop.directory)
      where name.hasPrefix("reprise.db") || name.hasPrefix("control") || name.contains("rejected") {
        check(FilePath.join(shop.directory, name))
      }
      check(outbox)
      for name in try Files.names(in: outbox) { check(FilePath.join(outbox, name)) }
      for wanted in ["reprise.db", "reprise.db-wal", "control.sock", "customers.rejected.csv", "outbox"] {
        #expect(checked.contains(wanted), "\(checked)")
      }
    }
  }

  // MARK: - Listening

  @Test func `nobody listens beyond this machine by mistake`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try Self.welcome(shop)
      let port = shop.port
      let refused = try await shop.reprise("run", "--listen", "0.0.0.0:\(port)")
      #expect(refused.status == 78, "\(refused)")
      #expect(
        refused.errorOutput.contains(
          "http: 0.0.0.0:\(port) is open beyond this machine, without TLS; listen on 127.0.0.1 behind a proxy with TLS, or add exposed: true under http: where one stands before it"
        ), "\(refused)")
      let file = shop.configuration + "/reprise.yaml"
      let text = try Files.readText(file)
      try Files.write(
        Array(text.replacing("listen: 127.0.0.1:\(port)", with: "listen: 0.0.0.0:\(port)").utf8), to: file)
      for command in ["check", "run"] {
        let answer = try await shop.reprise(command)
        #expect(answer.status == 78, "\(answer)")
        #expect(
          (answer.output + answer.errorOutput).contains(
            "error: this listens beyond this machine, without TLS"),
          "\(answer)")
      }
      try Files.write(
        Array(
          text.replacing("listen: 127.0.0.1:\(port)", with: "listen: 0.0.0.0:\(port)\n  exposed: true").utf8),
        to: file)
      let daemon = try await shop.start()
      #expect(daemon.lines(with: "event=listening_openly", "level=warning").count == 1, "\(daemon.text)")
      #expect(
        try await PlainHTTP.send("POST", "/v1/track", port: port, body: "{}").status == 401,
        "a key all the same")

      let demo = try await Program.run([
        "run", "--demo", "--config", Repository.path("config"), "--var", shop.directory + "/var", "--listen",
        "0.0.0.0:\(try FreePort.find())",
      ])
      #expect(demo.status == 78, "\(demo)")
    }
  }
}
