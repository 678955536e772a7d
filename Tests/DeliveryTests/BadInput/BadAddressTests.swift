import Configuration
import Domain
import Templates
import Testing

@testable import Delivery

/// Addresses of providers that libcurl would take for others than they seem.
struct BadAddressTests {
  private static let fragment =
    "'url' holds a '#', behind which nothing is sent; write it as %23, or leave the rest out"
  private static let characters =
    "'url' holds a character that no URL can; write other hosts in punycode, other paths with '%'"
  private static let number =
    "'url' has no true host name; write an address as four numbers, such as 127.0.0.1"
  private static let user = "'url' holds a user name; put it below 'authentication'"

  @Test(arguments: [
    ("https://sms.example/send", nil),
    ("https://sms.example:8443/send?to={{ message.to | url_encode }}", nil),
    ("{{ secret.url }}", nil), ("{{ secret.url }}/send", nil), ("https://{{ secret.host }}/send", nil),
    ("https://sms.example/{{ message.uid }}.{{ message.to }}", nil),
    ("https://sms.example{{ secret.path }}", nil), ("https://sms.example:{{ secret.port }}/", nil),
    (#"https://sms.example\@evil.example/"#, user), ("https://evil.example@sms.example", user),
    ("https://{{ secret.user }}@sms.example/", user),
    (#"https://sms.example\evil/"#, characters), ("https://sms.example/a b", characters),
    ("https://sms.example/a\tb", characters), ("https://sms.example/a\nb/{{ message.uid }}", characters),
    ("https://sms.example/茶", characters), ("https://{{ secret.host }}/茶", characters),
    (
      "https://茶.example/{{ message.uid }}",
      "'url' holds a character that no URL can; write its host as xn--cl1a.example"
    ),
    ("https://", "'url' names no host; write it like https://host.example"),
    ("https:///sms.example", "'url' names no host; write it like https://host.example"),
    (
      "https://sms.example:99999/{{ message.uid }}", "'url' has no true port; a port lies between 1 and 65535"
    ),
    ("https://sms.example:/", "'url' has no true port; a port lies between 1 and 65535"),
    ("https://sms%2eexample/", "'url' has no true host name"),
    ("https://[::1/{{ message.uid }}", "'url' has no true host name"),
    ("https://[::g]/", "'url' has no IPv6 address in its brackets"),
    ("https://0x7f000001/", number), ("https://127.1/{{ message.uid }}", number),
    ("https://sms.example/a#b", fragment), ("https://sms.example/{{ message.uid }}#", fragment),
    ("{{ secret.url }}/#", fragment), ("https://sms.example#/send", fragment),
    ("https://sms.example/a/../b", "'url' holds the step '..'; write the path that is meant"),
    (
      "https://sms.example/a/%2E%2e/{{ message.uid }}",
      "'url' holds the step '%2E%2e'; write the path that is meant"
    ),
    ("https://sms.example/./a", "'url' holds the step '.'; write the path that is meant"),
    ("ftp://sms.example/{{ message.uid }}", "'url' must begin with https:// or http://"),
    ("ht{{ secret.tps }}://sms.example", "'url' must begin with https:// or http://"),
  ])
  func `a bad address of a provider is refused by the check`(url: String, problem: String?) {
    let quoted = url.replacing("\\", with: "\\\\").replacing("\t", with: "\\t").replacing("\n", with: "\\n")
    let (_, diagnostics) = HTTPChannelSettings.shape.decode("{url: \"\(quoted)\", body: x}")
    let told = diagnostics.map { diagnostic in
      diagnostic.message + (diagnostic.hint.map { "; \($0)" } ?? "")
    }
    #expect(told == (problem.map { [$0] } ?? []))
  }

  @Test(arguments: [
    ("@evil.example", "holds a user name"), (":80@evil.example", "holds a password"),
    (#"\@evil.example"#, "holds a character that no URL can"), (".evil..example", "has no true host name"),
    ("#", "holds a '#', behind which nothing is sent"), ("/a/../b", "holds the step '..'"),
    (":0", "has no true port"),
  ])
  func `a value can choose neither another host nor a hidden path`(value: String, problem: String) throws {
    let refusal = CompositionError.template(field: "url", problem: "it \(problem); use '| url_encode'")
    #expect(throws: refusal) {
      try rendered("{url: 'https://sms.example{{ message.subject }}', body: x}", subject: value)
    }
  }

  @Test func `a preview hides a secret address, and does not refuse it`() throws {
    let yaml = "{url: '{{ secret.url }}/send', body: x, secrets: {url: 'https://sms.example'}}"
    #expect(try rendered(yaml) == "https://sms.example/send")
    #expect(try rendered(yaml, showingSecrets: false) == "<secret>/send")
  }

  @Test func `an address may hold a whole message`() throws {
    let text = String(repeating: "a", count: 9000)
    #expect(
      try rendered("{url: 'https://sms.example/?text={{ message.subject }}'}", subject: text)
        == "https://sms.example/?text=\(text)")
  }

  private func rendered(_ yaml: String, subject: String = "", showingSecrets: Bool = true) throws -> String {
    let request = try #require(HTTPChannelSettings.shape.decode(yaml).value).request
    let environment = RenderEnvironment(now: noon, currency: Currency("CNY")!)
    return try request.render(
      message(subject: subject), environment: environment, showingSecrets: showingSecrets
    ).url
  }
}
