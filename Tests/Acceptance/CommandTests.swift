import Platform
import Support
import Testing

/// Every command that steers, with a daemon on the control socket and without one on the store itself.
struct CommandTests {
  enum Place: String, CaseIterable, Sendable {
    case running, offline
  }

  @Test(arguments: Place.allCases, StoreKind.allCases)
  func `the commands work with a daemon and without`(_ place: Place, _ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      try shop.addTemplate("later", subject: "Hello {{ customer.first_name }}", "Order {{ order.id }}.")
      // Due in a year: there is always something to explain, and nothing to send.
      try shop.addTrigger(
        "later",
        "when: {event: order_completed}\nexisting: include\nsteps:\n  - {after: 365d, channel: email, template: later}"
      )
      var daemon: Child?
      if place == .running { daemon = try await shop.start() }
      do {
        try await Self.importFiles(shop)
        if place == .offline {
          // What was imported without a daemon is planned by the next one.
          let planner = try await shop.start()
          try await Self.waitUntilPlanned(shop, planner)
          planner.send(15)
          #expect(try await planner.end() == 0, "\(planner.text)")
        } else if let daemon {
          try await Self.waitUntilPlanned(shop, daemon)
        }
        try await Self.look(shop, isRunning: place == .running)
        try await Self.change(shop)
      } catch {
        Issue.record("\(error)\n\(daemon?.text ?? "no daemon")")
      }
      if let daemon {
        daemon.send(15)
        #expect(try await daemon.end() == 0, "\(daemon.text)")
      }
    }
  }

  /// Welcome and the message in a year, for both customers.
  private static func waitUntilPlanned(_ shop: TestShop, _ daemon: Child) async throws {
    try await eventually("plans for the imported orders", context: { daemon.text }) {
      let answer = try await shop.ask(["command": "explain", "customer": "bob", "trigger": "later"])
      return answer["triggers"]?[0]?["enrollments"]?.arrayValue?.count == 1
    }
  }

  private static func importFiles(_ shop: TestShop) async throws {
    let customers = shop.directory + "/customers.csv"
    try Files.write(
      Array(
        "id,email,first_name\r\nann,ann@customers.example,Ann\r\nbob,bob@customers.example,Bob\r\n,not an address,Cai\r\n"
          .utf8), to: customers)
    let imported = try await shop.reprise("import", "customers", customers, "--json")
    #expect(imported.status == 0, "\(imported)")
    let report = try imported.json()
    #expect(report["imported"] == 2 && report["rejected"] == 1, "\(imported)")
    #expect(report["errors"]?[0]?["line"] == 4, "\(imported)")
    let rejected = try Files.readText(shop.directory + "/customers.rejected.csv")
    #expect(rejected.contains("\"not an address\"") && rejected.contains("id: it is empty, but needed"))
    let again = try await shop.reprise("import", "customers", customers, "--json")
    #expect(try again.json()["outcome"] == "done_before", "\(again)")

    let orders = shop.directory + "/orders.csv"
    let now = SystemTime.wallMilliseconds() / 1000
    let date = try await Answer.of(["/usr/bin/date", "-u", "-d", "@\(now)", "+%Y-%m-%dT%H:%M:%SZ"])
    let at = date.output.trimmingLineEnd
    try Files.write(
      Array("order_id,customer_id,placed_at,total\no-1,ann,\(at),20\no-2,bob,\(at),30\n".utf8), to: orders)
    let placed = try await shop.reprise("import", "orders", orders)
    #expect(placed.status == 0 && placed.output.contains("2 orders imported, 0 rows rejected."), "\(placed)")
    let missing = try await shop.reprise("import", "orders", shop.directory + "/none.csv")
    #expect(missing.status == 66, "\(missing)")
  }

  private static func look(_ shop: TestShop, isRunning: Bool) async throws {
    let status = try await shop.reprise("status", "--json")
    let state = try status.json()
    #expect(state["customers"] == 2, "\(status)")
    #expect((state["daemon"] != nil) == isRunning, "\(status)")
    let shown = try await shop.reprise("status")
    #expect(shown.output.contains("not running") == !isRunning, "\(shown)")
    #expect(!shown.output.contains("\u{1B}"), "colour without a terminal")

    let explained = try await shop.reprise("explain", "ann", "later", "--json")
    let enrollments = try explained.json()["triggers"]?[0]?["enrollments"]?.arrayValue ?? []
    #expect(enrollments.count == 1, "\(explained)")
    #expect(enrollments.first?["next"]?[0]?["verdict"] == "send", "\(explained)")
    #expect(try await shop.reprise("explain", "ann").output.contains("later"))
    let unknown = try await shop.reprise("explain", "nobody")
    #expect(unknown.status == 65, "\(unknown)")
    #expect(
      unknown.errorOutput
        == "reprise: there is no customer 'nobody'; ids are the shop's own, as they came in\n")
    let misspelled = try await shop.reprise("explain", "ann", "latter")
    #expect(misspelled.errorOutput == "reprise: there is no trigger 'latter'; did you mean 'later'?\n")

    let text = try await shop.reprise("preview", "later", "--customer", "ann")
    #expect(text.status == 0 && text.output.contains("Order o-1."), "\(text)")
    let mail = try await shop.reprise("preview", "later", "--customer", "ann", "--format", "eml")
    let head = Mail(Array(mail.output.utf8))
    #expect(head.subject == "Hello Ann" && head.to == "ann@customers.example", "\(mail)")
    let json = try await shop.reprise("preview", "later", "--customer", "ann", "--json")
    #expect(try json.json()["subject"] == "Hello Ann", "\(json)")
  }

  private static func change(_ shop: TestShop) async throws {
    func isPaused() async throws -> Bool? {
      let status = try await shop.reprise("status", "--json").json()
      return status["triggers"]?.arrayValue?.first { $0["trigger"] == "later" }?["paused"]?.boolValue
    }
    #expect(try await isPaused() == false)
    #expect(try await shop.reprise("pause", "later").status == 0)
    #expect(try await isPaused() == true)
    let held = try await shop.reprise("explain", "ann", "later", "--json")
    #expect(held.output.contains("trigger_paused"), "\(held)")
    #expect(try await shop.reprise("resume", "later").status == 0)
    #expect(try await isPaused() == false)
    #expect(try await shop.reprise("pause", "none").status == 65)

    let unsubscribed = try await shop.reprise("unsubscribe", "ann", "email", "--json")
    #expect(try unsubscribed.json()["changed"] == true, "\(unsubscribed)")
    let twice = try await shop.reprise("unsubscribe", "ann", "email", "--json")
    #expect(try twice.json()["changed"] == false, "\(twice)")
    let explained = try await shop.reprise("explain", "ann", "later", "--json")
    #expect(explained.output.contains("no_consent"), "\(explained)")

    let wrongChannel = try await shop.reprise("unsubscribe", "ann", "emial")
    #expect(wrongChannel.status == 65)
    #expect(
      wrongChannel.errorOutput
        == "reprise: there is no channel 'emial'; reprise.yaml has email; did you mean 'email'?\n")
    try await suppress(shop)

    let exported = try await shop.reprise("export", "bob")
    #expect(exported.status == 0 && exported.output.contains("bob@customers.example"), "\(exported)")
    _ = try exported.json()
    let unasked = try await shop.reprise("forget", "bob")
    #expect(unasked.status == 64)
    #expect(
      unasked.errorOutput
        == "reprise: nobody can be asked here: standard input is no terminal. Everything about 'bob' is removed and cannot be brought back; what is known shows 'reprise export'. Give --yes to go on\nTry 'reprise forget --help'.\n"
    )
    #expect(try await shop.reprise("export", "bob").status == 0)
    let forgotten = try await shop.reprise("forget", "bob", "--yes", "--json")
    #expect(try forgotten.json()["forgotten"] == true, "\(forgotten)")
    #expect(try await shop.reprise("export", "bob").status == 65)
    let unresolved = try await shop.reprise("resolve", "0123", "sent", "--json")
    #expect(unresolved.status == 65, "\(unresolved)")
    #expect(try unresolved.json()["error"] != nil, "\(unresolved)")
    #expect(try await shop.reprise("resolve", "0123", "perhaps").status == 64)
    #expect(try await shop.reprise("explane", "bob").status == 64)
  }

  private static func suppress(_ shop: TestShop) async throws {
    let steps = [
      ("suppress", "Bob@customers.example", "Bob@customers.example on email gets nothing more\n"),
      (
        "suppress", "bob@customers.example",
        "bob@customers.example on email was suppressed already (operator)\n"
      ),
      (
        "unsuppress", "bob@customers.example",
        "bob@customers.example on email may get messages again; it was suppressed (operator)\n"
      ),
      ("unsuppress", "bob@customers.example", "bob@customers.example on email was not suppressed\n"),
    ]
    for (index, (command, address, text)) in steps.enumerated() {
      if index == 2 {
        let held = try await shop.reprise("explain", "bob", "later")
        #expect(held.output.contains("email: suppressed (reason operator)"), "\(held)")
      }
      let done = try await shop.reprise(command, "email", address)
      #expect(done.status == 0 && done.output == text, "\(done)")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `health, readiness and metrics answer, and promtool has no objection`(_ kind: StoreKind) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      _ = try await shop.start()
      #expect(try await PlainHTTP.send("GET", "/healthz", port: shop.port).body == "ok\n")
      #expect(try await PlainHTTP.send("GET", "/readyz", port: shop.port).body == "ready\n")
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port)
      #expect(metrics.status == 200)
      for series in [
        "reprise_outbox_messages{channel=\"email\",state=\"queued\"} 0", "reprise_store_writable 1",
        "reprise_customers 0", "reprise_ambiguous_total 0", "reprise_build_info{version=",
      ] {
        #expect(metrics.body.contains(series), "\(series)")
      }
      let path = shop.directory + "/metrics"
      try Files.write(Array(metrics.body.utf8), to: path)
      let checked = try await Answer.of(["/bin/sh", "-c", "promtool check metrics <\"$0\"", path])
      #expect(checked.status == 0 && checked.output.isEmpty && checked.errorOutput.isEmpty, "\(checked)")
    }
  }
}

extension String {
  /// Without the line feed at its end.
  var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
