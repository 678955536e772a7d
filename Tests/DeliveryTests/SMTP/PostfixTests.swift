import Delivery
import Domain
import Platform
import Support
import Testing

/// Mail handed to a real Postfix: what it stores, and what its refusals become.
@Suite(
  .timeLimit(.minutes(2)),
  .enabled(if: PostfixServer.canRun, "Postfix (Debian package postfix) can be started by root alone"))
struct PostfixTests {
  // MARK: - What arrives

  private static let texts: [(subject: String, text: String)] = [
    ("Your tea", "Hello Ann\n"),
    ("安娜，您的茶还在购物车里 🍵", "您好，安娜！\n龙井 1 × ¥128.00\n"),
    ("Žluťoučký kůň příšerně úpěl ďábelské ódy, a to velmi dlouho a bez jediné přestávky", "Dobrý den\n"),
    ("One long line", String(repeating: "x", count: 5000) + "\n"),
    ("One long line of others", String(repeating: "茶", count: 3000) + "\n"),
    ("Dots", ".\n..\n.lonely\nline\n.\nMAIL FROM:<v@y.example>\n.\r\nend\n.\n"),
    ("Line ends", "one\r\ntwo\nthree \t \nFrom here\n"),
    ("Much", String(repeating: "The quick brown fox jumps over the lazy dog.\n", count: 4000)),
  ]

  @Test(arguments: ["", "pipelining, 8bitmime, size, smtputf8, dsn, chunking, enhancedstatuscodes"])
  func `every mail arrives as it was composed`(discarded: String) async throws {
    let server = try await PostfixServer(["smtpd_discard_ehlo_keywords": discarded])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let adapter = try engine.mailChannel(port: server.port).adapter
      var expected: [String: String] = [:]
      for (index, (subject, text)) in Self.texts.enumerated() {
        let recipient = "ann.\(index)@customers.example"
        for (address, html) in [(recipient, nil), ("both.\(recipient)", "<p>\(text)</p>")] {
          let message = message(
            key: Int64(index + 1), to: address, toName: "Ann 安娜 Lee", subject: subject, html: html, text: text
          )
          let wire = try adapter.preview(message, at: noon).bytes
          expected[address] = String(decoding: wire.filter { $0 != 13 }, as: UTF8.self)
          let (report, isHandedOver) = await adapter.attempt(message)
          #expect(report.outcome == .accepted && report.reference != nil && isHandedOver, "\(report)")
        }
      }
      try await eventually("all mails", context: { server.log }) {
        try server.mails().count == expected.count
      }
      for mail in try server.mails() {
        let recipient = try #require(mail["X-Original-To"])
        // Above Date stands what Postfix has added.
        let start = try #require(mail.text.firstRange(of: "\nDate: ")).lowerBound
        let stored = String(mail.text[mail.text.index(after: start)...])
        #expect(stored == expected[recipient], "\(recipient)")
        #expect(mail["Return-Path"] == "<hello@tea.example>")
      }
    }
  }

  // MARK: - What is refused

  struct Refusal: Sendable, CustomTestStringConvertible {
    var what: String
    var settings: [String: String] = [:]
    var to = "ann@customers.example"
    var text = "Hello\n"
    var outcome: OutcomeClass
    var code: String
    var detail: String
    /// Whether the server has the whole mail when it refuses.
    var isHandedOver = false
    var testDescription: String { what }
  }

  /// A rule of Postfix for one recipient.
  private static func recipient(_ answer: String) -> [String: String] {
    ["smtpd_recipient_restrictions": "check_recipient_access inline:{{ann@customers.example = \(answer)}}"]
  }

  static let refusals: [Refusal] = [
    Refusal(
      what: "unknown recipient", to: "unknown.ann@customers.example", outcome: .badAddress, code: "550 5.1.1",
      detail:
        "<unknown.ann@customers.example>: Recipient address rejected: User unknown in virtual mailbox table"),
    Refusal(
      what: "foreign domain", to: "ann@elsewhere.example", outcome: .configurationFault, code: "554 5.7.1",
      detail: "<ann@elsewhere.example>: Relay access denied"),
    Refusal(
      what: "greylisted", settings: recipient("450 4.2.0 Greylisted, see you in five minutes"),
      outcome: .temporary, code: "450 4.2.0",
      detail: "<ann@customers.example>: Recipient address rejected: Greylisted, see you in five minutes"),
    Refusal(
      what: "mailbox full", settings: recipient("552 5.2.2 Mailbox full"), outcome: .temporary,
      code: "552 5.2.2", detail: "<ann@customers.example>: Recipient address rejected: Mailbox full"),
    Refusal(
      what: "policy", settings: recipient("554 5.7.1 We do not like you"), outcome: .configurationFault,
      code: "554 5.7.1", detail: "<ann@customers.example>: Recipient address rejected: We do not like you"),
    Refusal(
      what: "slow down", settings: recipient("421 4.7.0 Slow down"), outcome: .throttled, code: "421 4.7.0",
      detail: "<ann@customers.example>: Recipient address rejected: Slow down"),
    Refusal(
      what: "sender unknown there",
      settings: [
        "smtpd_sender_restrictions":
          "check_sender_access inline:{{hello@tea.example = 550 5.1.8 Who is that}}"
      ], outcome: .configurationFault, code: "550 5.1.8",
      detail: "<hello@tea.example>: Sender address rejected: Who is that"),
    Refusal(
      what: "too large, said before", settings: ["message_size_limit": "20000"],
      text: String(repeating: "A line of tea.\n", count: 2000), outcome: .permanent, code: "552 5.3.4",
      detail: "Message size exceeds fixed limit"),
    Refusal(
      what: "too large, found out",
      settings: ["message_size_limit": "20000", "smtpd_discard_ehlo_keywords": "size"],
      text: String(repeating: "A line of tea.\n", count: 2000), outcome: .permanent, code: "552 5.3.4",
      detail: "Error: message file too big", isHandedOver: true),
    Refusal(
      what: "content", settings: ["header_checks": "regexp:{{/^Subject: Your tea/ REJECT No tea here}}"],
      outcome: .permanent, code: "550 5.7.1", detail: "No tea here", isHandedOver: true),
    Refusal(
      what: "no room on its disk", settings: ["queue_minfree": "900000000000000000"], outcome: .temporary,
      code: "452 4.3.1", detail: "Insufficient system storage"),
    Refusal(
      what: "login wanted",
      settings: ["smtpd_client_restrictions": "permit_sasl_authenticated, reject"],
      outcome: .configurationFault,
      code: "554 5.7.1", detail: "<localhost[127.0.0.1]>: Client host rejected: Access denied"),
  ]

  @Test(arguments: refusals)
  func `a refusal has the class of its reply`(refusal: Refusal) async throws {
    let server = try await PostfixServer(refusal.settings)
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let (report, isHandedOver) = try await engine.mailChannel(port: server.port).adapter.attempt(
        message(to: refusal.to, text: refusal.text))
      #expect(report.outcome == refusal.outcome)
      #expect(report.code == refusal.code)
      #expect(report.detail == refusal.detail)
      #expect(isHandedOver == refusal.isHandedOver)
      #expect(try server.mails().isEmpty)
    }
  }

  @Test func `once a mail has gone through, a refusal by policy is about its recipient`() async throws {
    let server = try await PostfixServer(Self.recipient("554 5.7.1 We do not like you"))
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let adapter = try engine.mailChannel(port: server.port).adapter
      var outcomes: [OutcomeClass] = []
      for (key, to) in ["ann", "ben", "ann", "ann", "ben", "ann", "ann", "ann"].enumerated() {
        let message = message(key: Int64(key), to: "\(to)@customers.example")
        outcomes.append(await adapter.attempt(message).report.outcome)
      }
      #expect(
        outcomes == [
          .configurationFault, .accepted, .permanent, .permanent, .accepted, .permanent, .permanent,
          .configurationFault,
        ])
    }
  }

  @Test func `a server that wants a login stops the channel and no message ends`() async throws {
    let server = try await PostfixServer([
      "smtpd_client_restrictions": "permit_sasl_authenticated, reject"
    ])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let outbox = InMemoryOutbox()
      let log = InMemoryLog()
      let dispatcher = Dispatcher(
        outbox: outbox, clock: VirtualClock().clock, logger: Logger(to: log, minimum: .debug, now: { 0 }))
      let count = 30
      outbox.add((1...Int64(count)).map { message(key: $0, to: "ann.\($0)@customers.example") })
      dispatcher.apply([try engine.mailChannel(port: server.port)])
      try await eventually("stopped") {
        log.names.contains("channel_stopped") && outbox.count(.leased) == 0
      }
      await dispatcher.drain(within: .seconds(5))
      #expect(outbox.count(.queued) + outbox.count(.waiting) == count)
      #expect(outbox.rows.values.allSatisfy { $0.attempt == 0 })
    }
  }

  @Test func `too much mail in a minute is refused for now`() async throws {
    let server = try await PostfixServer(["smtpd_client_message_rate_limit": "3"])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let adapter = try engine.mailChannel(port: server.port).adapter
      var reports: [DeliveryReport] = []
      for key in 1...4 {
        reports.append(
          await adapter.attempt(message(key: Int64(key), to: "ann@customers.example")).report)
      }
      #expect(reports.map(\.outcome) == [.accepted, .accepted, .accepted, .temporary])
      #expect(reports[3].code == "450 4.7.1")
      #expect(reports[3].detail == "Error: too much mail from 127.0.0.1")
    }
  }

  // MARK: - Connections

  @Test func `unknown recipients do not spoil the connection for those behind them`() async throws {
    // After three errors Postfix hangs up with a 421.
    let server = try await PostfixServer(["smtpd_hard_error_limit": "3"])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let adapter = try engine.mailChannel(port: server.port, ", connections: 1").adapter
      var outcomes: [OutcomeClass] = []
      for key in 1...12 {
        let to = key % 4 == 0 ? "ann@customers.example" : "unknown.\(key)@customers.example"
        outcomes.append(await adapter.attempt(message(key: Int64(key), to: to)).report.outcome)
      }
      let four: [OutcomeClass] = [.badAddress, .badAddress, .badAddress, .accepted]
      #expect(outcomes == four + four + four, "\(server.log)")
      try await eventually("three mails", context: { server.log }) { try server.mails().count == 3 }
    }
  }

  @Test func `a connection that Postfix gave up while it was idle costs no mail`() async throws {
    let server = try await PostfixServer(["smtpd_timeout": "1s"])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let adapter = try engine.mailChannel(port: server.port, ", connections: 1").adapter
      for round in 1...2 {
        let (report, _) = await adapter.attempt(message(key: Int64(round), to: "ann@customers.example"))
        #expect(report.outcome == .accepted, "\(report)")
        try await eventually("end of the idle connection", context: { server.log }) {
          server.log.split(separator: "\n").count { $0.contains("disconnect from") } >= round
        }
      }
    }
  }

  @Test func `more connections than Postfix allows slow the channel down and lose nothing`() async throws {
    let server = try await PostfixServer(["smtpd_client_connection_count_limit": "2"])
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let outbox = InMemoryOutbox()
      let time = VirtualClock()
      let dispatcher = Dispatcher(outbox: outbox, clock: time.clock, logger: .silent)
      let count = 60
      outbox.add((1...Int64(count)).map { message(key: $0, to: "ann.\($0)@customers.example") })
      dispatcher.apply([try engine.mailChannel(port: server.port, ", connections: 10")])
      try await eventually("all sent", within: .seconds(60), context: { server.log }) {
        time.advance(by: .seconds(5))
        return outbox.count(.sent) == count
      }
      await dispatcher.drain(within: .seconds(5))
      try await eventually("all mails", context: { server.log }) { try server.mails().count == count }
      #expect(Set(try server.mails().map(\.to)).count == count)
      // Beside those refused stand those that were claimed and given back while the channel paused.
      let refused = outbox.results.filter { ![.accepted, .released].contains($0.outcome) }
      #expect(!refused.isEmpty)
      #expect(Set(refused.map(\.outcome)) == [.throttled])
      #expect(Set(refused.map(\.code)) == ["421 4.7.0"])
      #expect(
        Set(refused.map(\.detail)) == [
          "mail.test Error: too many connections from 127.0.0.1; Got unexpected smtp-server response: 421"
        ])
      #expect(outbox.rows.values.allSatisfy { $0.attempt == 1 })
    }
  }
}
