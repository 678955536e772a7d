import Domain
import Testing

@testable import Delivery

/// What customers and templates may try with a mail, in the order of the list of bad inputs: headers that forge
/// others, bodies that end too early or do not fit, and characters that nobody sees. What comes before, templates
/// themselves, stands in the tests of Templates.
struct BadMailInputTests {
  private let composer: MailComposer

  init() throws {
    composer = try MailComposer(
      MailIdentity(from: try Mailbox("Qingshan Tea <hello@tea.example>")), channel: "email")
  }

  // MARK: Headers that forge others

  enum Header: String, CaseIterable, Sendable { case subject, recipient, sender, address, unsubscribe }

  @Test(arguments: Header.allCases, ["X\r\nBcc: v@y.example", "X\nBcc: v@y.example", "X\rBcc: v", "X\0"])
  func `a line end or NUL in a header is refused, wherever it comes in`(header: Header, poison: String) {
    #expect(throws: (any Error).self) {
      switch header {
      case .subject: _ = try composer.compose(message(subject: poison), date: noon)
      case .recipient: _ = try composer.compose(message(toName: poison), date: noon)
      case .sender:
        let identity = MailIdentity(
          from: Mailbox(name: poison, address: try EmailAddress("hello@tea.example")))
        _ = try MailComposer(identity, channel: "email").compose(message(), date: noon)
      case .address: _ = try composer.compose(message(to: "v@y.example" + poison), date: noon)
      case .unsubscribe:
        _ = try composer.compose(message(unsubscribeURL: "https://tea.example/" + poison), date: noon)
      }
    }
  }

  @Test(arguments: ["a\u{2028}Bcc: v@y.example", "a\u{2029}b", "=?utf-8?q?=0d=0aBcc:_v@y.example?="])
  func `what only looks like a line end is encoded, and read as it was written`(name: String) throws {
    let bytes = try composer.compose(message(toName: name, subject: name), date: noon)
    let mail = ParsedMail(bytes)
    #expect(ParsedMail.decodeWords(try #require(mail["Subject"])) == name)
    #expect(try #require(mail["To"]).hasPrefix("=?utf-8?"))
    #expect(mail.all("Bcc").isEmpty)
    #expect(longestLine(bytes) <= 78)
  }

  @Test func `a header is folded far below its limit, or refused`() throws {
    let long = String(repeating: "long ", count: 199) + "end"
    let bytes = try composer.compose(message(subject: long), date: noon)
    #expect(ParsedMail(bytes)["Subject"] == long)
    #expect(longestLine(bytes) <= 78)
    #expect(throws: CompositionError.tooLong(field: "Subject", bytes: 999, limit: 998)) {
      try composer.compose(message(subject: long + "!"), date: noon)
    }
  }

  // MARK: Bodies that end too early or do not fit

  @Test(arguments: [
    "line\n.\nnext", ".", "\n.\r\n", "\r\n.\r\nMAIL FROM:<v@y.example>\r\n", "bare\rcarriage return",
    String(repeating: "x", count: 1 << 20), String(repeating: "茶", count: 1 << 18), "naïve — 8 bit",
    "\u{0}\u{1}", "a\n..\nb",
  ])
  func `a body of any kind travels in short lines of seven bits, and comes out the same`(
    text: String
  ) throws {
    let bytes = try composer.compose(message(text: text), date: noon)
    #expect(longestLine(bytes) <= 998)
    #expect(bytes.allSatisfy { $0 < 0x80 && $0 != 0 })
    #expect(!hasBareLineEnd(bytes))
    #expect(ParsedMail.lines(ParsedMail(bytes).text) == ParsedMail.lines(text))
  }

  // MARK: Characters that nobody sees

  @Test(arguments: [
    "Sale \u{202E}gnp.exe", "Sa\u{200B}le\u{200D}\u{FEFF}", "S" + String(repeating: "\u{301}", count: 400),
    "👩‍👩‍👧‍👦 and all",
  ])
  func `a subject keeps what cannot be seen, in short lines`(subject: String) throws {
    let bytes = try composer.compose(message(subject: subject), date: noon)
    let shown = ParsedMail.decodeWords(try #require(ParsedMail(bytes)["Subject"]))
    #expect(Array(shown.utf8) == Array(subject.utf8))
    #expect(longestLine(bytes) <= 78)
  }

  @Test func `a flood of marks in a subject is refused, not cut`() {
    let flood = "S" + String(repeating: "\u{301}", count: 10_000)
    #expect(throws: CompositionError.tooLong(field: "Subject", bytes: 20_001, limit: 998)) {
      try composer.compose(message(subject: flood), date: noon)
    }
  }

  // MARK: Reading the wire

  private func longestLine(_ bytes: [UInt8]) -> Int {
    var (longest, length) = (0, 0)
    for byte in bytes {
      if byte == 10 {
        longest = max(longest, length - 1)
        length = 0
      } else {
        length += 1
      }
    }
    return max(longest, length)
  }

  private func hasBareLineEnd(_ bytes: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    for byte in bytes {
      if (byte == 10) != (previous == 13) { return true }
      previous = byte
    }
    return previous == 13
  }
}
