import Platform
import Support
import Testing

/// A backup put back, as the handbook tells the operator to do it.
struct RestoreTests {
  private static func order(_ customer: String) -> [JSON] {
    [
      [
        "type": "identify", "messageId": .string("i-" + customer), "userId": .string(customer),
        "traits": ["email": .string("\(customer)@customers.example")],
      ],
      [
        "type": "track", "messageId": .string("t-" + customer), "userId": .string(customer),
        "event": "Order Completed", "properties": ["order_id": .string("o-" + customer), "total": 20],
      ],
    ]
  }

  private static func mails(_ shop: TestShop) -> [String] {
    let outbox = shop.directory + "/outbox"
    return ((try? Files.names(in: outbox)) ?? []).filter { $0.hasSuffix(".eml") }.compactMap {
      (try? Files.read(FilePath.join(outbox, $0))).map { bytes in
        let mail = Mail(bytes)
        return "\(mail.to ?? "?") \(mail.subject ?? "?")"
      }
    }.sorted()
  }

  @Test func `what went out after the backup does not go out again`() async throws {
    try await TestShop.run { shop in
      try shop.configureCapture()
      try shop.addTrigger(
        "welcome",
        """
        when: {event: order_completed, only: first}
        steps:
          - {after: 100ms, channel: email, template: first}
          - {after: 15s, channel: email, template: second}
        """)
      try shop.addTemplate("first", subject: "First", "First.")
      try shop.addTemplate("second", subject: "Second", "Second.")

      let before = try await shop.start()
      #expect(try await shop.post(Self.order("ann")).status == 200)
      try await eventually("first mail", context: { before.text }) { Self.mails(shop).count == 1 }
      let store = shop.directory + "/reprise.db"
      let backup = shop.directory + "/backup.db"
      // That it has gone is on record too, or the backup would hold it as under way.
      try await eventually("record of the first mail") {
        let queues = try await shop.ask(["command": "status"])["queues"]?.objectValue ?? JSONObject()
        return queues.allSatisfy { queue in
          ["queued", "waiting", "leased", "handoff"].allSatisfy { queue.value[$0]?.integerValue ?? 0 == 0 }
        }
      }
      let made = try await shop.reprise("backup", backup)
      #expect(made.status == 0, "\(made)")
      #expect(made.output.contains(" bytes, 1 customer, last decision 20"), "\(made)")
      try await eventually("second mail", context: { before.text }) { Self.mails(shop).count == 2 }
      before.send(15)
      #expect(try await before.end() == 0)

      for file in [store, store + "-wal", store + "-shm"] where Files.exists(file) { try Files.remove(file) }
      try Files.write(try Files.read(backup), to: store)
      let refused = try shop.launch()
      #expect(try await refused.end() == 65)
      let call = "say so with: \(try Program.path()) restored --config \(shop.configuration)"
      #expect(refused.text.contains(call), "\(refused.text)")

      let unasked = try await shop.reprise("restored")
      #expect(unasked.status == 64)
      #expect(
        unasked.errorOutput.hasPrefix(
          "reprise: nobody can be asked here: standard input is no terminal. The store is \(store), as "),
        "\(unasked)")
      #expect(
        unasked.errorOutput.hasSuffix(
          " What fell due since the last decision in this store may have been sent: it will not be sent again, and what stood in the outbox becomes ambiguous. Give --yes to go on\nTry 'reprise restored --help'.\n"
        ), "\(unasked)")
      let restored = try await shop.reprise("restored", "--yes")
      #expect(restored.status == 0)
      #expect(
        restored.output.contains(
          """
          Steps that fell due since then, and will be skipped: 1.
          Messages of the outbox that may have gone out, now ambiguous: 0.
          """),
        "\(restored)")
      let after = try await shop.start()
      let running = try await shop.reprise("restored", "--yes")
      #expect(running.status == 73)
      #expect(
        running.errorOutput == "reprise: 'restored' works on the store alone; stop the daemon first\n")
      #expect(try await shop.post(Self.order("bob")).status == 200)
      try await eventually("mails of a new order", context: { after.text }) { Self.mails(shop).count == 4 }
      try await shop.waitUntilIdle()
      #expect(
        Self.mails(shop) == [
          "ann@customers.example First", "ann@customers.example Second", "bob@customers.example First",
          "bob@customers.example Second",
        ])
      let explained = try await shop.reprise("explain", "ann", "welcome")
      #expect(explained.output.contains("skipped by expired"), "\(explained)")
    }
  }
}
