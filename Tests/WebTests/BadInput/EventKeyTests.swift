import Domain
import Platform
import Support
import Testing

@testable import Web

/// Who may send events: bad, missing and misplaced keys.
struct EventKeyTests {
  private typealias Request = EventRequest

  static let refused: [BadRequest] = [
    BadRequest("no credentials", Request.post(authorization: ""), 401),
    BadRequest("an empty header", Request.post(authorization: "Authorization: \r\n"), 401),
    BadRequest("Basic without a pair", Request.post(authorization: "Authorization: Basic\r\n"), 401),
    BadRequest("Basic with an empty pair", Request.post(authorization: "Authorization: Basic  \r\n"), 401),
    BadRequest(
      "Bearer with the right key",
      Request.post(authorization: "Authorization: Bearer \(TestSite.key)\r\n"), 401),
    BadRequest("the wrong key", Request.post(authorization: Request.basic("wrong:")), 401),
    BadRequest("an empty key", Request.post(authorization: Request.basic(":")), 401),
    BadRequest(
      "the right key as the password", Request.post(authorization: Request.basic(":\(TestSite.key)")), 401),
    BadRequest(
      "the right key without a colon", Request.post(authorization: Request.basic(TestSite.key)), 401),
    BadRequest(
      "the right key in capitals",
      Request.post(authorization: Request.basic(TestSite.key.uppercased() + ":")), 401),
    BadRequest(
      "the right key with a byte more", Request.post(authorization: Request.basic(TestSite.key + "\0:")), 401),
    BadRequest("no base64", Request.post(authorization: "Authorization: Basic !!!!\r\n"), 401),
    BadRequest(
      "ten kilobytes of key",
      Request.post(authorization: Request.basic(String(repeating: "k", count: 10_240) + ":")), 401),
    BadRequest(
      "the key of another shop", Request.post(authorization: Request.basic("key of another shop:")), 401),
    BadRequest(
      "two headers, one of them right",
      Request.post(authorization: TestSite.authorization + Request.basic("wrong:")), 401),
    BadRequest(
      "the right key in the query",
      Request.post("/v1/track?writeKey=key%20of%20the%20shop&key=key%20of%20the%20shop", authorization: ""),
      401),
    BadRequest(
      "the right key in the body",
      Request.post(authorization: "", body: "{\"writeKey\":\"\(TestSite.key)\",\"userId\":\"ann\"}"), 401),
    BadRequest(
      "the right key in a cookie",
      Request.post(authorization: "Cookie: Authorization=\(TestSite.key)\r\n"), 401),
  ]

  @Test(arguments: refused)
  func `whoever has no key is answered 401 and nothing is taken`(_ request: BadRequest) async throws {
    try await TestSite.run { site in
      let answer = try await site.answer(to: request)
      #expect(answer.status == request.status)
      #expect(
        answer.body
          == #"{"success":false,"code":"unauthorized","message":"send a write key as the user name of HTTP Basic authentication"}"#
          + "\n")
      #expect(answer["WWW-Authenticate"] == "Basic realm=\"reprise\", charset=\"UTF-8\"")
      #expect(site.state.events == [])
    }
  }

  @Test func `a key opens its own shop and no other`() async throws {
    try await TestSite.run { mine in
      try await TestSite.run(configure: { $0.writeKeys = ["key of another shop"] }) { other in
        let request = Array(EventRequest.post(headers: "Connection: close\r\n").utf8)
        let (admitted, refused) = (try await mine.send(request), try await other.send(request))
        #expect(admitted.status == 200 && refused.status == 401)
        #expect(mine.state.events.count == 1)
        #expect(other.state.events.count == 0)
      }
    }
  }

  @Test func `without any key configured nobody gets in, not even with an empty one`() async throws {
    try await TestSite.run(configure: { $0.writeKeys = ["", ""] }) { site in
      for key in ["", TestSite.key] {
        let answer = try await site.answer(
          to: BadRequest("", EventRequest.post(authorization: EventRequest.basic(key + ":")), 401))
        #expect(answer.status == 401)
      }
    }
  }

  /// What is compared are two digests of 32 bytes: where they differ tells nothing about the key. A clock is not
  /// tested here, since no test can tell nanoseconds from noise.
  @Test func `keys are kept and compared as SHA-256 alone`() {
    let key = "a-write-key-that-stands-nowhere"
    let keys = WriteKeys([key, "", "another"])
    var seen = ""
    dump(keys, to: &seen)
    #expect(!seen.contains(key) && !seen.contains("another"))
    let kept = Mirror(reflecting: keys).children.flatMap { Mirror(reflecting: $0.value).children }
    #expect(kept.map { "\($0.value)" } == ["\(SHA256.hash(key))", "\(SHA256.hash("another"))"])
    #expect(kept.allSatisfy { "\($0.value)".utf8.count == 64 })
  }

  @Test func `a wrong key is refused before the body is asked for`() async throws {
    try await TestSite.run { site in
      let request = EventRequest.post(
        "/v1/batch", authorization: EventRequest.basic("wrong:"), headers: "Expect: 100-continue\r\n",
        length: "Content-Length: 1000000\r\n", body: "")
      let (answer, ending) = try await site.converse(Array(request.utf8))
      #expect(answer.status == 401)
      #expect(ending == .closed)
      #expect(!answer.head.contains("100 Continue") && !answer.body.contains("100 Continue"))

      // The right key is told to go on.
      let port = site.server.port
      let good = EventRequest.post(headers: "Connection: close\r\nExpect: 100-continue\r\n")
      let told = try await offPool {
        let connection = try RawConnection(port: port)
        connection.send(String(good.dropLast(EventRequest.body.utf8.count)))
        while !connection.isReadable { pause(.milliseconds(1)) }
        connection.send(EventRequest.body)
        return String(decoding: connection.readToEnd().bytes, as: UTF8.self)
      }
      #expect(told.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(told)")
    }
  }
}
