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

  private struct Named<Value: Equatable>: Equatable {
    var name: String
    var value: Value
  }

  private struct Nested: Equatable {
    var text: String??
    var words: [String]?
    var table: [ExactText: String] = [:]
    var lists: [ExactText: [String]] = [:]
  }

  /// The forms in which texts are compared in the program, literals above all: with them the compiler looks elsewhere
  /// first. How many find the two equal.
  private static func comparisonsOfProduction(_ a: String, _ b: String) -> Int {
    let (maybe, twice): (String?, String??) = (a, .some(.some(a)))
    let (slice, other): (ArraySlice<String>, ArraySlice<String>) = ([a], [b])
    var count = 0
    switch maybe {
    case "track": count += 1
    case b: count += 1
    default: break
    }
    switch [a] {
    case [], ["identity"], [b]: count += 1
    default: break
    }
    switch (maybe, 1) {
    case ("track", 1), (b?, 1): count += 1
    default: break
    }
    switch a[...] {
    case "track": count += 1
    default: break
    }
    let found = [
      maybe == "track", twice == b, a == "track", a[...] == "track", a.split(separator: ";").first == "track",
      slice == other, [[a]] == [[b]], (1, a) == (1, b), (a, 1) == (b, 1),
      (1, a) >= (1, b) && (1, a) <= (1, b),
      Named(name: a, value: 1) == Named(name: b, value: 1), Nested(text: a) == Nested(text: b),
      Nested(words: [a]) == Nested(words: [b]), Nested(table: ["k": a]) == Nested(table: ["k": b]),
      Nested(lists: ["k": [a]]) == Nested(lists: ["k": [b]]), a.contains("track"),
      a.firstRange(of: "track") != nil, a[...].withoutSpaces == b[...], a[...].withoutBlanks == "track",
      a.prefix(before: { $0 == 0x2D }) == "track", a.omitting { $0 == 0x20 } == "track",
    ]
    return count + found.count { $0 }
  }

  @Test func `every form in which the program compares goes by bytes`() {
    let (a, b) = (Self.composed, Self.decomposed)
    #expect(Self.comparisonsOfProduction(a, b) == 0 && !a.contains(b))
    #expect(Self.comparisonsOfProduction("track", "track") > 0)
    #expect((1, b) < (1, a) && (b, 1) < (a, 0) && (1, 1, b) < (1, 1, a) && (1, 1, 1, b) < (1, 1, 1, a))
    #expect((b, 1, 1) < (a, 0, 0) && ("x", 1, b) < ("x", 1, a) && !((2, b) < (1, a)))
    #expect(max(a, b) == a && min(a, b) == b && b[...] < a[...] && a[...] > b[...])
  }

  @Test func `texts are trimmed, cut and searched by bytes`() {
    #expect("  a \u{301} b \t"[...].withoutSpaces == "a \u{301} b \t")
    #expect(" \t a\tb \t"[...].withoutBlanks == "a\tb" && "   "[...].withoutBlanks == "")
    #expect(
      "zh-CN".prefix(before: { $0 == UInt8(ascii: "-") }) == "zh"
        && "zh".prefix(before: { _ in false }) == "zh")
    #expect("a b\u{301} c".omitting { $0 == 0x20 } == "ab\u{301}c")
    let text = "ab:abc://x"
    #expect(text.firstRange(of: "abc://").map { String(text[$0.lowerBound...]) } == "abc://x")
    #expect(text.firstRange(of: "abd") == nil && text.contains("://") && !text.contains(":://"))
    #expect(text.firstRange(of: "") == text.startIndex..<text.startIndex)
  }

  @Test func `a megabyte of accents costs no more than a megabyte`() {
    let hostile = String(repeating: "\u{301}\u{323}", count: 250_000)
    let twin = String(repeating: "\u{323}\u{301}", count: 250_000)
    let elapsed = ContinuousClock().measure {
      #expect(!(hostile == twin) && hostile != "track" && hostile < twin)
      #expect(Set([Pair(name: hostile), Pair(name: twin)]).count == 2)
      #expect(Set([ExactText(hostile), ExactText(twin)]).count == 2)
      #expect(!["a", "b"].contains(hostile) && !hostile.hasPrefix("a") && Word(word: hostile) == nil)
      #expect(Self.comparisonsOfProduction(hostile, twin) == 0)
    }
    #expect(elapsed < .seconds(2))
  }
}
