import Domain
import Platform
import Support
import Testing
import Web

struct OperationsTests {
  @Test func `health is about the process and readiness about its work`() async throws {
    try await TestSite.run { site in
      #expect(try await site.get("/healthz").body == "ok\n")
      #expect(try await site.get("/readyz").body == "ready\n")
      site.change { $0.problems = ["the store cannot be written: disk full", "no configuration is loaded"] }
      let answer = try await site.get("/readyz")
      #expect(answer.status == 503)
      #expect(answer.body == "the store cannot be written: disk full\nno configuration is loaded\n")
      #expect(try await site.get("/healthz").status == 200)
      #expect(try await site.get("/").body.hasPrefix("Reprise dev is running.\n"))
    }
  }

  @Test(arguments: [
    ("localhost", 200), ("LOCALHOST:8750", 200), ("127.0.0.1:8750", 200), ("10.0.0.7", 200),
    ("[::1]:8750", 200),
    ("hello.tea.example", 404), ("hello.tea.example.", 404), ("HELLO.tea.example:443", 404),
    ("reprise.internal:8750", 200), ("evil.example", 421),
    ("[::1]evil.example", 421), ("[::1", 421), ("[::1].", 421), ("localhost:80.evil.example", 421),
    ("127.0.0.1:evil", 421), ("localhost.evil.example", 421), ("hello.tea.example.evil.example", 421),
  ])
  func `pages of the operator answer only to known names`(_ host: String, _ status: Int) async throws {
    try await TestSite.run(hosts: ["reprise.internal"]) { site in
      for path in ["/", "/readyz", "/metrics", "/healthz"] {
        for target in [path, "http://\(host)\(path)"] {
          let answer = try await site.send(
            "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
          #expect(answer.status == status, "\(target)")
        }
      }
      // Customers come under any name: a proxy may put its own there.
      let page = try await site.send(
        "GET \(Self.unsubscribe) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
      #expect(page.status == 200)
    }
  }

  @Test func `pages of the operator are not for those who name no host`() async throws {
    try await TestSite.run { site in
      for path in ["/", "/readyz", "/metrics", "/healthz"] {
        let answer = try await site.send("GET \(path) HTTP/1.0\r\n\r\n")
        #expect(answer.status == 421, "\(path)")
      }
      let page = try await site.send("GET \(Self.unsubscribe) HTTP/1.0\r\n\r\n")
      #expect(page.status == 200)
    }
  }

  @Test(arguments: [
    ("http://203.0.113.5", "203.0.113.5", 404), ("http://203.0.113.5", "127.0.0.1", 200),
    ("http://127.0.0.1:8750", "127.0.0.1:8750", 200), ("http://localhost:8750/shop", "localhost", 200),
    ("http://[::1]:8750", "[::1]", 200), ("https://[2001:db8::5]", "[2001:db8::5]", 404),
  ])
  func `an address in digits may be the public name`(
    _ url: String, _ host: String, _ status: Int
  ) async throws {
    try await TestSite.run(configure: { $0.publicURL = url }) { site in
      let answer = try await site.send("GET /metrics HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
      #expect(answer.status == status)
    }
  }

  @Test(arguments: [
    "X-Forwarded-For: 203.0.113.5", "x-forwarded-proto: https", "X-Forwarded-Host: hello.tea.example",
    "Forwarded: for=203.0.113.5", "Via: 1.1 proxy",
  ])
  func `pages of the operator are not for those whom a proxy lets in`(_ header: String) async throws {
    try await TestSite.run { site in
      for path in ["/", "/readyz", "/metrics", "/healthz"] {
        let answer = try await site.get(path, headers: "\(header)\r\n")
        #expect(answer.status == 404, "\(path)")
      }
      let page = try await site.get(Self.unsubscribe, headers: "\(header)\r\n")
      #expect(page.status == 200)
    }
  }

  @Test func `unknown paths and methods say so in JSON`() async throws {
    try await TestSite.run { site in
      let missing = try await site.get("/admin")
      #expect(missing.status == 404)
      #expect(
        missing.body
          == #"{"success":false,"code":"not_found","message":"there is nothing under this path"}"# + "\n")
      #expect(try await site.get("/receipts/email", method: "POST").status == 404)
      let wrong = try await site.get("/metrics", method: "DELETE")
      #expect(wrong.status == 405)
      #expect(wrong["Allow"] == "GET, HEAD")
      #expect(try await site.get(Self.unsubscribe, method: "PUT")["Allow"] == "GET, HEAD, POST")
      #expect(try await site.get("/v1/batch")["Allow"] == "POST")
    }
  }

  private static let unsubscribe = "/u/\(TestSite.token)"

  @Test func `metrics satisfy promtool and hold every series from the start`() async throws {
    try await TestSite.run { site in
      var attempts = MetricFamily(.counter, "reprise_attempts_total", "Attempts \\ by channel\nand class.")
      attempts.add(3, ["channel": "em\"ai\\l\n", "class": "sent"])
      var delay = MetricFamily(.histogram, "reprise_delay_seconds", "Delay.")
      delay.addHistogram(bounds: [0.1, 1], counts: [1, 2, 3], sum: 12.5, ["channel": "sms"])
      site.change { $0.metrics = [attempts, delay] }
      let answer = try await site.get("/metrics")
      #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
      let text = answer.body
      let bytes = Array(text.utf8)
      let result = try await offPool {
        try spawn(["promtool", "check", "metrics"], input: bytes)
      }
      #expect(result.status == 0, "\(result.text)\(result.errorText)")
      #expect(result.errorText == "")
      #expect(
        text.hasPrefix(
          #"""
          # HELP reprise_attempts_total Attempts \\ by channel\nand class.
          # TYPE reprise_attempts_total counter
          reprise_attempts_total{channel="em\"ai\\l\n",class="sent"} 3
          # HELP reprise_delay_seconds Delay.
          # TYPE reprise_delay_seconds histogram
          reprise_delay_seconds_bucket{channel="sms",le="0.1"} 1
          reprise_delay_seconds_bucket{channel="sms",le="1"} 3
          reprise_delay_seconds_bucket{channel="sms",le="+Inf"} 6
          reprise_delay_seconds_sum{channel="sms"} 12.5
          reprise_delay_seconds_count{channel="sms"} 6

          """#))
      for series in [
        "reprise_events_total{outcome=\"stored\"} 0\n", "reprise_events_total{outcome=\"refused\"} 0\n",
        "reprise_unsubscribes_total{outcome=\"done\"} 0\n", "reprise_ingest_seconds_count 0\n",
        "reprise_http_responses_total{route=\"/v1/batch\",status=\"200\"} 0\n",
        "reprise_build_info{version=\"dev\"} 1\n",
      ] {
        #expect(text.contains(series), "\(series)")
      }
    }
  }

  @Test func `numbers are written as Prometheus reads them`() {
    var family = MetricFamily(.gauge, "x", "X.")
    for value in [0, -1.5, 1e18, 1_763_788_800.25, .infinity, -.infinity, .nan] { family.add(value) }
    #expect(
      String(decoding: MetricsText.write([family]), as: UTF8.self)
        == "# HELP x X.\n# TYPE x gauge\nx 0\nx -1.5\nx 1e+18\nx 1763788800.25\nx +Inf\nx -Inf\nx NaN\n")
  }

  @Test func `no key and no personal data stand in metrics or the log`() async throws {
    try await TestSite.run { site in
      _ = try await site.post(
        "/v1/batch",
        #"{"batch":[{"type":"identify","userId":"ann\nadmin=true","traits":{"email":"secret@x"}},"#
          + #"{"type":"identify","userId":"ann","traits":{"email":"secret@x\r\nfake=1"}}]}"#)
      let text = try await site.get("/metrics").body + site.log.lines.joined()
      for secret in [TestSite.key, "secret@x", "admin=true", "fake=1"] { #expect(!text.contains(secret)) }
    }
  }
}
