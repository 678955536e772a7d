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

  @Test(arguments: [
    ("ann\u{200B}", #"ann\u{200B}"#), ("a\u{200C}n\u{200D}n", #"a\u{200C}n\u{200D}n"#),
    ("a\u{2060}n\u{FEFF}n", #"a\u{2060}n\u{FEFF}n"#), ("ann\u{E0061}\u{E007F}", #"ann\u{E0061}\u{E007F}"#),
    ("\u{200D}ب", #"\u{200D}ب"#), ("ب\u{200C}", #"ب\u{200C}"#), ("1\u{200D}2", #"1\u{200D}2"#),
    ("👩\u{200D}\u{200D}👧", #"👩\u{200D}\u{200D}👧"#),
    // Joined as people write.
    ("می\u{200C}خواهم", "می\u{200C}خواهم"), ("क्\u{200D}ष", "क्\u{200D}ष"),
    ("👩\u{200D}👩\u{200D}👧 ❤️\u{200D}🔥 👍🏽", "👩\u{200D}👩\u{200D}👧 ❤️\u{200D}🔥 👍🏽"),
    ("葛\u{E0100}", "葛\u{E0100}"),
  ])
  func `what has no width is shown, unless it joins letters or emoji`(_ text: String, _ visible: String) {
    let shown = VisibleText.of(text, isColored: false)
    #expect(Array(shown.utf8) == Array(visible.utf8), "\(shown.debugDescription)")
  }

  @Test func `colours of the program pass where it uses any, and none that hide a text`() {
    let text = "\u{1B}[32mok\u{1B}[0m \u{1B}[8mhidden"
    #expect(VisibleText.of(text, isColored: true) == "\u{1B}[32mok\u{1B}[0m \\u{1B}[8mhidden")
    #expect(VisibleText.of(text, isColored: false) == #"\u{1B}[32mok\u{1B}[0m \u{1B}[8mhidden"#)
  }
}
