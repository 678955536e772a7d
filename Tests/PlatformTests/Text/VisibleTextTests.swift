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

  @Test func `the program's own paint becomes colour where it uses any`() {
    let text = "\(Paint.painted("ok", "32")) \(Paint.painted("bad", "31;1"))"
    #expect(VisibleText.of(text, isColored: true) == "\u{1B}[32mok\u{1B}[0m \u{1B}[31;1mbad\u{1B}[0m")
    #expect(!VisibleText.of(text, isColored: false).contains("\u{1B}"))
  }

  @Test func `a colour from outside is escaped, even inside painted words`() {
    let name = "Ann\u{1B}[32mok\u{1B}[0m\u{1B}[0;0;31m\u{1B}["
    let shown = #"Ann\u{1B}[32mok\u{1B}[0m\u{1B}[0;0;31m\u{1B}["#
    #expect(VisibleText.of(name, isColored: true) == shown)
    #expect(VisibleText.of(Paint.painted(name, "1"), isColored: true) == "\u{1B}[1m\(shown)\u{1B}[0m")
  }

  @Test(arguments: [
    ("{\n  \"a\": \"茶 ☕️\"\n}\n", "{\n  \"a\": \"茶 ☕️\"\n}\n"), ("\u{9B}31m", #"\u009b31m"#),
    ("\u{1B}[2J\t\r", #"\u001b[2J\u0009\u000d"#), ("\u{7F}\u{85}", #"\u007f\u0085"#),
    ("a\u{202E}b\u{2066}\u{200B}\u{2028}\u{FEFF}", #"a\u202eb\u2066\u200b\u2028\ufeff"#),
    ("\u{E0061}", #"\udb40\udc61"#), ("می\u{200C}خواهم", "می\u{200C}خواهم"),
  ])
  func `in JSON it is escaped in JSON's way, on a terminal and in files`(_ text: String, _ json: String) {
    #expect(Array(VisibleText.json(text).utf8) == Array(json.utf8))
  }

  @Test func `a line stays a single line`() {
    #expect(VisibleText.line("a\nb\r\nc\td") == #"a\nb\r\nc\td"#)
    #expect(VisibleText.line("茶") == "茶")
  }
}
