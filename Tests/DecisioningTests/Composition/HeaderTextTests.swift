import Support
import Testing

@testable import Decisioning

/// What a customer has typed as a name must not begin a header of its own.
struct HeaderTextTests {
  @Test(arguments: [
    ("", ""), ("Ann", "Ann"), ("Ann Lee", "Ann Lee"), (" Ann ", "Ann"), ("Ann  Lee", "Ann Lee"),
    ("Ann\r\nBcc: v@y.example", "Ann Bcc: v@y.example"), ("Ann\u{0}", "Ann"), ("a\u{7F}b", "a b"),
    ("a\u{80}b", "a b"), ("a\u{85}b", "a b"), ("a\u{9F}b", "a b"), ("a\u{2028}b", "a b"),
    ("a\u{2029}b", "a b"),
    ("\u{2028}", ""), ("a\u{2029}", "a"), ("青山茶", "青山茶"), ("a\u{A0}b", "a\u{A0}b"), ("¥5 — é", "¥5 — é"),
    ("a\u{202A}b", "a\u{202A}b"), ("€", "€"),
  ])
  func `white space and control characters become one space, and none is left at the ends`(
    text: String, line: String
  ) {
    #expect(HeaderText.oneLine(text) == line)
  }

  @Test(arguments: SeededGenerator.seeds(3))
  func `whatever a text holds, its line holds no run of space and no control character`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let scalars: [Unicode.Scalar] = [
      "a", " ", "\n", "\u{0}", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\u{A0}", "é", "\u{2027}", "\u{2028}",
      "\u{2029}", "\u{202A}", "—", "茶", "\u{1F600}",
    ]
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value <= 0x20 || (0x7F...0x9F).contains(scalar.value) || [0x2028, 0x2029].contains(scalar.value)
    }
    for _ in 0..<20_000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        text.append(scalars.randomElement(using: &generator)!)
      }
      let words = text.split(whereSeparator: isSpace).map { String(String.UnicodeScalarView($0)) }
      #expect(HeaderText.oneLine(String(text)) == words.joined(separator: " "), "\(generator)")
    }
  }
}
