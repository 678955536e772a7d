import Delivery
import Domain
import Platform
import Support
import Synchronization
import Testing

/// TLS and login against a real Postfix with certificates of a private authority.
@Suite(
  .timeLimit(.minutes(2)),
  .enabled(if: PostfixServer.canRun, "Postfix (Debian package postfix) can be started by root alone"))
struct MailEncryptionTests {
  enum Scheme: String, CaseIterable, Sendable {
    case smtps
    /// With STARTTLS.
    case smtp
  }

  private static let username = "shop"
  private static let password = "s3cret-word"

  @Test(arguments: Scheme.allCases)
  func `mail goes encrypted and signed in to a server that the authority vouches for`(
    scheme: Scheme
  ) async throws {
    try await Self.run(scheme, hosts: ["DNS:mail.test", "IP:127.0.0.1"]) { channel, server, logins in
      let (report, isHandedOver) = await channel.adapter.attempt(message(to: "ann@customers.example"))
      #expect(report.outcome == .accepted, "\(report) \(server.log)")
      #expect(report.code == "250 2.0.0")
      #expect(isHandedOver)
      try await eventually("mail", context: { server.log }) { try server.mails().count == 1 }
      #expect(try server.mails()[0].text.contains(" with ESMTPSA id "))
      #expect(logins.attempts == [.init("PLAIN", Self.username, Self.password, isSecured: true)])
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var what: String
    var hosts = ["IP:127.0.0.1"]
    var isExpired = false
    var isTrusted = true
    var detail: String
    var testDescription: String { what }
  }

  static let refusals = [
    Refusal(
      what: "untrusted", isTrusted: false,
      detail: "SSL certificate problem: unable to get local issuer certificate"),
    Refusal(what: "expired", isExpired: true, detail: "SSL certificate problem: certificate has expired"),
    Refusal(
      what: "of another host", hosts: ["DNS:mail.test", "IP:127.0.0.2"],
      detail: "SSL: no alternative certificate subject name matches target host name '127.0.0.1'"),
  ]

  @Test(arguments: refusals, Scheme.allCases)
  func `a server with a wrong certificate gets neither password nor mail`(
    refusal: Refusal, scheme: Scheme
  ) async throws {
    try await Self.run(
      scheme, hosts: refusal.hosts, isExpired: refusal.isExpired, isTrusted: refusal.isTrusted
    ) { channel, server, logins in
      let (report, isHandedOver) = await channel.adapter.attempt(message(to: "ann@customers.example"))
      #expect(report.outcome == .providerFault)
      #expect(report.code == "peer_failed_verification")
      #expect(report.detail == refusal.detail)
      #expect(!isHandedOver)
      #expect(logins.attempts.isEmpty)
      #expect(!server.log.contains("message-id="))
    }
  }

  @Test func `a wrong password stops the channel`() async throws {
    try await Self.run(.smtps, hosts: ["IP:127.0.0.1"], sends: "wr0ng-word") { channel, server, logins in
      let (report, isHandedOver) = await channel.adapter.attempt(message(to: "ann@customers.example"))
      #expect(report.outcome == .configurationFault)
      #expect(report.code == "535 5.7.8")
      #expect(report.detail == "Error: authentication failed: (reason unavailable); Login denied")
      #expect(!isHandedOver)
      #expect(logins.attempts == [.init("PLAIN", Self.username, "wr0ng-word", isSecured: true)])
    }
  }

  @Test func `a real server without STARTTLS gets no password, though it asks for one`() async throws {
    let logins = try LoginService(username: Self.username, password: Self.password)
    let server = try await PostfixServer(logins: logins)
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let channel = try engine.channel(Self.yaml("smtp", server.port, Self.password, authority: nil))
      let (report, isHandedOver) = await channel.adapter.attempt(message(to: "ann@customers.example"))
      #expect(report.outcome == .configurationFault)
      #expect(report.code == "use_ssl_failed")
      #expect(report.detail == "STARTTLS not supported.")
      #expect(!isHandedOver)
      #expect(logins.attempts.isEmpty)
    }
  }

  @Test func `a file without authorities stops the channel`() async throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let file = directory + "/ca.pem"
    try Files.write(Array("no certificate\n".utf8), to: file)
    let certificate = try CertificateAuthority(in: directory + "/authority")
      .certificate("server", for: ["IP:127.0.0.1"])
    let server = try await PostfixServer(security: .implicitTLS(certificate))
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let channel = try engine.channel(
        """
        {adapter: smtp, url: "smtps://127.0.0.1:\(server.port)", ca_file: \(file), from: Tea <hello@tea.example>}
        """)
      let (report, isHandedOver) = await channel.adapter.attempt(message(to: "ann@customers.example"))
      #expect(report.outcome == .configurationFault)
      #expect(report.code == "ssl_cacert_badfile")
      #expect(report.detail == "error setting certificate file: \(file)")
      #expect(!isHandedOver)
    }
  }

  // MARK: -

  /// Runs `body` with a channel to a Postfix that has such a certificate.
  private static func run(
    _ scheme: Scheme, hosts: [String], isExpired: Bool = false, isTrusted: Bool = true,
    sends password: String = password,
    _ body: (Channel, PostfixServer, LoginService) async throws -> Void
  ) async throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let authority = try CertificateAuthority(in: directory + "/authority")
    let stranger = try CertificateAuthority(in: directory + "/stranger", name: "Somebody else")
    let certificate = try authority.certificate("server", for: hosts, isExpired: isExpired)
    let logins = try LoginService(username: username, password: Self.password)
    let server = try await PostfixServer(
      security: scheme == .smtps ? .implicitTLS(certificate) : .startTLS(certificate), logins: logins)
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let trusted = isTrusted ? authority : stranger
      let channel = try engine.channel(yaml(scheme.rawValue, server.port, password, authority: trusted))
      try await body(channel, server, logins)
    }
  }

  private static func yaml(
    _ scheme: String, _ port: UInt16, _ password: String, authority: CertificateAuthority?
  ) -> String {
    """
    {adapter: smtp, url: "\(scheme)://127.0.0.1:\(port)", username: \(username), password: \(password),
     from: Tea <hello@tea.example>\(authority.map { ", ca_file: \($0.file)" } ?? "")}
    """
  }
}

/// Servers that no honest one would be: between us and the real one, wanting the password.
@Suite(.timeLimit(.minutes(1))) struct MailInterceptionTests {
  struct Trick: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What is offered after the greeting.
    var offers: [String]
    /// The answer to STARTTLS.
    var answer = ""
    var outcome: OutcomeClass
  }

  static let tricks = [
    Trick(
      testDescription: "STARTTLS taken out of the offer", offers: ["AUTH PLAIN LOGIN"],
      outcome: .configurationFault),
    Trick(
      testDescription: "STARTTLS refused", offers: ["STARTTLS", "AUTH PLAIN LOGIN"],
      answer: "454 4.7.0 TLS not available\r\n", outcome: .throttled),
    Trick(
      testDescription: "plain text instead of a handshake", offers: ["STARTTLS", "AUTH PLAIN LOGIN"],
      answer: "220 go on\r\n250-test\r\n250 AUTH PLAIN LOGIN\r\n", outcome: .providerFault),
    Trick(
      testDescription: "a login accepted that was never sent", offers: ["STARTTLS", "AUTH PLAIN LOGIN"],
      answer: "220 go on\r\n235 2.7.0 welcome\r\n250 ok\r\n250 ok\r\n354 go on\r\n", outcome: .providerFault),
  ]

  @Test(arguments: tricks)
  func `no trick before the encryption brings out the password or the mail`(trick: Trick) async throws {
    let heard = Mutex("")
    let server = try LoopbackListener { socket in
      socket.write("220 test\r\n")
      while let line = socket.readText() {
        heard.withLock { $0 += line + "\n" }
        switch line.prefix(4) {
        case "EHLO":
          let lines = ["test"] + trick.offers
          socket.write(
            lines.dropLast().map { "250-\($0)\r\n" }.joined() + "250 \(lines[lines.count - 1])\r\n")
        case "STAR": socket.write(trick.answer)
        case "AUTH": socket.write("235 2.7.0 welcome\r\n")
        default: socket.write("250 ok\r\n")
        }
      }
    }
    defer { server.stop() }
    try await TransferEngine.lend { engine in
      let channel = try engine.channel(
        """
        {adapter: smtp, url: "smtp://127.0.0.1:\(server.port)", username: shop, password: s3cret-word,
         from: Tea <hello@tea.example>, client_name: client.test}
        """)
      let (report, isHandedOver) = await channel.adapter.attempt(message())
      #expect(report.outcome == trick.outcome, "\(report)")
      #expect(!isHandedOver)
    }
    let lines = heard.withLock { $0 }.split(separator: "\n")
    let plain = lines.prefix { $0.allSatisfy { $0.isASCII && !$0.isWhitespace || $0 == " " } }
    #expect(plain.first == "EHLO client.test")
    #expect(
      plain.allSatisfy { ["EHLO client.test", "STARTTLS", "QUIT"].contains($0) }, "\(plain)")
    // "\0shop\0s3cret-word" and the word alone, as AUTH writes them.
    for secret in ["AHNob3AAczNjcmV0LXdvcmQ", "czNjcmV0LXdvcmQ", "s3cret-word"] {
      #expect(!heard.withLock { $0 }.contains(secret))
    }
  }
}
