import Decisioning
import Domain
import Support
import Testing

struct LinkSignerTests {
  private let old = LinkSigner.SigningKey(id: "a", secret: Array(repeating: 1, count: 32))
  private let new = LinkSigner.SigningKey(id: "b", secret: Array(repeating: 2, count: 32))
  private var signer: LinkSigner {
    LinkSigner(publicURL: "https://hello.tea.example", key: new, formerKeys: [old])
  }
  private let claim = LinkClaim(purpose: .unsubscribe, channel: "email", customerID: "客户-1")

  private func token() throws -> String { try #require(signer.token(for: claim)) }

  @Test func `a token says who, on which channel and for what`() throws {
    #expect(signer.verify(try token(), for: .unsubscribe) == claim)
  }

  @Test func `the link is short, stable and safe in a URL`() throws {
    let url = try #require(signer.unsubscribeURL(customerID: "1042", channel: "email"))
    #expect(url == signer.unsubscribeURL(customerID: "1042", channel: "email"))
    #expect(url.hasPrefix("https://hello.tea.example/u/"))
    #expect(url.utf8.count < 90)
    #expect(
      url.dropFirst(28).utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
      })
  }

  @Test func `no changed bit, added or missing byte is taken`() throws {
    let bytes = try #require(Base64.bytes(try token(), .urlSafe))
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        #expect(
          signer.verify(Base64.text(changed, .urlSafe), for: .unsubscribe) == nil, "byte \(index), bit \(bit)"
        )
      }
    }
    for length in 0..<bytes.count {
      #expect(signer.verify(Base64.text(Array(bytes.prefix(length)), .urlSafe), for: .unsubscribe) == nil)
    }
    #expect(signer.verify(Base64.text(bytes + [0], .urlSafe), for: .unsubscribe) == nil)
  }

  @Test func `only one spelling of a token is taken`() throws {
    let token = try token()
    let others = [
      token + "=", token + "==", " " + token, token + "\n", token + "%3D", "", "=", "a", "..",
      String(repeating: "A", count: 10_240),
    ]
    for text in others { #expect(signer.verify(text, for: .unsubscribe) == nil, "\(text.prefix(80))") }
  }

  @Test func `without its tag, or with an empty one, nothing is believed`() throws {
    let body = try #require(Base64.bytes(try token(), .urlSafe)).dropLast(16)
    #expect(signer.verify(Base64.text(Array(body), .urlSafe), for: .unsubscribe) == nil)
    #expect(
      signer.verify(Base64.text(Array(body) + Array(repeating: 0, count: 16), .urlSafe), for: .unsubscribe)
        == nil)
  }

  @Test func `the tag of one customer opens no other`() throws {
    let bytes = try #require(Base64.bytes(try token(), .urlSafe))
    let other = LinkClaim(purpose: .unsubscribe, channel: "email", customerID: "客户-2")
    let othersToken = try #require(signer.token(for: other))
    let others = try #require(Base64.bytes(othersToken, .urlSafe))
    #expect(
      signer.verify(Base64.text(Array(others.dropLast(16)) + bytes.suffix(16), .urlSafe), for: .unsubscribe)
        == nil
    )
  }

  @Test func `channel and customer cannot trade bytes`() {
    let a = signer.token(for: LinkClaim(purpose: .unsubscribe, channel: "ab", customerID: "c"))
    let b = signer.token(for: LinkClaim(purpose: .unsubscribe, channel: "a", customerID: "bc"))
    #expect(a != b)
  }

  @Test func `an old key verifies for years, a dropped or unknown one no more`() throws {
    let before = LinkSigner(publicURL: "https://x.example", key: old)
    let token = try #require(before.token(for: claim))
    #expect(signer.verify(token, for: .unsubscribe) == claim)
    #expect(LinkSigner(publicURL: "", key: new).verify(token, for: .unsubscribe) == nil)
  }

  @Test func `only the key that the token names is tried`() throws {
    // The same secret under another id: the id is part of what is signed.
    let renamed = LinkSigner(publicURL: "", key: .init(id: "c", secret: new.secret))
    #expect(renamed.verify(try token(), for: .unsubscribe) == nil)
  }

  @Test func `for an id beyond all measure there is no link`() {
    #expect(signer.unsubscribeURL(customerID: String(repeating: "1", count: 2000), channel: "email") == nil)
  }
}
