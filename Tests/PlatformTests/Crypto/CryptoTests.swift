import Platform
import Testing

@Suite struct CryptoTests {
  @Test(
    arguments: [
      (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (.sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (.md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
      (.md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
    ] as [(Digest, String, String)])
  func `a digest has its published value`(digest: Digest, text: String, hex: String) {
    #expect(Hex.text(digest.hash(text.utf8)) == hex)
  }

  @Test func `random bytes have the length asked for and differ`() {
    #expect(RandomBytes.make(0) == [])
    #expect(RandomBytes.make(32).count == 32)
    #expect(RandomBytes.make(32) != RandomBytes.make(32))
  }
}
