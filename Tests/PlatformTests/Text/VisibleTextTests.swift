import Platform
import Testing

struct VisibleTextTests {
  @Test(arguments: [
    ("Ann\nLee\t茶 ☕️", "Ann\nLee\t茶 ☕️"), ("\u{1B}[2J\u{1B}]0;pwned\u{7}", #"\u{1B}[2J\u{1B}]0;pwned\u{7}"#),
    ("a\u{202E}fdp.exe\u{2066}", #"a\u{202E}fdp.exe\u{2066}"#), ("a\rb", #"a\u{D}b"#), ("a\r\nb", "a\r\nb"),
    ("\u{9B}31m", #"\u{9B}31m"#), ("\u{7F}\u{0}\u{FEFF}\u{2028}", #"\u{7F}\u{0}\u{FEFF}\u{2028}"#),
  ])
  func `what a terminal would obey is made visible`(_ text: String, _ visible: String) {
    #expect(VisibleText.of(text, isColored: false) == visible)
    #expect(VisibleText.of(text, isColored: true) == visible)
  }

  @Test func `colours of the program pass where it uses any, and none that hide a text`() {
    let text = "\u{1B}[32mok\u{1B}[0m \u{1B}[8mhidden"
    #expect(VisibleText.of(text, isColored: true) == "\u{1B}[32mok\u{1B}[0m \\u{1B}[8mhidden")
    #expect(VisibleText.of(text, isColored: false) == #"\u{1B}[32mok\u{1B}[0m \u{1B}[8mhidden"#)
  }
}
