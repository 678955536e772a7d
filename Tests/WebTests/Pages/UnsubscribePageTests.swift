import Domain
import Platform
import Support
import Testing
import Web

struct UnsubscribePageTests {
  private static let path = "/u/\(TestSite.token)"

  @Test func `looking at the page changes nothing`() async throws {
    try await TestSite.run { site in
      for method in ["GET", "HEAD"] {
        let answer = try await site.get(Self.path, method: method)
        #expect(answer.status == 200)
        #expect(answer.body.isEmpty == (method == "HEAD"))
      }
      #expect(try await site.get(Self.path, headers: "Purpose: prefetch\r\n").status == 200)
      #expect(site.state.unsubscribed == [])
    }
  }

  @Test func `the page has one form and a strict policy and loads nothing`() async throws {
    try await TestSite.run { site in
      let answer = try await site.get(Self.path)
      let html = answer.body
      #expect(html.contains("<html lang=\"en\">"))
      #expect(html.contains("<h1>Unsubscribe from Qingshan &lt;Tea&gt; &amp; Co?</h1>"))
      #expect(html.contains("<form method=\"post\">\n<button type=\"submit\">Unsubscribe</button>\n</form>"))
      #expect(!html.contains(TestSite.token))
      for word in ["<script", "src=", "http:", "https:", "url(", "<link", "<Tea>"] {
        #expect(!html.contains(word), "\(word)")
      }
      let style = try #require(html.split(separator: "<style>").last?.split(separator: "</style>").first)
      let digest = Base64.text(SHA256.hash(String(style)).bytes)
      #expect(
        answer["Content-Security-Policy"]
          == "default-src 'none'; style-src 'sha256-\(digest)'; form-action 'self'; base-uri 'none'; "
          + "frame-ancestors 'none'")
      #expect(answer["Cache-Control"] == "no-store")
      #expect(answer["Referrer-Policy"] == "no-referrer")
      #expect(answer["X-Robots-Tag"] == "noindex, nofollow")
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      #expect(answer["Content-Type"] == "text/html; charset=utf-8")
      #expect(answer["Vary"] == "Accept-Language")
      #expect(answer["Location"] == nil)
    }
  }

  @Test(arguments: [
    ("", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("en-GB", "en"),
    ("de, zh;q=0.3, en;q=0.2", "zh-Hans"),
    ("fr", "en"), ("zh;q=0, en;q=0.1", "en"), (String(repeating: "zh;q=,", count: 300), "en"),
  ])
  func `the page speaks the reader's language`(_ accepted: String, _ expected: String) async throws {
    try await TestSite.run { site in
      let answer = try await site.get(Self.path, headers: "Accept-Language: \(accepted)\r\n")
      #expect(answer["Content-Language"] == expected)
      let heading = expected == "en" ? "Unsubscribe from" : "要退订"
      #expect(answer.body.contains("<h1>\(heading)"))
    }
  }

  private static func post(_ path: String, type: String?, body: String) -> String {
    "POST \(path) HTTP/1.1\r\nHost: hello.tea.example\r\nConnection: close\r\n"
      + (type.map { "Content-Type: \($0)\r\n" } ?? "") + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func `pressing the button unsubscribes without a redirect as often as it is pressed`() async throws {
    try await TestSite.run { site in
      for _ in 0..<3 {
        let answer = try await site.send(
          Self.post(Self.path, type: "application/x-www-form-urlencoded", body: ""))
        #expect(answer.status == 200)
        #expect(answer["Location"] == nil)
        #expect(answer.body.contains("<h1>You are unsubscribed</h1>"))
        #expect(!answer.body.contains("<form"))
      }
      #expect(Set(site.state.unsubscribed) == [UnsubscribeLink(customerID: "ann", channel: "email")])
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains("reprise_unsubscribes_total{outcome=\"done\"} 1\n"))
      #expect(metrics.contains("reprise_unsubscribes_total{outcome=\"repeated\"} 2\n"))
    }
  }

  @Test(
    arguments: [
      ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click", true),
      (
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n", true
      ),
      (nil, "", false), ("text/plain", "anything", false),
    ] as [(String?, String, Bool)])
  func `any post counts and a mail provider gets an empty answer`(
    _ type: String?, _ body: String, _ isOneClick: Bool
  ) async throws {
    try await TestSite.run { site in
      let answer = try await site.send(Self.post(Self.path, type: type, body: body))
      #expect(answer.status == 200)
      #expect(answer.body.isEmpty == isOneClick)
      #expect(site.state.unsubscribed == [UnsubscribeLink(customerID: "ann", channel: "email")])
    }
  }

  @Test func `the link of a test message does nothing and says so`() async throws {
    try await TestSite.run { site in
      let path = "/u/\(TestSite.testToken)"
      let shown = try await site.get(path)
      #expect(shown.status == 200)
      #expect(
        shown.body.contains("<h1>This link is from a test message</h1>\n<p>It does nothing: nobody was"))
      #expect(!shown.body.contains("<form"))
      let pressed = try await site.send(Self.post(path, type: nil, body: ""))
      #expect(pressed.status == 200 && pressed.body == shown.body)
      let oneClick = try await site.send(
        Self.post(path, type: "application/x-www-form-urlencoded", body: "List-Unsubscribe=One-Click"))
      #expect(oneClick.status == 200 && oneClick.body.isEmpty)
      #expect(site.state.unsubscribed == [])
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains("reprise_unsubscribes_total{outcome=\"test\"} 2\n"))
    }
  }

  @Test func `every link that cannot be used has the same answer`() async throws {
    try await TestSite.run { site in
      let unknown = try await site.send(Self.post("/u/unknown", type: nil, body: ""))
      #expect(unknown.status == 404)
      #expect(unknown.body.contains("<h1>This link does not work</h1>"))
      for token in [
        "goodtoke", "goodtokeo", "goodtoken=", "GOODTOKEN", "x", "a/b", "..%2fmetrics",
        String(repeating: "a", count: 10_000),
      ] {
        let posted = try await site.send(Self.post("/u/\(token)", type: nil, body: ""))
        #expect(posted.body == unknown.body, "\(token)")
        #expect(posted.status == 404)
        let shown = try await site.get("/u/\(token)")
        #expect(shown.body == unknown.body, "\(token)")
        #expect(shown.status == 404)
      }
      #expect(site.state.unsubscribed == [])
      #expect(!site.state.tokensRead.contains { $0.utf8.count > 2048 })
      #expect(try await site.get("/u/").status == 404)
    }
  }

  @Test func `a store that fails keeps the button`() async throws {
    try await TestSite.run { site in
      site.change { $0.failures = 1 }
      let answer = try await site.send(Self.post(Self.path, type: nil, body: ""))
      #expect(answer.status == 503)
      #expect(answer["Retry-After"] == "60")
      #expect(answer.body.contains("<button type=\"submit\">Try again</button>"))
      #expect(site.log.names == ["unsubscribe_failed"])
      #expect(!site.log.lines.joined().contains("=ann"))
    }
  }
}
