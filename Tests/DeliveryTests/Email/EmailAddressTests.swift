import Delivery
import Domain
import Testing

@Suite struct EmailAddressTests {
  @Test(arguments: [
    ("ann@tea.example", "ann@tea.example"), ("Ann.Lee+tea@TEA.Example", "Ann.Lee+tea@tea.example"),
    ("o'neil@x-y.co.uk", "o'neil@x-y.co.uk"), ("root@localhost", "root@localhost"),
    ("a@bücher.example", "a@xn--bcher-kva.example"), ("a@例え.jp", "a@xn--r8jz45g.jp"),
    ("a@中文.Example", "a@xn--fiq228c.example"), ("a@Pröbel.de", "a@xn--prbel-kua.de"),
  ])
  func `a good address is kept, its domain in ASCII`(text: String, expected: String) throws {
    #expect(try EmailAddress(text).description == expected)
  }

  @Test(
    arguments: [
      ("", EmailAddressError.empty), ("ann", .noAtSign), ("@x.example", .noLocalPart), ("a@", .noDomain),
      ("a@x\r\nBcc: v@y.example", .controlCharacter(position: 4)),
      ("a@x\0.example", .controlCharacter(position: 4)),
      ("\"a\\\"@x.example", .forbiddenCharacter(UInt8(ascii: "\""), position: 1)),
      ("a@x.example,b@x.example", .severalAtSigns(position: 2)),
      ("<a@x.example>", .forbiddenCharacter(UInt8(ascii: "<"), position: 1)),
      ("a b@x.example", .forbiddenCharacter(UInt8(ascii: " "), position: 2)), ("a@x.example>", .badDomain),
      ("a@[127.0.0.1]", .addressLiteral), ("a@127.0.0.1", .addressLiteral), ("a@gmail", .noTopLevelDomain),
      ("a..b@x.example", .misplacedDot), (".a@x.example", .misplacedDot), ("a.@x.example", .misplacedDot),
      ("a@x..example", .emptyLabel), ("a@-x.example", .badDomain), ("a@x_y.example", .badDomain),
      ("ännä@x.example", .nonASCIILocalPart), ("a@x\u{202E}.example", .badDomain),
      ("a@.example", .emptyLabel),
      ("\(String(repeating: "a", count: 65))@x.example", .longLocalPart(bytes: 65)),
      ("a@\(String(repeating: "b", count: 64)).example", .longLabel),
      ("a@\(String(repeating: "b.", count: 126))example", .tooLong(bytes: 261)),
      (String(repeating: "茶", count: 100_000), .tooLong(bytes: 300_000)),
    ] as [(String, EmailAddressError)])
  func `a bad address is refused with its reason`(text: String, expected: EmailAddressError) {
    #expect(throws: expected) { try EmailAddress(text) }
  }

  @Test(arguments: [
    ("Qingshan Tea <hello@tea.example>", "Qingshan Tea"), ("hello@tea.example", ""),
    ("<hello@tea.example>", ""),
    ("\"Tea, \\\"Co\\\"\" <hello@tea.example>", "Tea, \"Co\""), ("青山茶 <hello@tea.example>", "青山茶"),
  ])
  func `a mailbox is a name and an address`(text: String, name: String) throws {
    let mailbox = try Mailbox(text)
    #expect(mailbox.name == name)
    #expect(mailbox.address.description == "hello@tea.example")
  }

  @Test(arguments: ["Tea <a@x.example> b", "Tea <a@x.example", "Tea a@x.example>", "\"Tea <a@x.example>"])
  func `a broken mailbox is refused`(text: String) {
    #expect(throws: MailboxError.malformed) { try Mailbox(text) }
  }

  @Test func `a refusal does not repeat the address`() {
    #expect(
      EmailAddressError.forbiddenCharacter(UInt8(ascii: "<"), position: 3).description
        == "byte 3 of the address, '<', may not stand in an address")
    #expect(
      EmailAddressError.controlCharacter(position: 4).description
        == "byte 4 of the address is a control character, which is never sent")
    #expect(
      EmailAddressError.severalAtSigns(position: 2).description
        == "byte 2 of the address, '@', may not stand in an address")
  }
}
