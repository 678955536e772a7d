import Platform
import Support
import Testing

/// From the shop's own event library to mails in a mailbox, and back over the unsubscribe link.
struct DeliveryTests {
  @Test(arguments: StoreKind.allCases)
  func `carts and orders from the Segment library become the right mails, once`(
    _ kind: StoreKind
  ) async throws {
    try await TestShop.run(kind) { shop in
      let sink = try await shop.startMailSink()
      try shop.configureMail(sink)
      try shop.addTriggersOfSeconds()
      let daemon = try await shop.start()
      let python = try shop.python("visit")
      #expect(try await python.end() == 0, "\(python.text)")

      let expected = [
        "ann: Guide", "ann: Thanks for o-ann", "bob: Your cart", "cai: Guide", "cai: Thanks for o-cai",
        "dot: Your cart",
      ]
      try await eventually("six mails", context: { daemon.text }) { try sink.mails().count >= 6 }
      try await shop.waitUntilIdle()
      #expect(try sink.mails().map(Self.line).sorted() == expected)
      let mails = try sink.mails()
      #expect(Set(mails.map(\.id)).count == 6)
      let bob = try #require(mails.first { $0.to == "bob@customers.example" })
      #expect(bob.text.contains("1 x tea-1;") && bob.text.contains("1 x tea-2;"), "\(bob.text)")
      let dot = try #require(mails.first { $0.to == "dot@customers.example" })
      #expect(dot.text.contains("1 x tea-1;") && !dot.text.contains("tea-9"), "\(dot.text)")

      // The link works from a mail program: one POST, no redirect, and nothing follows.
      let link = try #require(bob.unsubscribeURL)
      // A proxy with TLS would pass it on.
      let page = "https://hello.tea.example"
      #expect(link.hasPrefix(page + "/u/"), "\(link)")
      #expect(bob["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
      let path = String(link.dropFirst(page.count))
      let shown = try await PlainHTTP.send("GET", path, port: shop.port)
      #expect(shown.status == 200 && shown.body.contains("<button"), "\(shown)")
      let form = ["Content-Type": "application/x-www-form-urlencoded"]
      for _ in 0..<2 {
        let done = try await PlainHTTP.send(
          "POST", path, port: shop.port, headers: form, body: "List-Unsubscribe=One-Click")
        #expect(done.status == 200, "\(done)")
      }
      let more = try shop.python("track", "bob", "o-bob")
      #expect(try await more.end() == 0, "\(more.text)")
      try await eventually("reason why bob gets nothing", context: { daemon.text }) {
        !daemon.lines(with: "message_skipped", "customer=bob", "step=2", "gate=no_consent").isEmpty
      }
      try await shop.waitUntilIdle()
      #expect(try sink.mails().count == 6)
      let explained = try await shop.ask(["command": "explain", "customer": "bob", "trigger": "welcome"])
      #expect(explained.text().contains("no_consent"), "\(explained.text())")

      let test = try await shop.reprise("send-test", "email", "--to", "me@tea.example", "--json")
      #expect(test.status == 0 && test.output.contains("accepted"), "\(test)")
      #expect(try sink.mails().filter { $0.to == "me@tea.example" }.count == 1)

      // The log names no secret and no whole address.
      #expect(!daemon.text.contains(TestShop.key) && !daemon.text.contains("bob@customers.example"))
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
    }
  }

  private static func line(_ mail: Mail) -> String {
    let customer = mail.to?.split(separator: "@").first ?? "?"
    return "\(customer): \(mail.subject ?? "?")"
  }
}
