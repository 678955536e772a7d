import Testing

// No import of `Text`: it must be seen everywhere without one.
struct ExactComparisonTests {
  private static let composed = "caf\u{E9}"
  private static let decomposed = "cafe\u{301}"

  private struct Pair: Hashable {
    var name: String
    var other: String?
    var more: [String] = []
  }

  private enum Choice: Hashable {
    case text(String)
    case pair(Pair)
  }

  private enum Word: String, CaseIterable {
    case coffee = "caf\u{E9}"
    case tea
  }

  @Test func `operators tell two spellings of one letter apart`() {
    let (a, b) = (Self.composed, Self.decomposed)
    let (maybe, other): (String?, String?) = (a, b)
    #expect(!(a == b) && a != b && a == Self.composed)
    #expect(b < a && a > b && a >= b && b <= a && a <= Self.composed)
    #expect(!(maybe == other) && maybe != other && !(maybe == b) && a != other && maybe == a)
    #expect(!(a[...] == b[...]) && !(a[...] == b) && !(a == b[...]) && a[...] == a)
    #expect(!([a] == [b]) && [a] == [Self.composed])
    #expect(!((a, "x") == (b, "x")))
    #expect(!(a.last == b.last) && a.first == "c")
    switch a {
    case Self.decomposed: Issue.record("a pattern matched another spelling")
    default: break
    }
  }

  @Test func `members that the compiler writes compare and hash bytes`() {
    let (a, b) = (Self.composed, Self.decomposed)
    #expect(Pair(name: a) != Pair(name: b))
    #expect(Pair(name: "", other: a) != Pair(name: "", other: b))
    #expect(Pair(name: "", more: [a]) != Pair(name: "", more: [b]))
    #expect(Set([Pair(name: a), Pair(name: b), Pair(name: a)]).count == 2)
    #expect(Set([Choice.text(a), .text(b), .pair(Pair(name: a)), .pair(Pair(name: b))]).count == 4)
  }

  @Test func `searches and sorting go by bytes`() {
    let (a, b) = (Self.composed, Self.decomposed)
    #expect(![a].contains(b) && [b, a].firstIndex(of: a) == 1)
    #expect([a, b, "caf"].sorted() == ["caf", b, a])
    #expect([a, b].min() == b && [a, b].max() == a)
    #expect(!a.hasPrefix(b) && !b.hasSuffix("\u{E9}") && a.hasSuffix("f\u{E9}") && b.hasPrefix("cafe"))
    #expect(Word(word: a) == .coffee && Word(word: b) == nil && Word(word: "tea") == .tea)
    let counts: [ExactText: Int] = ["tea": 1]
    #expect(counts["tea"] == 1 && counts[a] == nil)
  }

  @Test func `a megabyte of accents costs no more than a megabyte`() {
    let hostile = String(repeating: "\u{301}\u{323}", count: 250_000)
    let twin = String(repeating: "\u{323}\u{301}", count: 250_000)
    let elapsed = ContinuousClock().measure {
      #expect(!(hostile == twin) && hostile != "track" && hostile < twin)
      #expect(Set([Pair(name: hostile), Pair(name: twin)]).count == 2)
      #expect(Set([ExactText(hostile), ExactText(twin)]).count == 2)
      #expect(!["a", "b"].contains(hostile) && !hostile.hasPrefix("a") && Word(word: hostile) == nil)
      #expect(hostile.first != "a")
    }
    #expect(elapsed < .seconds(2))
  }
}
