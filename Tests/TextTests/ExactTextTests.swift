import Testing
import Text

struct ExactTextTests {
  private static let long = String(repeating: "x", count: 40)

  @Test(arguments: [
    ("", "", true), ("", "a", false), ("a", "a", true), ("a", "b", false), ("a", "ab", false),
    (long + "a", long + "a", true), (long + "a", long + "b", false), ("安娜", "安娜", true),
    ("caf\u{E9}", "cafe\u{301}", false), ("a\u{301}\u{323}", "a\u{323}\u{301}", false),
    (long + "\u{E9}", long + "e\u{301}", false), ("a\u{0}b", "a\u{0}c", false),
  ])
  func `texts are the same when their bytes are`(a: String, b: String, isSame: Bool) {
    #expect(a.hasSameBytes(as: b) == isSame)
    #expect(b.hasSameBytes(as: a) == isSame)
    // As a part of a longer text, which lies elsewhere.
    #expect(String("-\(a)".dropFirst()).hasSameBytes(as: b) == isSame)
    #expect((ExactText(a) == ExactText(b)) == isSame)
    #expect(Set([a, b].map { ExactText($0) }).count == (isSame ? 1 : 2))
  }
}
