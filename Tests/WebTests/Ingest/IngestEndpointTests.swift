import Domain
import Platform
import Support
import Testing
import Web

struct IngestEndpointTests {
  private static let order =
    #"{"userId":"ann","event":"Order Completed","messageId":"m1","properties":{"order_id":"o1","total":19.99}}"#

  @Test func `an event is answered with success after it was taken`() async throws {
    try await TestSite.run { site in
      let answer = try await site.post("/v1/track", Self.order)
      #expect(answer.status == 200)
      #expect(answer.body == "{\"success\":true}\n")
      #expect(answer["Content-Type"] == "application/json")
      #expect(answer["Cache-Control"] == "no-store")
      #expect(answer["X-Content-Type-Options"] == "nosniff")
      #expect(site.state.events.map(\.event.messageID) == ["m1"])
      #expect(try await site.post("/v1/track", Self.order).status == 200)
      #expect(site.state.events.count == 1)
    }
  }

  @Test(arguments: SegmentCall.allCases)
  func `every call has its path`(_ call: SegmentCall) async throws {
    try await TestSite.run { site in
      let answer = try await site.post(
        "/v1/\(call.rawValue)", #"{"userId":"ann","event":"X","messageId":"m"}"#)
      #expect(answer.body == "{\"success\":true}\n")
      #expect(site.state.events.count == (call == .alias ? 0 : 1))
    }
  }

  @Test func `good events of a batch are stored and bad ones named`() async throws {
    try await TestSite.run { site in
      let answer = try await site.post(
        "/v1/batch",
        #"{"batch":[{"type":"track","userId":"ann","event":"A","messageId":"1"},{"type":"track","event":"B"}]}"#
      )
      #expect(answer.status == 422)
      #expect(
        answer.body
          == #"{"success":false,"code":"invalid_event","message":"batch[1].userId: missing; give the customer's id","#
          + #""stored":1,"duplicates":0,"refused":1,"problems":[{"field":"userId","#
          + #""reason":"missing; give the customer's id","index":1,"event_stored":false}]}"# + "\n")
      #expect(site.state.events.map(\.event.messageID) == ["1"])
      #expect(site.log.names == ["events_refused"])
    }
  }

  @Test func `a store that fails is answered 503 and the event is not lost by repeating`() async throws {
    try await TestSite.run { site in
      site.change { $0.failures = 1 }
      let answer = try await site.post("/v1/track", Self.order)
      #expect(answer.status == 503)
      #expect(answer["Retry-After"] == "1")
      #expect(
        answer.body
          == #"{"success":false,"code":"unavailable","message":"the events could not be stored; send them again"}"#
          + "\n")
      #expect(try await site.post("/v1/track", Self.order).status == 200)
      #expect(site.state.events.count == 1)
    }
  }

  // MARK: - Hostile requests

  private static func request(
    _ head: String, authorization: String = TestSite.authorization, type: String = "application/json",
    host: String = "Host: localhost\r\n", body: String = order
  ) -> String {
    "POST /v1/track HTTP/1.1\r\n\(host)\(authorization)Content-Type: \(type)\r\n\(head)\r\n\(body)"
  }

  private static func length(_ text: String = order) -> String { "Content-Length: \(text.utf8.count)\r\n" }

  private static func basic(_ pair: String) -> String {
    "Authorization: Basic \(Base64.text(Array(pair.utf8)))\r\n"
  }

  /// Numbers are those of the project's list of bad inputs.
  static let hostile: [(name: String, request: String, status: Int)] = [
    ("27 no key", request(length(), authorization: ""), 401),
    ("27 empty", request(length(), authorization: "Authorization: \r\n"), 401),
    ("27 Basic without a pair", request(length(), authorization: "Authorization: Basic\r\n"), 401),
    ("27 Bearer", request(length(), authorization: "Authorization: Bearer \(TestSite.key)\r\n"), 401),
    ("27 wrong key", request(length(), authorization: basic("wrong:")), 401),
    ("27 empty key", request(length(), authorization: basic(":")), 401),
    ("27 key as password", request(length(), authorization: basic(":\(TestSite.key)")), 401),
    ("27 key without colon", request(length(), authorization: basic(TestSite.key)), 401),
    ("27 no base64", request(length(), authorization: "Authorization: Basic !!!!\r\n"), 401),
    ("27 two keys", request(length(), authorization: TestSite.authorization + basic("wrong:")), 401),
    (
      "27 key in the query",
      "POST /v1/track?writeKey=key HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "\(length())\r\n\(order)", 401
    ),
    (
      "27 key in the body",
      request(length("{\"writeKey\":\"k\"}"), authorization: "", body: "{\"writeKey\":\"k\"}"),
      401
    ),
    ("28 too long", request("Content-Length: 52428800\r\n"), 413),
    ("28 negative length", request("Content-Length: -4\r\n"), 400),
    ("28 two lengths", request(length() + "Content-Length: 4\r\n"), 400),
    ("28 length and chunks", request(length() + "Transfer-Encoding: chunked\r\n"), 400),
    ("28 absurd length", request("Content-Length: 99999999999999999999999\r\n"), 413),
    (
      "33 mass assignment is data",
      request(
        length(#"{"userId":"ann","event":"X","workspace":2,"unsubscribed":false}"#),
        body: #"{"userId":"ann","event":"X","workspace":2,"unsubscribed":false}"#), 200
    ),
    ("34 PATCH", "PATCH /v1/track HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
    ("34 GET", "GET /v1/track HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
    ("34 double slash", "GET //v1/track HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    (
      "34 encoded slash", "GET /v1/..%2fmetrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404
    ),
    ("34 dot segments", "GET /v1/../metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
    ("34 no host", "GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
    ("34 rebound host", "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421),
    (
      "34 long header",
      request(length() + "X-Long: \(String(repeating: "x", count: 65536))\r\n"), 431
    ),
    ("36 plain text", request(length(), type: "text/plain"), 415),
    ("36 form", request(length(), type: "application/x-www-form-urlencoded"), 415),
    ("36 other charset", request(length(), type: "application/json; charset=gbk"), 415),
    ("36 other origin", request(length() + "Origin: https://evil.example\r\n"), 403),
    ("36 no origin", request(length() + "Origin: null\r\n"), 403),
    ("36 own origin", request(length() + "Origin: http://localhost\r\n"), 200),
    ("36 charset", request(length(), type: "application/json; charset=UTF-8"), 200),
    ("37 gzip as transfer coding", request("Transfer-Encoding: gzip\r\n"), 501),
    ("37 unknown coding", request(length() + "Content-Encoding: br\r\n"), 415),
    ("37 two codings", request(length() + "Content-Encoding: gzip, gzip\r\n"), 415),
    ("37 no gzip", request(length() + "Content-Encoding: gzip\r\n"), 400),
  ]

  @Test func `hostile requests have their documented answers`() async throws {
    try await TestSite.run { site in
      for (name, request, status) in Self.hostile {
        var text = request
        if !text.contains("Connection: close") {
          text = text.replacing("HTTP/1.1\r\n", with: "HTTP/1.1\r\nConnection: close\r\n")
        }
        let answer = try await site.send(text)
        #expect(answer.status == status, "\(name)")
      }
      let health = try await site.get("/healthz")
      #expect(health.status == 200)
    }
  }

  @Test(arguments: [
    ("", "invalid JSON at line 1, column 1 (byte 0): there is no value; send one, such as {}"),
    (
      String(repeating: "[", count: 100_000),
      "invalid JSON at line 1, column 65 (byte 64): arrays and objects nest deeper than 64; flatten the value"
    ),
    (
      #"{"a":1,"a":2}"#,
      #"invalid JSON at line 1, column 8 (byte 7): the key "a" stands twice in one object; remove one of them"#
    ),
    (
      #"{"a":1e400}"#,
      "invalid JSON at line 1, column 6 (byte 5): the number is too large for a double; send it as a string"
    ),
    (
      #"{"a":"\ud800"}"#,
      "invalid JSON at line 1, column 7 (byte 6): half of a surrogate pair stands alone; write the character itself in UTF-8"
    ),
    (
      #"{"a":"\u0000"}"#,
      "invalid JSON at line 1, column 7 (byte 6): a string holds the character NUL, which cannot be stored; remove it"
    ),
    ("NaN", "invalid JSON at line 1, column 1 (byte 0): found 'N' where a value should stand"),
    (
      "{} {}",
      "invalid JSON at line 1, column 4 (byte 3): something follows the value; remove it, or send one value at a time"
    ),
    ("[]", "the body is a JSON array; send an object"),
  ])
  func `a body that is no JSON object is answered 400`(_ body: String, _ message: String) async throws {
    try await TestSite.run { site in
      let answer = try await site.post("/v1/track", body)
      #expect(answer.status == 400)
      #expect(answer.json?["message"] == .string(message))
    }
  }

  @Test func `a wrong key is refused before the body is asked for`() async throws {
    try await TestSite.run { site in
      let answer = try await site.send(
        "POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic d3Jvbmc6\r\nExpect: 100-continue\r\n"
          + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
      #expect(answer.status == 401)
      #expect(!answer.head.contains("100 Continue"))
      #expect(answer["WWW-Authenticate"] == "Basic realm=\"reprise\", charset=\"UTF-8\"")
      #expect(answer.json?["code"] == "unauthorized")
    }
  }

  @Test func `packed bodies are unpacked within the limit`() async throws {
    func packed(_ text: [UInt8]) async throws -> [UInt8] {
      try await offPool { try spawn(["gzip", "-9", "-c"], input: text).output }
    }
    func request(_ body: [UInt8]) -> [UInt8] {
      Array(
        ("POST /v1/track HTTP/1.1\r\nHost: localhost\r\n\(TestSite.authorization)Content-Type: application/json\r\n"
          + "Content-Encoding: gzip\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n").utf8)
        + body
    }
    try await TestSite.run { site in
      let good = try await packed(Array(Self.order.utf8))
      #expect(try await site.send(request(good)).status == 200)
      #expect(site.state.events.count == 1)
      let bomb = try await packed([UInt8](repeating: 0x20, count: 200 << 20))
      let answer = try await site.send(request(bomb))
      #expect(answer.status == 413)
      #expect(
        answer.json?["message"]
          == "the data is larger than 4194304 bytes when unpacked; send it in smaller parts")
      #expect(try await site.send(request(good.dropLast(9))).status == 400)
    }
  }

  @Test func `event names and attribute keys never become metric labels`() async throws {
    try await TestSite.run { site in
      let events = (0..<2000).map { #"{"type":"track","userId":"ann","event":"Name \#($0)"}"# }
      #expect(
        try await site.post("/v1/batch", "{\"batch\":[\(events.joined(separator: ","))]}").status == 200)
      let metrics = try await site.get("/metrics").body
      #expect(metrics.contains("reprise_events_total{outcome=\"stored\"} 2000\n"))
      #expect(!metrics.contains("name_1"))
    }
  }
}
