import Domain
import Platform
import Support
import Testing
import Web

/// Requests to unsubscribe links by scanners, guessers and repeaters. What a token itself must withstand is tested with
/// real ones, beside the daemon.
struct UnsubscribeRequestTests {
  private static let path = "/u/\(TestSite.token)"

  private static func post(
    _ path: String, headers: String = "", body: String? = "", version: String = "1.1"
  ) -> BadRequest {
    BadRequest(
      path,
      "POST \(path) HTTP/\(version)\r\nHost: hello.tea.example\r\n\(headers)"
        + (body.map { "Content-Length: \($0.utf8.count)\r\n\r\n\($0)" } ?? "\r\n"), 200)
  }

  // MARK: - Scanners

  @Test(arguments: [
    ("GET", ""), ("HEAD", ""), ("GET", "Purpose: prefetch\r\n"),
    ("GET", "Sec-Purpose: prefetch;prerender\r\n"),
    ("GET", "X-Moz: prefetch\r\n"), ("GET", "User-Agent: BarracudaCentral/1.0 link scanner\r\n"),
    ("GET", "Range: bytes=0-0\r\n"), ("GET", "X-HTTP-Method-Override: POST\r\n"),
    ("GET", "Content-Type: application/x-www-form-urlencoded\r\n"),
  ])
  func `whoever only fetches a link changes nothing`(_ method: String, _ headers: String) async throws {
    try await TestSite.run { site in
      for query in ["", "?List-Unsubscribe=One-Click", "?_method=POST&confirm=1"] {
        let answer = try await site.get(Self.path + query, headers: headers, method: method)
        #expect(answer.status == 200)
      }
      #expect(site.state.unsubscribed == [])
    }
  }

  @Test func `a fetch with a body is still a fetch`() async throws {
    try await TestSite.run { site in
      let answer = try await site.send(
        "GET \(Self.path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\nList-Unsubscribe=One-Click"
      )
      #expect(answer.status == 200)
      #expect(site.state.unsubscribed == [])
    }
  }

  @Test(arguments: ["PUT", "DELETE", "PATCH", "OPTIONS"])
  func `other methods do nothing`(_ method: String) async throws {
    try await TestSite.run { site in
      let answer = try await site.get(Self.path, method: method)
      #expect(answer.status == 405)
      #expect(answer["Allow"] == "GET, HEAD, POST")
      #expect(site.state.unsubscribed == [])
    }
  }

  // MARK: - Providers and repeaters

  @Test(arguments: ["1.1", "1.0"])
  func `a post without a body, and without a length, unsubscribes`(_ version: String) async throws {
    try await TestSite.run { site in
      let answer = try await site.answer(to: Self.post(Self.path, body: nil, version: version))
      #expect(answer.status == 200)
      #expect(answer["Location"] == nil && answer["Set-Cookie"] == nil)
      #expect(site.state.unsubscribed == [UnsubscribeLink(customerID: "ann", channel: "email")])
    }
  }

  @Test func `a post needs no cookie, no origin, no referrer and no name of ours`() async throws {
    try await TestSite.run { site in
      for headers in [
        "", "Origin: null\r\n", "Origin: https://mail.example\r\n", "Referer: https://mail.example/inbox\r\n",
        "Cookie: session=x\r\n",
      ] {
        let request = Self.post(Self.path, headers: headers, body: "List-Unsubscribe=One-Click")
        #expect(try await site.answer(to: request).status == 200, "\(headers)")
      }
      let strange = try await site.send(
        "POST \(Self.path) HTTP/1.1\r\nHost: another.name\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
      #expect(strange.status == 200)
    }
  }

  @Test func `a body of more than a form is refused`() async throws {
    try await TestSite.run { site in
      let (answer, ending) = try await site.converse(
        Self.post(Self.path, body: String(repeating: "x", count: 17_000)).bytes)
      #expect(answer.status == 413)
      #expect(ending == .closed)
      #expect(site.state.unsubscribed == [])
    }
  }

  @Test func `a link replayed a thousand times gives the same answer a thousand times`() async throws {
    try await TestSite.run { site in
      let first = try await site.answer(to: Self.post(Self.path))
      #expect(first.status == 200)
      let port = site.server.port
      let request = Self.post(Self.path).bytes
      let replies = try await offPool {
        let connection = try RawConnection(port: port)
        for _ in 0..<999 { connection.send(request) }
        connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return String(decoding: connection.readToEnd().bytes, as: UTF8.self)
      }
      let answers = replies.split(separator: "HTTP/1.1 ")
      #expect(answers.count == 1000)
      #expect(answers.dropLast().allSatisfy { $0.hasPrefix("200 OK") && $0.hasSuffix(first.body) })
      #expect(Set(site.state.unsubscribed).count == 1)
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains("reprise_unsubscribes_total{outcome=\"done\"} 1\n"))
      #expect(metrics.contains("reprise_unsubscribes_total{outcome=\"repeated\"} 999\n"))
    }
  }

  // MARK: - Open redirects

  @Test(arguments: [
    "?u=//evil.example", "?url=https:/\\evil.example", "?r=%0d%0aSet-Cookie:%20a=b", "?u=javascript:alert(1)",
    "?next=https://evil.example&u=https%3A%2F%2Fevil.example", "?%ff",
    "?" + String(repeating: "u=", count: 5000),
  ])
  func `no query leads anywhere else`(_ query: String) async throws {
    try await TestSite.run { site in
      for method in ["GET", "POST"] {
        let answer = try await site.get(Self.path + query, method: method)
        #expect(answer.status == 200, "\(query)")
        #expect(answer["Location"] == nil && answer["Refresh"] == nil && answer["Set-Cookie"] == nil)
        #expect(!answer.body.contains("evil.example") && !answer.body.contains("javascript:"))
      }
    }
  }

  @Test(arguments: [
    "/c/TOKEN", "/o/TOKEN", "/click?u=//evil.example", "/r/https://evil.example", "/open.gif",
  ])
  func `there are no links that count clicks or opens, so none can be abused`(_ path: String) async throws {
    try await TestSite.run { site in
      let answer = try await site.get(path)
      #expect(answer.status == 404)
      #expect(answer["Location"] == nil)
    }
  }

  // MARK: - Leaks

  @Test func `no answer to a link is stored, sniffed, framed or told to another site`() async throws {
    try await TestSite.run { site in
      site.change { $0.failures = 1 }
      for answer in [
        try await site.answer(to: Self.post(Self.path)), try await site.get(Self.path),
        try await site.get(Self.path, method: "HEAD"), try await site.answer(to: Self.post(Self.path)),
        try await site.answer(to: Self.post(Self.path, body: "List-Unsubscribe=One-Click")),
        try await site.get("/u/unknown"), try await site.get(Self.path, method: "PUT"),
      ] {
        #expect(answer["Cache-Control"] == "no-store", "\(answer.head)")
        #expect(answer["Referrer-Policy"] == "no-referrer", "\(answer.head)")
        #expect(answer["X-Content-Type-Options"] == "nosniff", "\(answer.head)")
        #expect(
          answer["Content-Security-Policy"]?.contains("frame-ancestors 'none'") == true, "\(answer.head)")
        #expect(answer["Set-Cookie"] == nil && answer["Server"] == nil, "\(answer.head)")
        #expect(!answer.body.contains(TestSite.token))
      }
    }
  }

  // MARK: - Known and unknown

  @Test func `somebody who is known no more gets the very same answers`() async throws {
    try await TestSite.run { site in
      func stripped(_ answer: RawAnswer) -> String {
        answer.head.split(separator: "\r\n").filter { !$0.hasPrefix("Date:") }.joined(separator: "\n")
          + "\n\n" + answer.body
      }
      for body in ["", "List-Unsubscribe=One-Click"] {
        let known = try await site.answer(to: Self.post(Self.path, body: body))
        let unknown = try await site.answer(to: Self.post("/u/\(TestSite.strangerToken)", body: body))
        #expect(known.status == 200)
        #expect(stripped(known) == stripped(unknown))
      }
      let shown = try await site.get(Self.path)
      #expect(stripped(shown) == stripped(try await site.get("/u/\(TestSite.strangerToken)")))
      #expect(
        try await site.get("/metrics").body.contains("reprise_unsubscribes_total{outcome=\"unknown\"} 2\n"))
    }
  }
}
