import Domain
import Testing

struct AddressSyntaxTests {
  @Test(arguments: [
    ("ann@example.com", "ann@example.com"), (" Ann.B+tea@Shop.EXAMPLE ", "Ann.B+tea@shop.example"),
    ("o'hara@mail.example.co.uk", "o'hara@mail.example.co.uk"),
    ("a@xn--fiqs8s.example", "a@xn--fiqs8s.example"),
    ("ann@例子.公司", "ann@例子.公司"), ("ann@shop.example.", "ann@shop.example"),
  ])
  func `an address is taken with its domain in lower case`(_ text: String, _ expected: String) throws {
    let found = try EmailSyntax.normalized(text) { $0 }
    #expect(found == expected)
  }

  @Test(arguments: [
    ("", EmailAddressError.empty), ("a@x.example\r\nBcc: v@y.example", .controlCharacter(position: 12)),
    ("\"a\\\"@x\"@y.example", .severalAtSigns(position: 5)),
    ("\"ann\"@y.example", .forbiddenCharacter(UInt8(ascii: "\""), position: 1)),
    ("a@x.example,b@y.example", .severalAtSigns(position: 2)),
    ("<a@x.example>", .forbiddenCharacter(UInt8(ascii: "<"), position: 1)),
    ("a@x.example>", .badDomain), ("a@[127.0.0.1]", .addressLiteral), ("a@127.0.0.1", .addressLiteral),
    ("a@localhost", .noTopLevelDomain), ("a..b@x.example", .misplacedDot), (".a@x.example", .misplacedDot),
    ("a.@x.example", .misplacedDot), ("@x.example", .noLocalPart), ("a@", .noDomain),
    ("a@-x.example", .badDomain), ("a@x..example", .emptyLabel),
    ("a b@x.example", .forbiddenCharacter(UInt8(ascii: " "), position: 2)),
    ("аnn@x.example", .nonASCIILocalPart), ("a@x.example..", .emptyLabel),
    ("a@x\u{2028}y.example", .badDomain), ("ann", .noAtSign),
    ("a@x.example\0", .controlCharacter(position: 12)), ("a@\u{202E}x.example", .badDomain),
    (String(repeating: "a", count: 65) + "@x.example", .longLocalPart(bytes: 65)),
    ("a@" + String(repeating: "x.", count: 130) + "com", .tooLong(bytes: 265)),
  ])
  func `what is no address is refused`(_ text: String, _ expected: EmailAddressError) {
    #expect(throws: EmailSyntaxError(expected)) { try EmailSyntax.normalized(text) { $0 } }
  }

  @Test func `the error says what to do and not the address`() {
    #expect(
      EmailSyntaxError(.noAtSign).description
        == "not an email address: it has no @; give one such as ann@example.com")
    #expect(
      PhoneSyntaxError.noCountryCode.description
        == "not a telephone number: it has no country code; give one in E.164 such as +8613812345678")
  }

  @Test(arguments: [
    ("+8613812345678", "+8613812345678"), ("+86 138-1234-5678", "+8613812345678"),
    ("0044 (20) 7946.0018", "+442079460018"), (" +1/202/5550123 ", "+12025550123"),
  ])
  func `a number becomes E 164`(_ text: String, _ expected: String) throws {
    #expect(try PhoneSyntax.normalized(text) == expected)
  }

  @Test(arguments: [
    "+86 (0)139 1111 2222", "+86(0)13911112222", "+86013911112222", "0086 0139-1111-2222", "013911112222",
    "139 1111 2222", "8613911112222", "86-139-1111-2222", "+8613911112222",
  ])
  func `the 0 dialled at home and the country's code make no other number`(_ text: String) throws {
    #expect(try PhoneSyntax.normalized(text, country: CallingCode("86")) == "+8613911112222")
  }

  @Test(arguments: [
    ("+39 06 6982 1234", "+390669821234"), ("+225 01 02 03 04 05", "+2250102030405"),
    ("+44 (0)20 7946 0018", "+442079460018"), ("+1 (202) 555-0123", "+12025550123"),
  ])
  func `a 0 that belongs to the number stays`(_ text: String, _ expected: String) throws {
    #expect(try PhoneSyntax.normalized(text) == expected)
    #expect(PhoneSyntax.canonical(expected) == expected)
  }

  @Test func `a number stored with its 0 is compared without it`() {
    #expect(PhoneSyntax.canonical("+86013911112222") == "+8613911112222")
    #expect(PhoneSyntax.canonical("u-1") == "u-1")
  }

  @Test(arguments: [
    ("", PhoneSyntaxError.empty), ("13812345678", .noCountryCode), ("+86138CALLME", .forbiddenCharacter),
    ("+8613812345678 x12", .forbiddenCharacter), ("+1\r\n2025550123", .forbiddenCharacter),
    ("+0123456789", .badLength(digits: 10)), ("+123", .badLength(digits: 3)),
    ("+1234567890123456", .badLength(digits: 16)), ("++12025550123", .forbiddenCharacter),
    ("1.37E+10", .rounded), ("1.3711112222e10", .rounded), ("+8613E4567890", .forbiddenCharacter),
    ("+8613711112222.5", .notInPlan(code: "86", digits: 12, expected: 11...11)),
    ("+86137111122220", .notInPlan(code: "86", digits: 12, expected: 11...11)),
    ("+861371111222", .notInPlan(code: "86", digits: 10, expected: 11...11)),
    ("+８６１３８１２３４５６７", .notInPlan(code: "86", digits: 10, expected: 11...11)),
    ("+120255501234", .notInPlan(code: "1", digits: 11, expected: 10...10)),
    ("+11025550123", .noSuchNumber(code: "1")),
    ("+1371111222", .notInPlan(code: "1", digits: 9, expected: 10...10)),
    ("+9991234567", .unassigned), ("+2101234567", .unassigned),
  ])
  func `what is no number is refused`(_ text: String, _ expected: PhoneSyntaxError) {
    #expect(throws: expected) { try PhoneSyntax.normalized(text) }
  }

  @Test(arguments: [
    "138-1234-5678", "86-13812345678", "86 138 1234 5678", "13812345678.0", "13812345678.00", "'13812345678",
    "１３８１２３４５６７８", "＋８６ １３８－１２３４－５６７８", "\u{202D}+86 138 1234 5678\u{202C}", "138.1234.5678",
    "（86）13812345678", "138\u{A0}1234\u{2013}5678", "0086-138-1234-5678", "013812345678",
  ])
  func `however shops write a number, it is one`(_ text: String) throws {
    #expect(try PhoneSyntax.normalized(text, country: CallingCode("86")) == "+8613812345678")
  }

  @Test(arguments: [
    ("13711112222.01", "86"), ("137111122220", "86"), ("1371111222", "86"), ("912345678", "1"),
    ("137 1111 2222 / 138", "86"),
  ])
  func `a number that is not one of the country's is refused at home too`(_ text: String, _ code: String) {
    #expect(throws: PhoneSyntaxError.self) { try PhoneSyntax.normalized(text, country: CallingCode(code)) }
  }

  @Test func `Russia's 8 is left out like a 0`() throws {
    #expect(try PhoneSyntax.normalized("8 (912) 345-67-89", country: CallingCode("7")) == "+79123456789")
    #expect(try PhoneSyntax.normalized("7 912 345 67 89", country: CallingCode("7")) == "+79123456789")
  }

  @Test func `why a number is refused says what the country's numbers have`() {
    #expect(
      PhoneSyntaxError.notInPlan(code: "86", digits: 12, expected: 10...11).description
        == "not a telephone number: it has 12 digits after +86, where numbers have 10 or 11; give one in E.164 such as +8613812345678"
    )
    #expect(
      PhoneSyntaxError.rounded.description
        == "not a telephone number: a spreadsheet has rounded it, so its last digits are lost; export the column as text; give one in E.164 such as +8613812345678"
    )
    #expect(
      PhoneSyntaxError.unassigned.description
        == "not a telephone number: no country has the code that it begins with; give one in E.164 such as +8613812345678"
    )
    #expect(
      PhoneSyntaxError.noSuchNumber(code: "1").description
        == "not a telephone number: +1 has no such numbers; give one in E.164 such as +8613812345678")
  }
}
