import Glibc
import Platform
import Support
import Testing

/// Work that makes the program trap, as no test can foresee: it is asked to by a variable that only debug builds read.
struct QuarantineTests {
  private func configure(_ shop: TestShop, delay: String = "1s") throws {
    try shop.configureCapture()
    try shop.addTrigger(
      "welcome",
      """
      when: {event: order_completed, only: first}
      steps:
        - {after: \(delay), channel: email, template: welcome/thanks}
      """)
    try shop.addTemplate("welcome/thanks", subject: "Thanks", "Hello.")
  }

  private func launch(_ shop: TestShop, trap: String) throws -> Child {
    shop.adopt(
      try Child(
        [
          try Program.debugPath(), "run", "--config", shop.configuration, "--log-format", "logfmt",
          "--no-integrity-check",
        ],
        environment: shop.environment.merging(
          ["REPRISE_TRAP": trap, "SWIFT_BACKTRACE": "enable=no", "STATE_DIRECTORY": shop.directory]
        ) { $1 }, output: shop.log))
  }

  /// Starts the daemon again whenever it has trapped, as systemd does, until `isDone` says so.
  ///
  /// - Returns: how often it trapped, and the daemon that runs.
  private func keepUp(
    _ shop: TestShop, trap: String, until isDone: (Child) async throws -> Bool
  ) async throws -> (traps: Int, daemon: Child) {
    var traps = 0
    var daemon = try launch(shop, trap: trap)
    let deadline = SystemTime.monotonic() + .seconds(60)
    while true {
      if let status = daemon.exitStatus {
        guard status == 128 + SIGILL || status == 128 + SIGTRAP else {
          throw DaemonEnded(status: status, log: daemon.text)
        }
        traps += 1
        daemon = try launch(shop, trap: trap)
      }
      if (try? await isDone(daemon)) == true { return (traps, daemon) }
      guard SystemTime.monotonic() < deadline else {
        throw DaemonEnded(status: daemon.exitStatus ?? -1, log: daemon.text)
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func list(_ shop: TestShop) async throws -> [JSON] {
    try await shop.ask(["command": "quarantine-list"])["quarantine"]?.arrayValue ?? []
  }

  private func sentTo(_ shop: TestShop) throws -> Set<String> {
    // A file that is still being written has another name in a moment.
    let names = try Files.names(in: shop.directory + "/outbox").filter { !$0.contains(".tmp-") }
    var people: Set<String> = []
    for name in names {
      let text = try Files.readText("\(shop.directory)/outbox/\(name)")
      for person in ["ann", "bob", "cid", "dan"] where text.contains("\(person)@customers.example") {
        people.insert(person)
      }
    }
    return people
  }

  @Test(arguments: StoreKind.allCases)
  func `a trap while two become one leaves two, who are one when it is said again`(
    _ kind: StoreKind
  ) async throws {
    try await TestShop.run(kind) { shop in
      try configure(shop)
      let trapping = try launch(shop, trap: "join=anonymous:v")
      try await shop.waitUntilReady(trapping)
      let seen: JSON = ["type": "track", "anonymousId": "v", "event": "Quiz Finished", "messageId": "m1"]
      let both: JSON = [
        "type": "identify", "userId": "ann", "anonymousId": "v", "messageId": "m2",
        "traits": ["email": "ann@customers.example"],
      ]
      #expect(try await shop.post([seen]).status == 200)
      #expect((try? await shop.post([both]).status) != 200)
      #expect(try await trapping.end() != 0)
      let daemon = try await shop.start()
      #expect(try await shop.reprise("explain", "ann").status == 65)
      #expect(try await shop.reprise("explain", "anonymous:v").output.hasPrefix("Customer anonymous:v;"))
      for _ in 0..<2 { #expect(try await shop.post([both, seen]).status == 200) }
      for id in ["ann", "anonymous:v"] {
        let text = try await shop.reprise("explain", id).output
        #expect(text.hasPrefix("Customer ann;"), "\(text)")
        #expect(text.contains("Note: also known as anonymous:v."), "\(text)")
      }
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      for line in [
        "reprise_customers 1", "reprise_visitors 0", "reprise_joins_total{outcome=\"joined\"} 1",
        "reprise_joins_total{outcome=\"cycle\"} 0",
      ] {
        #expect(metrics.contains("\n\(line)\n"), "\(line)")
      }
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }

  @Test func `an alias that trapped once and then worked is no longer suspected`() async throws {
    try await TestShop.run { shop in
      try configure(shop)
      let alias: JSON = ["type": "alias", "userId": "ann", "previousId": "a", "messageId": "m"]
      for round in 0..<2 {
        let trapping = try launch(shop, trap: "join=a")
        try await shop.waitUntilReady(trapping)
        let seen: JSON = ["type": "identify", "userId": "a", "messageId": .string("i\(round)")]
        #expect(try await shop.post([seen]).status == 200)
        #expect((try? await shop.post([alias]).status) != 200)
        #expect(try await trapping.end() != 0)
        let healed = try await shop.start()
        #expect(try await list(shop).isEmpty)
        #expect(try await shop.post([alias]).status == 200)
        #expect(try await shop.reprise("explain", "a").output.contains("Note: also known as a, "))
        #expect(try await shop.reprise("forget", "a", "--yes").status == 0)
        healed.send(SIGTERM)
        #expect(try await healed.end() == 0)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `an enrollment that traps twice is set aside and the others go out`(_ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try configure(shop)
      var isSent = false
      let (traps, daemon) = try await keepUp(shop, trap: "decide=bob") { _ in
        if !isSent {
          let batch = ["ann", "bob", "cid"].flatMap { TestShop.order($0, "o-\($0)") }
          isSent = try await shop.post(batch).status == 200
        }
        let outbox = (try? sentTo(shop)) ?? []
        return try await list(shop).count == 1 && outbox == ["ann", "cid"]
      }
      #expect(traps == 2)
      let item = try #require(try await list(shop).first)
      #expect(item["kind"] == "enrollment")
      #expect(item["customer"] == "bob")
      #expect(item["crashes"] == 2)
      let status = try await shop.ask(["command": "status"])
      #expect(status["quarantined"]?["enrollment"] == 1)
      #expect(daemon.text.contains("quarantined"))
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port)
      #expect(metrics.body.contains("reprise_quarantined{kind=\"enrollment\"} 1"))
      let text = try await shop.reprise("explain", "bob").output
      #expect(
        text.contains(
          "set aside, because deciding it ended the program twice; see: \(try Program.path()) quarantine list --config \(shop.configuration)"
        ), "\(text)")
      // Retried by a program that does not trap, it goes out.
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let healed = try await shop.start()
      #expect(try await shop.reprise("quarantine", "retry", "all").status == 0)
      try await eventually("bob's message") { try sentTo(shop) == ["ann", "bob", "cid"] }
      #expect(try await list(shop).isEmpty)
      #expect(try await shop.reprise("quarantine", "list").output == "nothing is set aside\n")
      healed.send(SIGTERM)
      #expect(try await healed.end() == 0)
    }
  }

  @Test(arguments: ["decode", "event"])
  func `an event that traps twice is kept aside, and its neighbours are taken`(place: String) async throws {
    try await TestShop.run { shop in
      try configure(shop)
      let batch = ["ann", "bob", "cid"].flatMap { TestShop.order($0, "o-\($0)") }
      var last: PlainHTTP.Reply?
      let (traps, daemon) = try await keepUp(shop, trap: "\(place)=t-o-bob") { _ in
        // A client sends the same again until it is answered.
        last = try await shop.post(batch)
        return last?.status == 200
      }
      #expect((2...3).contains(traps))
      #expect(
        last?.body
          == #"{"success":true,"set_aside":1,"message":"events that ended the program before were kept aside and not used; do not send them again"}"#
          + "\n"
      )
      try await eventually("the others' messages") { (try? sentTo(shop)) == ["ann", "cid"] }
      let item = try #require(try await list(shop).first)
      #expect(item["kind"] == "event")
      #expect(item["id"] == "t-o-bob")
      #expect(item["customer"] == "bob")
      #expect(item["about"] == "Order Completed")
      let export = try await shop.ask(["command": "export", "customer": "bob"])
      #expect(export["quarantine"]?.arrayValue?.count == 1)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
      let healed = try await shop.start()
      #expect(try await shop.reprise("quarantine", "retry", "all").status == 0)
      try await eventually("bob's message") { try sentTo(shop) == ["ann", "bob", "cid"] }
      #expect(try await list(shop).isEmpty)
      healed.send(SIGTERM)
      #expect(try await healed.end() == 0)
    }
  }

  @Test func `a message that traps when it is read from the store is set aside`() async throws {
    try await TestShop.run { shop in
      try configure(shop)
      var isSent = false
      let (traps, daemon) = try await keepUp(shop, trap: "read=2") { _ in
        if !isSent {
          let batch = ["ann", "bob", "cid"].flatMap { TestShop.order($0, "o-\($0)") }
          isSent = try await shop.post(batch).status == 200
        }
        return try await list(shop).count == 1 && (try? sentTo(shop).count) == 2
      }
      #expect(traps == 2)
      let item = try #require(try await list(shop).first)
      #expect(item["kind"] == "message")
      #expect(item["id"] == "2")
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }

  @Test func `a message that traps on its way is set aside and the others go out`() async throws {
    try await TestShop.run { shop in
      try configure(shop)
      let people = ["ann", "bob", "cid", "dan"]
      var isSent = false
      let (traps, daemon) = try await keepUp(shop, trap: "deliver=bob@customers.example") { _ in
        if !isSent {
          isSent = try await shop.post(people.flatMap { TestShop.order($0, "o-\($0)") }).status == 200
        }
        let outbox = (try? sentTo(shop)) ?? []
        return try await list(shop).count == 1 && outbox == ["ann", "cid", "dan"]
      }
      #expect(traps <= 4)
      let item = try #require(try await list(shop).first)
      #expect(item["kind"] == "message")
      #expect(item["customer"] == "bob")
      #expect(try await shop.reprise("quarantine", "drop", "all", "--yes").status == 0)
      #expect(try await list(shop).isEmpty)
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }

  @Test func `kills set nothing aside`() async throws {
    try await TestShop.run { shop in
      try configure(shop, delay: "300ms")
      for round in 0..<8 {
        let daemon = try await shop.start()
        for person in ["ann", "bob"] {
          _ = try await shop.post(TestShop.order(person, "o-\(person)-\(round)"))
        }
        daemon.kill()
      }
      let daemon = try await shop.start()
      #expect(try await list(shop).isEmpty)
      #expect(!daemon.text.contains("trapped_before"))
      daemon.send(SIGTERM)
      #expect(try await daemon.end() == 0)
    }
  }
}
