import Testing
import Text

struct ExactSearchTests {
  @Test(arguments: [
    ("a: b: c", ": ", "-", "a-b-c"), ("::", ":", "", ""), ("aaa", "aa", "b", "ba"), ("", "x", "y", ""),
    ("abc", "", "y", "abc"),
    // An accent behind the part does not hide it, and e with an accent is no other spelling of é.
    ("a_\u{301}b", "_", " ", "a \u{301}b"), ("caf\u{E9}", "e\u{301}", "e", "caf\u{E9}"),
  ])
  func `a part is found by its bytes and replaced at each of its places`(
    text: String, part: String, other: String, expected: String
  ) {
    #expect(text.replacing(part, with: other).utf8.elementsEqual(expected.utf8))
  }

  @Test func `splitting leaves nothing out`() {
    #expect(":a::b:".pieces(between: ":") == ["", "a", "", "b", ""])
  }
}
