import Platform
import Testing
import Web

/// Methods, paths, hosts and origins that no honest client sends.
struct RequestShapeTests {
  private typealias Request = EventRequest

  private static func bare(_ line: String, host: String = "Host: localhost\r\n", more: String = "") -> String
  {
    "\(line)\r\n\(host)\(more)\r\n"
  }

  static let shapes: [BadRequest] = [
    BadRequest("PATCH", bare("PATCH /v1/track HTTP/1.1"), 405, "method_not_allowed"),
    BadRequest("GET of an event path", bare("GET /v1/track HTTP/1.1"), 405, "method_not_allowed"),
    BadRequest("OPTIONS of everything", bare("OPTIONS * HTTP/1.1"), 404, "not_found"),
    BadRequest("TRACE", bare("TRACE /metrics HTTP/1.1", more: "Cookie: a=b\r\n"), 405),
    BadRequest("CONNECT", bare("CONNECT localhost:80 HTTP/1.1"), 405),
    BadRequest("a method of nobody", bare("BREW /metrics HTTP/1.1"), 405),
    BadRequest("a double slash", bare("GET //metrics HTTP/1.1"), 404, "not_found"),
    BadRequest("another site behind a double slash", bare("GET //evil.example HTTP/1.1"), 404, "not_found"),
    BadRequest("an encoded slash", bare("GET /..%2fmetrics HTTP/1.1"), 404, "not_found"),
    BadRequest("dots", bare("GET /v1/../metrics HTTP/1.1"), 404, "not_found"),
    BadRequest("encoded dots", bare("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1"), 404, "not_found"),
    BadRequest("a backslash", bare("GET /\\metrics HTTP/1.1"), 404, "not_found"),
    BadRequest("another case", bare("GET /METRICS HTTP/1.1"), 404, "not_found"),
    BadRequest("a slash at the end", bare("GET /metrics/ HTTP/1.1"), 404, "not_found"),
    BadRequest("a path doubly encoded", bare("GET /%256detrics HTTP/1.1"), 404, "not_found"),
    BadRequest("an encoded NUL", bare("GET /metrics%00.png HTTP/1.1"), 400),
    BadRequest("a NUL", bare("GET /metrics\0.png HTTP/1.1"), 400),
    BadRequest("an encoded line end", bare("GET /%0d%0aSet-Cookie:%20a=b HTTP/1.1"), 400),
    BadRequest("a broken escape", bare("GET /%zz HTTP/1.1"), 400),
    BadRequest("no slash", bare("GET metrics HTTP/1.1"), 400),
    BadRequest("no Host", bare("GET /metrics HTTP/1.1", host: ""), 400),
    BadRequest("two Hosts", bare("GET /metrics HTTP/1.1", more: "Host: evil.example\r\n"), 400),
    BadRequest("a Host with a user", bare("GET /metrics HTTP/1.1", host: "Host: a@localhost\r\n"), 400),
    BadRequest("an empty Host", bare("GET /metrics HTTP/1.1", host: "Host: \r\n"), 400),
    BadRequest(
      "the Host of a stranger", bare("GET /metrics HTTP/1.1", host: "Host: evil.example\r\n"), 421,
      "unknown_host"),
    BadRequest(
      "64 KB of one header",
      bare("GET /metrics HTTP/1.1", more: "X-Long: \(String(repeating: "x", count: 65536))\r\n"), 431),
    BadRequest(
      "64 KB of many headers",
      bare("GET /metrics HTTP/1.1", more: (0..<6000).map { "X-\($0): a\r\n" }.joined()), 431),
    BadRequest("64 KB of path", bare("GET /\(String(repeating: "x", count: 65536)) HTTP/1.1"), 414),
    BadRequest("a line folded", bare("GET /metrics HTTP/1.1", more: "X: a\r\n b\r\n"), 400),
    BadRequest("another host in the target", bare("GET http://evil.example/metrics HTTP/1.1"), 400),
    BadRequest(
      "a host of ours in the target, another beside it",
      bare("GET http://localhost/metrics HTTP/1.1", host: "Host: evil.example\r\n"), 400),
    BadRequest("a space before the colon", bare("GET /metrics HTTP/1.1", more: "X-A : b\r\n"), 400),
    BadRequest("HTTP/2 by hand", bare("GET /metrics HTTP/2.0"), 505),
  ]

  @Test(arguments: shapes)
  func `a request of another shape has its answer and gets nothing`(_ request: BadRequest) async throws {
    try await TestSite.run { site in
      let answer = try await site.answer(to: request)
      #expect(answer.status == request.status, "\(answer.head)")
      if let code = request.code { #expect(answer.json?["code"] == .string(code)) }
      if request.status != 200 { #expect(!answer.body.contains("reprise_")) }
      #expect(answer["Set-Cookie"] == nil)
      #expect(try await site.get("/healthz").status == 200)
    }
  }

  static let browsers: [BadRequest] = [
    BadRequest(
      "plain text, as a page may send it unasked", Request.post(type: "Content-Type: text/plain\r\n"), 415,
      "unsupported_media_type"),
    BadRequest(
      "a form", Request.post(type: "Content-Type: application/x-www-form-urlencoded\r\n"), 415,
      "unsupported_media_type"),
    BadRequest(
      "a form with files", Request.post(type: "Content-Type: multipart/form-data; boundary=b\r\n"), 415,
      "unsupported_media_type"),
    BadRequest("no type", Request.post(type: ""), 415, "unsupported_media_type"),
    BadRequest(
      "JSON only in part", Request.post(type: "Content-Type: text/plain; application/json\r\n"), 415,
      "unsupported_media_type"),
    BadRequest(
      "JSON in another charset", Request.post(type: "Content-Type: application/json; charset=gbk\r\n"), 415,
      "unsupported_media_type"),
    BadRequest(
      "a page of another site", Request.post(headers: "Origin: https://evil.example\r\n"), 403,
      "cross_origin"),
    BadRequest("a page without an origin", Request.post(headers: "Origin: null\r\n"), 403, "cross_origin"),
    BadRequest(
      "a page on another port", Request.post(headers: "Origin: http://localhost:81\r\n"), 403, "cross_origin"),
    BadRequest(
      "a page whose name was made to point here",
      Request.post(host: "Host: evil.example\r\n", headers: "Origin: http://evil.example\r\n"), 421,
      "unknown_host"),
    BadRequest(
      "a page of our own name", Request.post(headers: "Origin: http://localhost\r\n"), 200),
    BadRequest(
      "JSON and its charset", Request.post(type: "Content-Type: application/json; charset=UTF-8\r\n"), 200),
    BadRequest(
      "a server that reaches us by any name", Request.post(host: "Host: events.internal\r\n"), 200),
  ]

  @Test(arguments: browsers)
  func `what a browser may be made to send is refused`(_ request: BadRequest) async throws {
    try await TestSite.run { site in
      let answer = try await site.answer(to: request)
      #expect(answer.status == request.status, "\(answer.head)")
      if let code = request.code { #expect(answer.json?["code"] == .string(code)) }
      #expect(site.state.events.count == (request.status == 200 ? 1 : 0))
      #expect(answer["Access-Control-Allow-Origin"] == nil)
    }
  }
}
