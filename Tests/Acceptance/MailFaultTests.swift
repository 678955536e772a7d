import Platform
import Support
import Testing

/// Faults of the receiving server, made by Postfix's `smtp-sink`, and what the program makes of them.
struct MailFaultTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var options: [String]
    /// Of the log.
    var event: String
    var outcome: String
    var code: String
    var testDescription: String { options.joined(separator: " ") }
  }

  static let faults = [
    Fault(
      options: ["-q", "CONNECT"], event: "message_retried", outcome: "provider_fault", code: "recv_error"),
    Fault(options: ["-q", "MAIL"], event: "message_retried", outcome: "provider_fault", code: "recv_error"),
    Fault(options: ["-q", "DATA"], event: "message_retried", outcome: "provider_fault", code: "recv_error"),
    Fault(options: ["-Q", "RCPT"], event: "message_retried", outcome: "throttled", code: "\"421 4.0.0\""),
    Fault(options: ["-r", "RCPT"], event: "message_retried", outcome: "temporary", code: "\"450 4.3.0\""),
    Fault(options: ["-f", "RCPT"], event: "message_failed", outcome: "permanent", code: "\"500 5.3.0\""),
    Fault(options: ["-A", "0"], event: "message_failed", outcome: "permanent", code: "550"),
    Fault(options: ["-r", "."], event: "message_retried", outcome: "temporary", code: "\"450 4.3.0\""),
    Fault(options: ["-f", "."], event: "message_failed", outcome: "permanent", code: "\"500 5.3.0\""),
    Fault(options: ["-Q", "."], event: "message_retried", outcome: "throttled", code: "\"421 4.0.0\""),
    Fault(options: ["-q", "."], event: "message_ambiguous", outcome: "ambiguous", code: "recv_error"),
  ]

  @Test(arguments: faults)
  func `only silence behind the dot is ambiguous`(fault: Fault) async throws {
    try await TestShop.run { shop in
      let sink = try await shop.startMailSink(fault.options)
      let daemon = try await Self.start(shop, sink)
      #expect(try await Self.order(shop, 1).status == 200)
      try await eventually("end of the attempt", context: { daemon.text }) {
        !daemon.lines(with: "event=message_", " outcome=").isEmpty
      }
      let told = daemon.lines(
        with: "event=\(fault.event) ", " outcome=\(fault.outcome) ", " code=\(fault.code) ")
      #expect(told.count == 1, "\(daemon.text)")
      let metrics = try await PlainHTTP.send("GET", "/metrics", port: shop.port).body
      let attempts = "reprise_attempts_total{channel=\"email\",class=\"\(fault.outcome)\"} 1"
      #expect(metrics.contains(attempts), "\(metrics)")
      let isAmbiguous = fault.outcome == "ambiguous"
      #expect(metrics.contains("reprise_ambiguous_total \(isAmbiguous ? 1 : 0)"))
    }
  }

  @Test func `a mail lost behind the dot waits for a word, while others go on`() async throws {
    try await TestShop.run { shop in
      let cutting = try await shop.startMailSink(["-q", "."])
      let daemon = try await Self.start(shop, cutting)
      #expect(try await Self.order(shop, 1).status == 200)
      try await eventually("ambiguous message", context: { daemon.text }) {
        daemon.lines(with: "event=message_ambiguous").count == 1
      }
      cutting.stop()
      let sink = try await shop.startMailSink(port: cutting.port)
      let before = try sink.count()
      #expect(try await Self.order(shop, 2).status == 200)
      try await shop.waitUntilIdle()
      #expect(daemon.lines(with: "event=message_sent").count == 1, "\(daemon.text)")
      #expect(try sink.count() == before + 1)

      let listed = try await shop.reprise("status", "--ambiguous", "--json")
      let uid = try #require(listed.json()["messages"]?[0]?["uid"]?.stringValue, "\(listed)")
      #expect(try await shop.reprise("resolve", uid, "retry").status == 0)
      try await eventually("the mail", context: { daemon.text }) {
        daemon.lines(with: "event=message_sent", " message=\(uid) ").count == 1
      }
      #expect(try sink.mails().contains { $0.uid == uid && $0.to == "c1@customers.example" })
    }
  }

  @Test func `a server that says 421 gets everything once, later`() async throws {
    try await TestShop.run { shop in
      let count = 20
      let busy = try await shop.startMailSink(["-Q", "RCPT"])
      let daemon = try await Self.start(shop, busy)
      for number in 1...count { #expect(try await Self.order(shop, number).status == 200) }
      try await eventually("pause of the channel", context: { daemon.text }) {
        daemon.lines(with: "event=channel_paused").count == 1
      }
      busy.stop()
      let sink = try await shop.startMailSink(port: busy.port)
      // A pause lasts half a minute; new lanes begin without one.
      #expect(try await shop.reprise("reload").status == 0)
      try await shop.waitUntilIdle(within: .seconds(90))
      let sent = daemon.lines(with: "event=message_sent", " attempt=1 ")
      #expect(sent.count == count, "\(daemon.text)")
      let copies = Dictionary(grouping: try sink.mails().compactMap(\.to)) { $0 }
      #expect(copies.count == count && copies.values.allSatisfy { $0.count == 1 }, "\(copies)")
    }
  }

  @Test func `a server that is slow to answer holds up no other channel`() async throws {
    try await TestShop.run { shop in
      let count = 10
      let slow = try await SMTPSink(["-W", ".:300"])
      defer { slow.stop() }
      let sink = try await shop.startMailSink()
      try shop.configure(
        channel: Self.channel(slow.port), more: "  letter: \(Self.channel(sink.port))")
      // A service message has no link to unsubscribe.
      try shop.write("templates/hello.txt.liquid", "---\nsubject: Hello\n---\nHello.\n")
      // Two triggers: a step waits for the handover of the one before it.
      for channel in ["email", "letter"] {
        try shop.addTrigger(
          "welcome_\(channel)",
          """
          when: {event: order_completed, only: first}
          purpose: service
          steps:
            - {channel: \(channel), template: hello}
          """)
      }
      let daemon = try await shop.start()
      for number in 1...count { #expect(try await Self.order(shop, number).status == 200) }
      try await eventually("mails of the other channel", context: { daemon.text }) {
        try sink.mails().count == count
      }
      let status = try await shop.ask(["command": "status"])
      #expect(status["queues"]?["email"]?["handoff"]?.integerValue ?? 0 > 0, "\(status.text())")
      #expect(daemon.lines(with: "event=message_sent", "channel=email").isEmpty)
      #expect(try await PlainHTTP.send("GET", "/healthz", port: shop.port).status == 200)
    }
  }

  @Test func `a large mail arrives whole at a server that stops reading`() async throws {
    try await TestShop.run { shop in
      let sink = try await shop.startMailSink(["-H", "2", "-T", "1024"])
      try shop.configureMail(sink)
      let line = "{% for n in (1..20000) %}Tea number {{ n }} and more of it. {% endfor %}"
      try shop.addTemplate("hello", subject: "Hello", line)
      try shop.addTrigger("welcome", Self.welcome)
      let daemon = try await shop.start()
      #expect(try await Self.order(shop, 1).status == 200)
      try await shop.waitUntilIdle()
      #expect(daemon.lines(with: "event=message_sent", " attempt=1 ").count == 1, "\(daemon.text)")
      let mail = try #require(sink.mails().first)
      #expect(mail.text.utf8.count > 500_000 && mail.text.contains("20000"), "\(mail.text.utf8.count)")
    }
  }

  // MARK: -

  private static let welcome = """
    when: {event: order_completed, only: first}
    steps:
      - {channel: email, template: hello}
    """

  private static func channel(_ port: UInt16) -> String {
    "{adapter: smtp, url: 'smtp://127.0.0.1:\(port)', encryption: none, from: Hill Tea <hello@tea.example>}"
  }

  private static func start(_ shop: TestShop, _ sink: SMTPSink) async throws -> Child {
    try shop.configureMail(sink)
    try shop.addTemplate("hello", subject: "Hello", "Hello.")
    try shop.addTrigger("welcome", welcome)
    return try await shop.start()
  }

  private static func order(_ shop: TestShop, _ number: Int) async throws -> PlainHTTP.Reply {
    try await shop.post(TestShop.order("c\(number)", "o-\(number)"))
  }
}
