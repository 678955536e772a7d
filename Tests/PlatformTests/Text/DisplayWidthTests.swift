import Platform
import Testing

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("abc", 3), ("青山茶", 6), ("é", 1), ("e\u{301}", 1), ("😀", 2), ("👨‍👩‍👧", 2), ("a\u{200B}b", 2), ("한글", 4),
    ("ｆ", 2), ("", 0),
  ])
  func `wide characters take two columns`(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test func `padding and cutting count columns`() {
    #expect(DisplayWidth.pad("青山", to: 6) == "青山  ")
    #expect(DisplayWidth.pad("7", to: 3, alignRight: true) == "  7")
    #expect(DisplayWidth.pad("long", to: 2) == "long")
    #expect(DisplayWidth.cut("青山茶", to: 5) == "青山…")
    #expect(DisplayWidth.cut("青山茶", to: 4) == "青…")
    #expect(DisplayWidth.cut("abc", to: 3) == "abc")
  }
}
