import Domain
import Support
import Testing

@Suite struct Base64URLTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("\u{FF}?>~", "w78_Pn4"),
  ])
  func `the examples of RFC 4648 without padding`(text: String, encoded: String) {
    #expect(Base64URL.encode(Array(text.utf8)) == encoded)
    #expect(Base64URL.decode(encoded) == Array(text.utf8))
  }

  @Test(arguments: [
    "Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9v ", " Zm9v", "Zm+v", "Zm/v", "Zm9v\n", "Zm9vA", "Zé",
  ])
  func `each token has one spelling`(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test func `any bytes come back`() {
    var random = SeededGenerator()
    for length in 0...200 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "\(random)")
    }
  }
}
