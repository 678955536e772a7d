import Support
import Testing
import Text

@Suite struct SHA256Tests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func `the examples of NIST`(text: String, digest: String) {
    #expect(SHA256.hash(text).description == digest)
  }

  @Test func `every length around the block size, one digest over all of them`() {
    // Checked with Python's hashlib.
    var all = SHA256()
    for length in 0...300 {
      let message = (0..<length).map { UInt8(($0 * 7 + length) % 256) }
      let bytes = SHA256.hash(message).bytes
      all.update(bytes.span)
    }
    #expect(all.finalize().description == "60d63ff40b5558727a9b786ac0be9300f7ca58fd9ddd3b2f3681b369018a87dc")
  }

  @Test func `the same in pieces as in one, and goes on after a digest`() {
    var random = SeededGenerator()
    for _ in 0..<rounds(300) {
      let message = (0..<Int.random(in: 0...400, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      var hash = SHA256()
      var start = 0
      while start < message.count {
        let end = min(message.count, start + .random(in: 0...90, using: &random))
        let piece = Array(message[start..<end])
        hash.update(piece.span)
        _ = hash.finalize()
        start = end
      }
      #expect(hash.finalize() == SHA256.hash(message), "\(random)")
    }
  }

  @Test func `digests differ in any bit, and come back from their bytes`() {
    let digest = SHA256.hash("abc")
    #expect(digest.leadingBits == 0xba78_16bf_8f01_cfea)
    for bit in 0..<256 {
      var bytes = digest.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      let other = SHA256.Digest(bytes: bytes.span)
      #expect(other != nil && other != digest)
    }
    let bytes = digest.bytes
    let same = SHA256.Digest(bytes: bytes.span)
    #expect(same == digest)
    let short = SHA256.Digest(bytes: bytes.span.extracting(droppingLast: 1))
    #expect(short == nil)
  }

  @Test(arguments: [
    (
      [UInt8](repeating: 0x0B, count: 20), [UInt8]("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      [UInt8]("Jefe".utf8), [UInt8]("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      [UInt8](1...25), [UInt8](repeating: 0xCD, count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      [UInt8](repeating: 0xAA, count: 131),
      [UInt8](
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ])
  func `HMAC as in RFC 4231`(key: [UInt8], message: [UInt8], digest: String) {
    let code = HMACSHA256(key: key)
    #expect(code.authenticate(message).description == digest)
    #expect(code.authenticate(message).description == digest)
  }
}
