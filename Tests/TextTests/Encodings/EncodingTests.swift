import Testing
import Text

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
    for text in ["%", "%2", "%zz", "%ff", "%-1"] { #expect(PercentEncoding.decode(text) == nil) }
  }

  @Test func `HTML is escaped`() {
    #expect(
      HTMLEscaping.escape("<a href='x' title=\"y\">&中")
        == "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;中")
    #expect(HTMLEscaping.escape("plain") == "plain")
  }
}
