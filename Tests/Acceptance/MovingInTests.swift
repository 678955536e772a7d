import Glibc
import Platform
import Support
import Testing

/// A shop that moves in from another system: the daemon writes to nobody it must not.
struct MovingInTests {
  private func importing(
    _ shop: TestShop, _ kind: String, _ text: String, _ options: String...
  ) async throws -> JSON {
    let file = "\(shop.directory)/\(kind).csv"
    try Files.write(Array(text.utf8), to: file)
    let answer = try await Program.run(
      ["import", kind, file, "--config", shop.configuration, "--json"] + options,
      environment: shop.environment)
    #expect(answer.status == 0, "\(answer)")
    return try answer.json()
  }

  /// `dan Guide`, sorted.
  private func mails(_ shop: TestShop) throws -> [String] {
    let outbox = shop.directory + "/outbox"
    guard Files.exists(outbox) else { return [] }
    return try Files.names(in: outbox).filter { !$0.contains(".tmp-") }.map { name in
      let lines = try Files.readText("\(outbox)/\(name)").split(separator: "\r\n").map(String.init)
      func header(_ name: String) -> String {
        String(lines.first { $0.hasPrefix("\(name): ") }?.dropFirst(name.utf8.count + 2) ?? "?")
      }
      let to = header("To").split { "<>@".contains($0) }.first ?? "?"
      return "\(to) \(header("Subject"))"
    }.sorted()
  }

  private static let people = ["ann", "bob", "cem", "dan", "eve", "fay"]

  @Test(arguments: StoreKind.allCases, [true, false])
  func `after the move the daemon writes to nobody who must not be written to`(
    _ kind: StoreKind, _ runsMeanwhile: Bool
  ) async throws {
    try await TestShop.run(kind) { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      var daemon = runsMeanwhile ? try await shop.start() : nil
      let customers = Self.people.map { "\($0),\($0)@customers.example\n" }.joined()
      _ = try await importing(shop, "customers", "id,email\n" + customers)
      let held =
        "Email,Reason,Timestamp\nBOB@customers.example,HARD_BOUNCE,2025-01-01T00:00:00Z\ngus@customers.example,SPAM_COMPLAINT,\n"
      #expect(try await importing(shop, "suppressions", held)["imported"] == 2)
      // Nobody has hal's address yet.
      let consents = """
        email,channel,state,at
        cem@customers.example,email,SUBSCRIBED,2024-01-01
        cem@customers.example,email,UNSUBSCRIBED,2025-01-01
        hal@customers.example,email,UNSUBSCRIBED,2025-01-01
        ann@customers.example,email,SUBSCRIBED,2025-01-01
        ivy@customers.example,email,SUBSCRIBED,2025-01-01

        """
      let consent = try await importing(shop, "consents", consents)
      #expect(consent["imported"] == 4 && consent["rejected"] == 1, "\(consent)")
      let sent =
        "customer_id,channel,sent_at,trigger,occurrence,step,message_id,source\n"
        + "dan,email,2026-01-01T10:00:00Z,welcome,o-dan,1,k-1,klaviyo\n"
        + "eve,email,2026-01-02T10:00:00Z,welcome,,2,k-2,klaviyo\n"
      #expect(try await importing(shop, "sent", sent)["imported"] == 2)

      if daemon == nil { daemon = try await shop.start() }
      for customer in Self.people + ["gus", "hal"] {
        #expect(try await shop.post(TestShop.order(customer, "o-\(customer)")).status == 200)
      }
      try await shop.waitUntilIdle()
      #expect(
        try mails(shop) == [
          "ann Guide", "ann Thanks for o-ann", "dan Guide", "fay Guide", "fay Thanks for o-fay",
        ])
      let explained = try await shop.reprise("explain", "dan", "welcome")
      #expect(
        explained.output.contains("step 1: by email, sent by another system (klaviyo)\n"), "\(explained)")
      let status = try await shop.reprise("status", "--json")
      let triggers = try #require(try status.json()["triggers"]?.arrayValue)
      #expect(triggers.map { $0["sent_today"]?.integerValue } == [0, 5], "\(status)")

      // Out again, with the daemon and without it.
      let file = shop.directory + "/out.csv"
      let out = try await shop.reprise("export", "suppressions", file)
      #expect(out.status == 0 && out.output.isEmpty, "\(out)")
      #expect(out.errorOutput.hasSuffix("\(file): 4 suppressions\n"), "\(out)")
      #expect(try Files.status(file).permissions == 0o600)
      let text = try Files.readText(file)
      #expect(text.hasPrefix("\"address\",\"channel\",\"reason\",\"source\",\"at\"\r\n"))
      for line in [
        "\"bob@customers.example\",\"email\",\"bad_address\",\"suppressions.csv\",\"2025-01-01T00:00:00.000Z\"",
        "\"cem@customers.example\",\"email\",\"unsubscribed\",\"reprise\",\"2025-01-01T00:00:00.000Z\"",
        "\"hal@customers.example\",\"email\",\"unsubscribed\",\"consents.csv\",\"2025-01-01T00:00:00.000Z\"",
      ] { #expect(text.contains(line + "\r\n"), "\(text)") }
      let again = try await shop.reprise("export", "suppressions", file)
      #expect(
        again.status == 74 && again.errorOutput == "reprise: cannot make '\(file)': File exists\n", "\(again)"
      )
      #expect(try Files.readText(file) == text)
      let lines = try await shop.reprise("export", "sent", "--json")
      #expect(lines.output.split(separator: "\n").count == 7, "\(lines)")
      if let daemon {
        daemon.send(SIGTERM)
        #expect(try await daemon.end() == 0, "\(daemon.text)")
      }
      let alone = try await shop.reprise("export", "sent", "--json")
      #expect(alone.output == lines.output, "\(alone)")
      let known = try await importing(shop, "suppressions", text)
      #expect(known["duplicates"] == 4, "\(known)")
    }
  }

  /// Half a gigabyte for a file and a list that would take more if they were held.
  private static let withLittleMemory = "ulimit -v 524288; exec \"$@\""

  @Test func `two hundred thousand addresses are imported and exported in little memory`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTriggersOfSeconds()
      let file = shop.directory + "/list.csv"
      var text = ""
      for row in 1...200_000 { text += "somebody.with.a.long.name.\(row)@customers-of-the-shop.example\n" }
      try Files.write(Array(text.utf8), to: file)
      func run(_ arguments: String...) async throws -> Answer {
        try await Answer.of(
          ["/bin/sh", "-c", Self.withLittleMemory, "sh", try Program.path()] + arguments
            + ["--config", shop.configuration], environment: shop.environment)
      }
      let imported = try await run("import", "suppressions", file, "--json")
      #expect(imported.status == 0, "\(imported)")
      #expect(try imported.json()["imported"] == 200_000, "\(imported)")
      let out = shop.directory + "/out.csv"
      let exported = try await run("export", "suppressions", out)
      #expect(exported.errorOutput.hasSuffix("\(out): 200,000 suppressions\n"), "\(exported)")
      #expect(try Files.read(out, limit: 1 << 30).count { $0 == UInt8(ascii: "\n") } == 200_001)
    }
  }
}
