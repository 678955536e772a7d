import Platform
import Support
import Testing

@testable import Delivery

/// What a provider repeats of a secret, however it spells it.
struct HiddenSecretsTests {
  private static let token = "sk/live/9Zq+\"7&é\u{1F511}<end>"

  private func hidden(_ text: String, _ secrets: [String] = [token]) -> String? {
    ProviderText(secrets: secrets).clean(text)
  }

  @Test(arguments: [
    ("as it is", token),
    ("as JSON with slashes escaped", #"sk\/live\/9Zq+\"7&é🔑<end>"#),
    ("as JSON in ASCII", #"sk/live/9Zq+\"7&\u00e9\ud83d\udd11\u003Cend\u003e"#),
    ("as JSON in JSON", #"sk\\/live\\/9Zq+\\\"7&é🔑<end>"#),
    ("percent-encoded", "sk%2Flive%2F9Zq%2B%227%26%C3%A9%F0%9F%94%91%3Cend%3E"),
    ("percent-encoded in lower case", "sk%2flive%2f9Zq%2b%227%26%c3%a9%f0%9f%94%91%3cend%3e"),
    ("in HTML", "sk/live/9Zq+&quot;7&amp;é🔑&lt;end&gt;"),
    ("in HTML by number", "sk&#47;live&#x2f;9Zq&#43;&#34;7&#38;&#xE9;&#128273;&lt;end&#62;"),
    ("in Base64", Base64.text(Array(token.utf8), isPadded: false)),
    ("in Base64 for URLs", Base64.text(Array(token.utf8), .urlSafe)),
    ("in a part", "ve/9Zq+\"7&é🔑"),
  ])
  func `a secret that a provider repeats is hidden`(spelling: String, text: String) {
    #expect(hidden("bad (\(text))") == "bad (<secret>)", "\(spelling)")
    #expect(hidden("bad \(text)") == "bad <secret>", "\(spelling)")
  }

  @Test(arguments: ["", "a", "ab", "abc"])
  func `a password is hidden in the Base64 of a user and it`(user: String) throws {
    let password = "s3cret-Pa55"
    let answer = Base64.text(Array("\(user):\(password)".utf8))
    let shown = try #require(hidden("Basic \(answer)!", [password]))
    // The letters at both ends depend on what stands beside the password too.
    let rest = try #require(shown.split(separator: "<secret>").count == 2 ? shown : nil, "\(shown)")
    #expect(rest.utf8.count <= "Basic abcdef<secret>abc=!".utf8.count, "\(shown)")
  }

  @Test func `a token without its last letter is hidden, and words of its letters are not`() {
    let token = "sk_live_0123456789"
    #expect(hidden("bad token: \(token.dropLast())...", [token]) == "bad token: <secret>...")
    #expect(
      hidden("a live 01234567 is no token, sk_live_012 neither", [token])
        == "a live 01234567 is no token, sk_live_012 neither")
  }

  @Test func `short secrets are hidden whole, and those of three letters never`() {
    #expect(hidden(#"a/bc, a\/bc, a%2Fbc, a/b"#, ["a/bc"]) == "<secret>, <secret>, <secret>, a/b")
    #expect(hidden("abc", ["abc"]) == "abc")
  }

  @Test func `what only looks like an escape stays as it is`() {
    let text = #"100% of %zz \u12 \ud83d \q & &unknown; &#x; &#99999999; &"#
    #expect(hidden(text) == text)
  }

  @Test func `a long text of a long secret's beginnings takes no longer than any other`() throws {
    let secret = String(repeating: "a", count: 5000) + "b"
    let text = ProviderText(secrets: [secret])
    #expect(text.clean(String(repeating: "aaaaaaaaaaac", count: 1000))?.hasPrefix("aaaaaaaaaaacaaaa") == true)
    #expect(text.clean(String(repeating: "a", count: 100_000)) == "<secret>")
  }
}
