import Platform
import Support
import Testing
import Web

/// Bodies that are too long, of unclear length, packed to burst, or no JSON.
struct EventBodyTests {
  private typealias Request = EventRequest

  /// The maximum of a test; the program's own is four megabytes.
  private static let maximum = 64 * 1024

  static let unclear: [BadRequest] = [
    BadRequest("50 MB announced", Request.post(length: "Content-Length: 52428800\r\n"), 413),
    BadRequest("one byte too many announced", Request.post(length: "Content-Length: 65537\r\n"), 413),
    BadRequest("no length and no chunks", Request.post(length: ""), 400, "no_length"),
    BadRequest("a negative length", Request.post(length: "Content-Length: -4\r\n"), 400),
    BadRequest("a signed length", Request.post(length: "Content-Length: +4\r\n"), 400),
    BadRequest("a length in hexadecimal", Request.post(length: "Content-Length: 0x10\r\n"), 400),
    BadRequest("an empty length", Request.post(length: "Content-Length: \r\n"), 400),
    BadRequest("two lengths", Request.post(length: Request.length() + "Content-Length: 4\r\n"), 400),
    BadRequest("the same length twice", Request.post(length: Request.length() + Request.length()), 400),
    BadRequest("a list of lengths", Request.post(length: "Content-Length: 3, 3\r\n"), 400),
    BadRequest(
      "chunks and a length",
      Request.post(length: "Transfer-Encoding: chunked\r\n" + Request.length(), body: "0\r\n\r\n"), 400),
    BadRequest(
      "chunks twice",
      Request.post(
        length: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n"),
      501),
    BadRequest(
      "a length of 24 digits", Request.post(length: "Content-Length: 100000000000000000000000\r\n"), 413),
    BadRequest("gzip as a transfer coding", Request.post(length: "Transfer-Encoding: gzip\r\n"), 501),
    BadRequest(
      "gzip and chunks as transfer codings", Request.post(length: "Transfer-Encoding: gzip, chunked\r\n"),
      501),
    BadRequest(
      "chunks in HTTP/1.0",
      "POST /v1/track HTTP/1.0\r\nHost: localhost\r\n\(TestSite.authorization)"
        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    BadRequest(
      "a chunk of a size that is no number",
      Request.post(length: "Transfer-Encoding: chunked\r\n", body: "zz\r\n{}\r\n0\r\n\r\n"), 400),
    BadRequest(
      "a chunk of a negative size",
      Request.post(length: "Transfer-Encoding: chunked\r\n", body: "-2\r\n{}\r\n0\r\n\r\n"), 400),
    BadRequest(
      "a chunk of a size beyond 64 bits",
      Request.post(length: "Transfer-Encoding: chunked\r\n", body: "fffffffffffffffff\r\n{}"), 413),
  ]

  @Test(arguments: unclear)
  func `a body of unclear or too great a length is refused and the connection closed`(
    _ request: BadRequest
  ) async throws {
    try await TestSite.run(configure: { $0.maximumBody = Self.maximum }) { site in
      // Nothing asks for the connection to be closed.
      let (answer, ending) = try await site.converse(request.bytes)
      #expect(answer.status == request.status, "\(answer.head)")
      #expect(ending == .closed)
      // What followed was not taken for a request.
      #expect(!answer.body.contains("HTTP/1.1 "), "\(answer.body)")
      if let code = request.code { #expect(answer.json?["code"] == .string(code)) }
      #expect(site.state.events == [])
    }
  }

  @Test func `chunks without end are answered 413 at the limit and cut off`() async throws {
    try await TestSite.run(configure: {
      $0.maximumBody = Self.maximum
      $0.listener.linger = .milliseconds(200)
    }) { site in
      let port = site.server.port
      async let endless = offPool {
        let connection = try RawConnection(port: port)
        connection.send(
          EventRequest.post(length: "Transfer-Encoding: chunked\r\n", body: ""))
        let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 0x20, count: 0x4000) + Array("\r\n".utf8)
        var sent = 0
        // A gigabyte is without end when four chunks are the limit.
        while sent < 1 << 30, connection.send(chunk) { sent += chunk.count }
        return (sent, RawAnswer(connection.readToEnd().bytes))
      }
      // Meanwhile others are served.
      for number in 0..<20 {
        let answer = try await site.post(
          "/v1/track", #"{"userId":"bob","event":"X","messageId":"other-\#(number)"}"#)
        #expect(answer.status == 200)
      }
      let (sent, answer) = try await endless
      #expect(answer.status == 413, "\(answer.head)")
      #expect(answer.body == "the body is longer than 65536 bytes\n")
      #expect(answer["Connection"]?.lowercased() == "close")
      #expect(sent < 1 << 30, "the server went on reading")
      #expect(site.state.events.count == 20)
    }
  }

  @Test func `a body that never ends is cut off at the total deadline, however lively it is`() async throws {
    try await TestSite.run(configure: { $0.listener.bodyDeadline = .milliseconds(400) }) { site in
      let port = site.server.port
      let (took, ending) = try await offPool {
        let connection = try RawConnection(port: port)
        let began = SystemTime.monotonic()
        connection.send(EventRequest.post(length: "Transfer-Encoding: chunked\r\n", body: ""))
        // A byte every few milliseconds: no idle time would ever be noticed.
        while SystemTime.monotonic() - began < .seconds(8), connection.send("1\r\n \r\n"), !connection.isEnded
        {
          pause(.milliseconds(5))
        }
        return (SystemTime.monotonic() - began, connection.readToEnd().ending)
      }
      #expect(took >= .milliseconds(390) && took < .seconds(4), "\(took)")
      #expect(ending == .closed)
    }
  }

  /// With what the answer says.
  static let noJSON: [(name: String, body: String, message: String)] = [
    ("nothing", "", "invalid JSON at line 1, column 1 (byte 0): there is no value; send one, such as {}"),
    (
      "100,000 arrays in each other", String(repeating: "[", count: 100_000),
      "invalid JSON at line 1, column 65 (byte 64): arrays and objects nest deeper than 64; flatten the value"
    ),
    (
      "100,000 objects in each other", String(repeating: #"{"a":"#, count: 100_000),
      "invalid JSON at line 1, column 321 (byte 320): arrays and objects nest deeper than 64; flatten the value"
    ),
    (
      "a million keys", "{" + (0..<1_000_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}",
      "invalid JSON at line 1, column 2638890 (byte 2638889): there are more than 250000 values; send them in smaller parts"
    ),
    (
      "a key twice", #"{"a":1,"a":2}"#,
      #"invalid JSON at line 1, column 8 (byte 7): the key "a" stands twice in one object; remove one of them"#
    ),
    (
      "a key twice, once with escapes", #"{"a":1,"\u0061":2}"#,
      #"invalid JSON at line 1, column 8 (byte 7): the key "a" stands twice in one object; remove one of them"#
    ),
    (
      "a number beyond all doubles", #"{"a":1e400}"#,
      "invalid JSON at line 1, column 6 (byte 5): the number is too large for a double; send it as a string"
    ),
    (
      "half of a surrogate pair", #"{"a":"\ud800"}"#,
      "invalid JSON at line 1, column 7 (byte 6): half of a surrogate pair stands alone; write the character itself in UTF-8"
    ),
    (
      "NaN", #"{"a":NaN}"#,
      "invalid JSON at line 1, column 6 (byte 5): found 'N' where a value should stand"
    ),
    (
      "something behind the value", "{} {}",
      "invalid JSON at line 1, column 4 (byte 3): something follows the value; remove it, or send one value at a time"
    ),
    (
      "NUL in a string, written as an escape", #"{"a":"\u0000"}"#,
      "invalid JSON at line 1, column 7 (byte 6): a string holds the character NUL, which cannot be stored; remove it"
    ),
    (
      "NUL in a string, as it is", "{\"a\":\"\0\"}",
      "invalid JSON at line 1, column 7 (byte 6): a string holds the character NUL, which cannot be stored; remove it"
    ),
    ("an array", "[]", "the body is a JSON array; send an object"),
    ("null", "null", "the body is a JSON null; send an object"),
  ]

  @Test func `a body that is no JSON object is answered 400 with the place`() async throws {
    try await TestSite.run(configure: { $0.maximumBody = 16 << 20 }) { site in
      for (name, body, message) in Self.noJSON {
        let answer = try await site.post("/v1/track", body)
        #expect(answer.status == 400, "\(name)")
        #expect(answer.json?["message"] == .string(message), "\(name)")
      }
      #expect(site.state.events == [])
    }
  }

  @Test(arguments: [
    [0xFF, 0xFE, 0x7B, 0x00], [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x7D], [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],
  ])
  func `bytes that are not plain UTF-8 are answered 400`(_ body: [UInt8]) async throws {
    try await TestSite.run { site in
      let head = EventRequest.post(
        headers: "Connection: close\r\n", length: "Content-Length: \(body.count)\r\n", body: "")
      let answer = try await site.send(Array(head.utf8) + body)
      #expect(answer.status == 400)
      #expect(answer.json?["code"] == "invalid_json")
    }
  }

  @Test func `packed bodies are unpacked within the limit`() async throws {
    func packed(_ text: [UInt8]) async throws -> [UInt8] {
      try await offPool { try spawn(["gzip", "-9", "-c"], input: text).output }
    }
    func request(_ body: [UInt8], coding: String = "gzip") -> [UInt8] {
      Array(
        EventRequest.post(
          headers: "Content-Encoding: \(coding)\r\nConnection: close\r\n",
          length: "Content-Length: \(body.count)\r\n", body: ""
        ).utf8) + body
    }
    try await TestSite.run { site in
      let good = try await packed(Array(EventRequest.body.utf8))
      #expect(try await site.send(request(good)).status == 200)
      #expect(site.state.events.count == 1)
      // 200 MB in 200 KB, and once more packed.
      let bomb = try await packed([UInt8](repeating: 0x20, count: 200 << 20))
      let answer = try await site.send(request(bomb))
      #expect(answer.status == 413)
      #expect(
        answer.json?["message"]
          == "the data is larger than 4194304 bytes when unpacked; send it in smaller parts")
      let twice = try await packed(bomb)
      let nested = try await site.send(request(twice))
      #expect(nested.status == 400)
      #expect(nested.json?["code"] == "invalid_json")
      for coding in ["br", "deflate", "gzip, gzip", "gzip\r\nContent-Encoding: gzip"] {
        let refused = try await site.send(request(good, coding: coding))
        #expect(refused.status == 415, "\(coding)")
        #expect(refused["Accept-Encoding"] == "gzip")
      }
      for broken in [Array(good.dropLast(9)), Array(EventRequest.body.utf8), []] {
        let refused = try await site.send(request(broken))
        #expect(refused.status == 400)
        #expect(refused.json?["code"] == "invalid_gzip")
      }
      #expect(site.state.events.count == 1)
    }
  }
}
