import Platform
import Testing

@Suite struct EncodingTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func `base64 has the values of RFC 4648`(text: String, encoded: String) {
    #expect(Base64.text(Array(text.utf8)) == encoded)
    #expect(Base64.bytes(encoded) == Array(text.utf8))
    let bare = encoded.replacing("=", with: "")
    #expect(Base64.text(Array(text.utf8), .urlSafe) == bare)
    #expect(Base64.bytes(bare, .urlSafe) == Array(text.utf8))
    #expect(Base64.bytes(bare) == Array(text.utf8))
  }

  @Test func `each alphabet refuses the letters of the other`() {
    #expect(Base64.text([0xFB, 0xFF, 0xBF]) == "+/+/")
    #expect(Base64.text([0xFB, 0xFF, 0xBF], .urlSafe) == "-_-_")
    #expect(Base64.bytes("-_-_") == nil)
    #expect(Base64.bytes("+/+/", .urlSafe) == nil)
  }

  @Test(arguments: ["A", "Zh==", "Zg=", "Zg===", "Z=g=", "Zm9v\n", "Zm 9v", "====", "Zm9"])
  func `no value has a second spelling`(text: String) {
    #expect(Base64.bytes(text) == nil)
  }

  @Test func `percent encoding keeps the unreserved characters only`() {
    #expect(PercentEncoding.encode("aZ09-._~ /+&=é") == "aZ09-._~%20%2F%2B%26%3D%C3%A9")
    #expect(PercentEncoding.decode("a%20b%C3%A9+c") == "a bé+c")
    #expect(PercentEncoding.decode("a+b", plusAsSpace: true) == "a b")
    for text in ["%", "%2", "%zz", "%ff", "%-1"] { #expect(PercentEncoding.decode(text) == nil) }
  }

  @Test func `a form is written and read`() throws {
    let text = PercentEncoding.form([("to", "+1 2"), ("b&", "=")])
    #expect(text == "to=%2B1+2&b%26=%3D")
    let fields = try #require(PercentEncoding.fields(text + "&&empty&x=a=b"))
    #expect(fields.map(\.name) == ["to", "b&", "empty", "x"])
    #expect(fields.map(\.value) == ["+1 2", "=", "", "a=b"])
    #expect(PercentEncoding.fields("a=%") == nil)
  }

  @Test func `HTML is escaped`() {
    #expect(
      HTMLEscaping.escape("<a href='x' title=\"y\">&中")
        == "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;中")
    #expect(HTMLEscaping.escape("plain") == "plain")
  }

  @Test(
    arguments: [
      ("lapsd", "lapsed"), ("triger", "trigger"), ("Lapsed", "lapsed"), ("chanel", "channel"),
      ("setps", "steps"),
      ("xyz", nil), ("", nil), ("on", nil), ("wehn", "when"),
    ] as [(String, String?)])
  func `the nearest word is the one that was meant`(word: String, meant: String?) {
    #expect(Spelling.nearest(to: word, in: ["trigger", "when", "steps", "channel", "lapsed"]) == meant)
  }

  @Test func `distance counts edits and swaps`() {
    #expect(Spelling.distance("kitten", "sitting") == 3)
    #expect(Spelling.distance("ab", "ba") == 1)
    #expect(Spelling.distance("", "abc") == 3)
    #expect(Spelling.distance("abc", "abc") == 0)
  }

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
