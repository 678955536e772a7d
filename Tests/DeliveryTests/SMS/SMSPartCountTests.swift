import Delivery
import Testing

@Suite struct SMSPartCountTests {
  private static func run(_ letter: String, _ count: Int) -> String {
    String(repeating: letter, count: count)
  }

  private static let table: [(text: String, encoding: SMSPartCount.Encoding, units: Int, parts: Int)] = [
    ("", .gsm7, 0, 0), ("Hello", .gsm7, 5, 1), (run("a", 160), .gsm7, 160, 1), (run("a", 161), .gsm7, 161, 2),
    (run("a", 306), .gsm7, 306, 2), (run("a", 307), .gsm7, 307, 3), ("10 €", .gsm7, 5, 1),
    ("{}[]~|^\\", .gsm7, 16, 1), (run("茶", 70), .ucs2, 70, 1), (run("茶", 71), .ucs2, 71, 2),
    (run("茶", 134), .ucs2, 134, 2), (run("茶", 135), .ucs2, 135, 3), ("👍", .ucs2, 2, 1), ("ç", .ucs2, 1, 1),
    ("Ç", .gsm7, 1, 1), ("`", .ucs2, 1, 1),
    // The escape of an extension letter is not torn from it: 152 + 2 do not fit into 153.
    ("\(run("a", 152))€\(run("b", 152))", .gsm7, 306, 3),
    // Nor a surrogate pair: 66 + 2 do not fit into 67.
    ("\(run("茶", 66))👍\(run("茶", 66))", .ucs2, 134, 3),
  ]

  @Test(arguments: table)
  func `parts are counted as the networks count them`(
    text: String, encoding: SMSPartCount.Encoding, units: Int, parts: Int
  ) {
    let count = SMSPartCount(text)
    #expect(count.encoding == encoding)
    #expect(count.units == units)
    #expect(count.parts == parts)
  }

  @Test func `the letter that makes a message dear is named`() {
    #expect(SMSPartCount("Tea – now").firstNonGSM == "–")
    #expect(SMSPartCount("Tea - now").firstNonGSM == nil)
    #expect(SMSPartCount("Tea - now").unitsLeft == 151)
  }
}
