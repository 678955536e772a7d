import Delivery
import Domain
import Support
import Testing

@Suite struct MailComposerTests {
  private let composer: MailComposer

  init() throws {
    composer = try MailComposer(
      MailIdentity(from: try Mailbox("Qingshan Tea <hello@tea.example>")), channel: "email")
  }

  private func compose(_ message: ClaimedMessage) throws -> ParsedMail {
    ParsedMail(try composer.compose(message, date: noon))
  }

  @Test func `a plain marketing mail reads byte for byte as expected`() throws {
    let bytes = try composer.compose(message(), date: noon)
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == """
        Date: Sun, 01 Mar 2026 12:00:00 +0000\r
        From: Qingshan Tea <hello@tea.example>\r
        To: Ann Lee <ann@tea.example>\r
        Subject: Your tea\r
        Message-ID: <00000000000000000000000000000001@tea.example>\r
        List-ID: <email.tea.example>\r
        List-Unsubscribe: <https://hello.tea.example/u/abc>\r
        List-Unsubscribe-Post: List-Unsubscribe=One-Click\r
        Feedback-ID: win_back:first:marketing:teaexample\r
        Auto-Submitted: auto-generated\r
        MIME-Version: 1.0\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: 7bit\r
        \r
        Hello Ann\r

        """)
  }

  @Test func `a service mail offers no way out of a list`() throws {
    let mail = try compose(message(purpose: .service, unsubscribeURL: nil))
    #expect(mail.all("List-Unsubscribe").isEmpty)
    #expect(mail.all("List-Unsubscribe-Post").isEmpty)
    #expect(mail.all("List-ID").isEmpty)
    #expect(mail["Auto-Submitted"] == "auto-generated")
  }

  @Test func `one-click is promised only over HTTPS, and the mailbox comes second`() throws {
    var identity = composer.identity
    identity.unsubscribeMailbox = try EmailAddress("leave@tea.example")
    let composer = try MailComposer(identity, channel: "email")
    let mail = ParsedMail(
      try composer.compose(message(unsubscribeURL: "http://localhost:8750/u/abc"), date: noon))
    #expect(
      mail.all("List-Unsubscribe") == [
        "<http://localhost:8750/u/abc>, <mailto:leave@tea.example?subject=\(uid(1))>"
      ])
    #expect(mail.all("List-Unsubscribe-Post").isEmpty)
  }

  @Test func `both halves arrive, the text half made from the HTML`() throws {
    let html = "<html><body><h1>欢迎</h1><p>买 <a href=\"https://tea.example/a\">茶</a>。</p></body></html>"
    let mail = try compose(message(preheader: "小 & 美", html: html, text: ""))
    #expect(mail["Content-Type"] == "multipart/alternative; boundary=\"=_\(uid(1))\"")
    let parts = mail.parts
    #expect(parts.map { $0["Content-Type"] } == ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
    #expect(parts.first?.text == "欢迎\r\n\r\n买 茶 (https://tea.example/a)。\r\n")
    let shown = try #require(parts.last?.text)
    #expect(shown.hasPrefix("<html><body><div style=\"display:none"))
    #expect(shown.contains("小 &amp; 美&#847;&zwnj;&nbsp;"))
  }

  @Test(arguments: [
    "Your tea", "你好,安妮!你的茶快喝完了,我们为你准备了九折优惠,快来看看吧。明前龙井新茶上市",
    "Ann, c'est déjà l'été", "=?utf-8?q?=0d=0aBcc:_v@y?=", "two  spaces", "ends ", "👩‍👩‍👧‍👦 family \u{202E}rtl",
    "a\u{0301}\u{0302}\u{0303}\u{0304}\u{0305}\u{0306}", "tab\there",
    "a long subject of plain words that has to be folded because it does not fit into one line of seventy-six",
  ])
  func `a subject of any script survives, in short ASCII lines`(subject: String) throws {
    let bytes = try composer.compose(message(subject: subject), date: noon)
    let mail = ParsedMail(bytes)
    #expect(ParsedMail.decodeWords(try #require(mail["Subject"])) == subject)
    expectCleanWire(bytes)
  }

  @Test(arguments: [
    "Ann", "Lee, Ann", "Ann \"Tea\" Lee", "安妮·李", "=?utf-8?q?x?=", "Renée O'Neil", "ann@evil.example",
    "<script>", "Dr. Ann",
  ])
  func `a name of any script survives in To, and only one address stands there`(name: String) throws {
    let value = try #require(try compose(message(toName: name))["To"])
    #expect(value.hasSuffix(" <ann@tea.example>"))
    var shown = ParsedMail.decodeWords(String(value.dropLast(" <ann@tea.example>".count)))
    if shown.hasPrefix("\"") {
      shown = String(shown.dropFirst().dropLast()).split(separator: "\\", omittingEmptySubsequences: true)
        .joined()
    }
    #expect(shown == name)
  }

  @Test(arguments: ["\r\nBcc: v@y.example", "\nx", "a\rb", "a\0b"])
  func `a line end or NUL in a header value is refused`(poison: String) throws {
    for (field, poisoned) in [
      ("Subject", message(subject: "Hi" + poison)), ("To", message(toName: "Ann" + poison)),
      ("List-Unsubscribe", message(unsubscribeURL: "https://t.example/u/" + poison)),
    ] {
      let first = try #require(poison.utf8.first { $0 < 0x20 })
      #expect(throws: CompositionError.forbiddenCharacter(field: field, byte: first)) {
        try composer.compose(poisoned, date: noon)
      }
    }
    #expect(throws: CompositionError.self) {
      try composer.compose(message(to: "ann@tea.example" + poison), date: noon)
    }
  }

  @Test func `refusals say what to do and repeat nothing`() {
    #expect(
      CompositionError.forbiddenCharacter(field: "Subject", byte: 0x0D).description
        == "Subject: a carriage return stands in it, which would let it forge others; remove it from the"
        + " customer's data or the template")
    #expect(
      CompositionError.badAddress(.noAtSign).description
        == "the address has no '@'; correct it in the customer's data")
    #expect(
      CompositionError.tooLong(field: "Subject", bytes: 1200, limit: 998).description
        == "Subject: 1200 bytes long, at most 998; shorten the template")
  }

  @Test func `a message without any text is refused`() {
    #expect(throws: CompositionError.empty) { try composer.compose(message(text: ""), date: noon) }
  }

  @Test(arguments: [
    "line\n.\nnext\n", ".\r\n.\r\n", "bare\rcr", "\n.\r\n", "trailing \t \nspace", "no end",
    String(repeating: "x", count: 100_000), "é\n.é\n", "a=b\n", "From here\n", "tab\t\n", "",
    String(repeating: "茶", count: 5000), "\u{0}\u{1}\u{7F}",
  ])
  func `any body arrives with CRLF line ends and nothing else changed`(text: String) throws {
    let html = "<p>x</p>"
    let bytes = try composer.compose(message(html: html, text: text.isEmpty ? "x" : text), date: noon)
    expectCleanWire(bytes)
    let half = try #require(ParsedMail(bytes).parts.first?.text)
    #expect(ParsedMail.lines(half) == ParsedMail.lines(text.isEmpty ? "x" : text))
  }

  @Test func `random bodies and subjects survive`() throws {
    var random = SeededGenerator(usual: 20_260_301)
    let alphabet: [Unicode.Scalar] = [
      "a", " ", ".", "=", "\n", "\r", "\t", "é", "茶", "👍", "-", "?", "_", "\u{301}",
    ]
    for round in 0..<rounds(300) {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...400, using: &random) {
        scalars.append(alphabet.randomElement(using: &random) ?? "a")
      }
      let text = String(scalars)
      var subjectScalars = scalars
      subjectScalars.removeAll { $0 == "\n" || $0 == "\r" }
      let subject = String(String(subjectScalars).unicodeScalars.prefix(200).map(Character.init))
      let bytes = try composer.compose(message(subject: subject, html: "<p>x</p>", text: text), date: noon)
      let mail = ParsedMail(bytes)
      #expect(ParsedMail.decodeWords(mail["Subject"] ?? "") == subject, "\(random), round \(round)")
      #expect(
        ParsedMail.lines(mail.parts.first?.text ?? "") == ParsedMail.lines(text), "\(random), round \(round)")
      expectCleanWire(bytes)
    }
  }

  /// 7-bit, every line end CRLF, lines within RFC 5322, no lone dot.
  private func expectCleanWire(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
    var line: [UInt8] = []
    var longest = 0
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == 10) != (previous == 13) { Issue.record("a bare CR or LF", sourceLocation: sourceLocation) }
      if byte == 10 {
        line.removeLast()
        longest = max(longest, line.count)
        line = []
      } else {
        line.append(byte)
      }
      previous = byte
    }
    #expect(longest <= 78, sourceLocation: sourceLocation)
    #expect(bytes.allSatisfy { $0 < 0x80 }, sourceLocation: sourceLocation)
    #expect(previous == 10, sourceLocation: sourceLocation)
  }
}
