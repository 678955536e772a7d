import Support
import Testing
import Text

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("\u{FF}?>~", "w78_Pn4"),
  ])
  func `the examples of RFC 4648 without padding`(text: String, encoded: String) {
    #expect(Base64.text(Array(text.utf8), .urlSafe) == encoded)
    #expect(Base64.bytes(encoded, .urlSafe) == Array(text.utf8))
  }

  @Test(arguments: [
    "Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9v ", " Zm9v", "Zm+v", "Zm/v", "Zm9v\n", "Zm9vA", "Zé",
  ])
  func `each token has one spelling`(text: String) {
    #expect(Base64.bytes(text, .urlSafe) == nil)
  }

  @Test func `any bytes come back`() {
    var random = SeededGenerator()
    for length in 0...200 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.bytes(Base64.text(bytes, .urlSafe), .urlSafe) == bytes, "\(random)")
    }
  }
}
