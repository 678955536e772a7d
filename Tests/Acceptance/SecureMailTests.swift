import Platform
import Support
import Testing

/// The program and a real Postfix that wants TLS and a login.
@Suite(.enabled(if: PostfixServer.canRun, "Postfix (Debian package postfix) can be started by root alone"))
struct SecureMailTests {
  private static let username = "shop"

  @Test func `an order becomes a mail over TLS, and the password stands nowhere`() async throws {
    try await TestShop.run { shop in
      let authority = try CertificateAuthority(in: shop.directory + "/authority")
      let certificate = try authority.certificate("server", for: ["DNS:localhost"])
      let logins = try LoginService(username: Self.username, password: TestShop.mailPassword)
      let server = try await PostfixServer(security: .startTLS(certificate), logins: logins)
      defer { server.stop() }
      try Self.configure(shop, "smtp://localhost:\(server.port)", authority)
      try shop.addTriggersOfSeconds()
      let daemon = try await shop.start()
      #expect(try await shop.post(TestShop.order("ann", "o-1")).status == 200)
      try await eventually("both mails", context: { daemon.text + server.log }) {
        try server.mails().count == 2
      }
      try await shop.waitUntilIdle()
      let mails = try server.mails()
      #expect(Set(mails.map(\.subject)) == ["Thanks for o-1", "Guide"])
      #expect(mails.allSatisfy { $0.text.contains(" with ESMTPSA id ") })
      #expect(logins.attempts.allSatisfy { $0.isSecured && $0.password == TestShop.mailPassword })
      daemon.send(15)
      #expect(try await daemon.end() == 0, "\(daemon.text)")
      let wire = Base64.text(Array("\0\(Self.username)\0\(TestShop.mailPassword)".utf8))
      #expect(!daemon.text.contains(TestShop.mailPassword) && !daemon.text.contains(wire))
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var what: String
    var hosts = ["IP:127.0.0.1"]
    var isExpired = false
    var isTrusted = true
    var hasTLS = true
    var status: Int32 = 75
    var says: String
    var testDescription: String { what }
  }

  static let refusals = [
    Refusal(
      what: "untrusted", isTrusted: false,
      says:
        "the provider cannot be reached, does not work, or takes nothing from us (peer failed verification: SSL certificate problem: unable to get local issuer certificate)"
    ),
    Refusal(
      what: "expired", isExpired: true,
      says:
        "the provider cannot be reached, does not work, or takes nothing from us (peer failed verification: SSL certificate problem: certificate has expired)"
    ),
    Refusal(
      what: "of another host", hosts: ["DNS:mail.test"],
      says:
        "the provider cannot be reached, does not work, or takes nothing from us (peer failed verification: SSL: no alternative certificate subject name matches target host name '127.0.0.1')"
    ),
    Refusal(
      what: "none", hasTLS: false, status: 78,
      says:
        "the provider refuses our settings; check address, user name and password (use ssl failed: STARTTLS not supported.)"
    ),
  ]

  @Test(arguments: refusals, ["smtps", "smtp"])
  func `send-test says what is wrong with a certificate, and keeps the password`(
    refusal: Refusal, scheme: String
  ) async throws {
    // A server without TLS answers a handshake with words: only STARTTLS can be missing.
    guard refusal.hasTLS || scheme == "smtp" else { return }
    try await TestShop.run { shop in
      let authority = try CertificateAuthority(in: shop.directory + "/authority")
      let stranger = try CertificateAuthority(in: shop.directory + "/stranger", name: "Somebody else")
      let certificate = try authority.certificate("server", for: refusal.hosts, isExpired: refusal.isExpired)
      let logins = try LoginService(username: Self.username, password: TestShop.mailPassword)
      let server = try await PostfixServer(
        security: !refusal.hasTLS
          ? .none : scheme == "smtps" ? .implicitTLS(certificate) : .startTLS(certificate), logins: logins)
      defer { server.stop() }
      try Self.configure(
        shop, "\(scheme)://127.0.0.1:\(server.port)", refusal.isTrusted ? authority : stranger)
      try shop.addTriggersOfSeconds()
      _ = try await shop.start()
      let answer = try await shop.reprise("send-test", "email", "--to", "ann@customers.example")
      #expect(answer.status == refusal.status)
      #expect(answer.output == "email to ann@customers.example: \(refusal.says)\n", "\(answer)")
      #expect(logins.attempts.isEmpty)
      #expect(try server.mails().isEmpty)
    }
  }

  private static func configure(_ shop: TestShop, _ url: String, _ authority: CertificateAuthority) throws {
    try shop.configure(
      channel:
        "{adapter: smtp, url: '\(url)', username: \(username), password: '${env:REPRISE_MAIL_PASSWORD}', ca_file: \(authority.file), from: Hill Tea <hello@tea.example>}"
    )
  }
}
