import Platform
import Testing

struct HostileRequestTests {
  /// Raw bytes in, and the status and behaviour that must come out.
  struct Hostile: Sendable, CustomTestStringConvertible {
    let name: String
    let request: String
    let status: Int
    var testDescription: String { name }
  }

  static let hostile: [Hostile] = [
    Hostile(name: "no Host", request: "GET / HTTP/1.1\r\n\r\n", status: 400),
    Hostile(name: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: 400),
    Hostile(name: "Host with a path", request: "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", status: 400),
    Hostile(
      name: "two equal lengths",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", status: 400),
    Hostile(
      name: "two lengths",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", status: 400
    ),
    Hostile(
      name: "negative length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -4\r\n\r\n",
      status: 400),
    Hostile(
      name: "signed length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
      status: 400),
    Hostile(
      name: "list of lengths", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
      status: 400),
    Hostile(
      name: "length and chunks",
      request:
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      status: 400),
    Hostile(
      name: "gzip coding", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
      status: 501),
    Hostile(
      name: "gzip, chunked",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: 501),
    Hostile(
      name: "chunked twice",
      request:
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      status: 501),
    Hostile(
      name: "50 MB announced", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 52428800\r\n\r\n",
      status: 413),
    Hostile(
      name: "endless chunks",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: "400\r\n" + String(repeating: "x", count: 1024) + "\r\n", count: 4), status: 413),
    Hostile(name: "NUL in the path", request: "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "encoded NUL", request: "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "encoded line end", request: "GET /a%0d%0ab HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "broken escape", request: "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "bytes that are not UTF-8", request: "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "no slash", request: "GET x HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "TRACE", request: "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", status: 405),
    Hostile(name: "CONNECT", request: "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", status: 405),
    Hostile(name: "unknown method", request: "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", status: 405),
    Hostile(name: "space before the colon", request: "GET / HTTP/1.1\r\nHost : a\r\n\r\n", status: 400),
    Hostile(name: "HTTP/1.2", request: "GET / HTTP/1.2\r\nHost: a\r\n\r\n", status: 505),
    Hostile(
      name: "33 KB of headers",
      request: "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 33_000) + "\r\n\r\n",
      status: 431),
    Hostile(
      name: "200 KB of headers",
      request: "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 200_000), status: 431),
    Hostile(
      name: "NUL in a length",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\u{0}9\r\n\r\nabc", status: 400),
    Hostile(
      name: "NULs behind a length",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\u{0}\u{0}\u{0}\u{0}\r\n\r\nabc", status: 400),
    Hostile(name: "NUL in a value", request: "GET / HTTP/1.1\r\nHost: a\u{0}b\r\n\r\n", status: 400),
    Hostile(name: "NUL in a name", request: "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}Y: b\r\n\r\n", status: 400),
    Hostile(name: "LF alone in every line", request: "GET / HTTP/1.1\nHost: a\n\n", status: 400),
    Hostile(name: "LF alone behind the first line", request: "GET / HTTP/1.1\nHost: a\r\n\r\n", status: 400),
    Hostile(
      name: "LF alone behind a header", request: "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", status: 400),
    Hostile(name: "LF alone as the empty line", request: "GET / HTTP/1.1\r\nHost: a\r\n\n", status: 400),
    Hostile(name: "CR alone in a header", request: "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", status: 400),
    Hostile(name: "CR twice", request: "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", status: 400),
    Hostile(name: "CR alone as the empty line", request: "GET / HTTP/1.1\r\nHost: a\r\n\rX", status: 400),
    Hostile(
      name: "a control character", request: "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n", status: 400),
    Hostile(name: "a line folded", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", status: 400),
    Hostile(
      name: "a coding folded",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", status: 400),
    Hostile(name: "a line folded first", request: "GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "no colon", request: "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", status: 400),
    Hostile(name: "no name", request: "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", status: 400),
    Hostile(name: "two blanks", request: "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "a blank behind the version", request: "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "a tab for a blank", request: "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "a blank before the method", request: " GET / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "no version", request: "GET /\r\n\r\n", status: 400),
    Hostile(name: "a version in small letters", request: "GET / http/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "many empty lines", request: "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(name: "TLS", request: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", status: 400),
    Hostile(
      name: "zeros before a length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 03\r\n\r\nabc",
      status: 400),
    Hostile(
      name: "two lengths in one", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3 3\r\n\r\nabc",
      status: 400),
    Hostile(
      name: "a length in quotes", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \"3\"\r\n\r\nabc",
      status: 400),
    Hostile(
      name: "an expectation of something else",
      request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 200-ok\r\n\r\nabc", status: 417),
    Hostile(
      name: "chunked by another spelling",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", status: 501),
    Hostile(
      name: "an empty coding",
      request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \r\n\r\n0\r\n\r\n", status: 501),
    Hostile(
      name: "another host in the target", request: "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(
      name: "another port in the target", request: "GET http://a:81/ HTTP/1.1\r\nHost: a:80\r\n\r\n",
      status: 400),
    Hostile(
      name: "a user in the target", request: "GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(
      name: "another host in the target of HTTP/1.0", request: "GET http://b/ HTTP/1.0\r\n\r\n", status: 400),
    Hostile(name: "another scheme", request: "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
    Hostile(
      name: "300 headers",
      request: "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: y\r\n", count: 300) + "\r\n",
      status: 431),
    Hostile(name: "LF alone in a chunk's size", request: chunked("3\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "LF alone behind a chunk", request: chunked("3\r\nabc\n0\r\n\r\n"), status: 400),
    Hostile(name: "CR alone in a chunk's size", request: chunked("3\rabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "LF alone at the end of chunks", request: chunked("3\r\nabc\r\n0\r\n\n"), status: 400),
    Hostile(name: "LF alone in a trailer", request: chunked("0\r\nX: y\n\r\n"), status: 400),
    Hostile(name: "NUL in a trailer", request: chunked("0\r\nX: \u{0}\r\n\r\n"), status: 400),
    Hostile(name: "NUL in an extension", request: chunked("3;\u{0}\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "LF alone in an extension", request: chunked("3;a\n\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(
      name: "a chunk that is longer than it says", request: chunked("3\r\nabcd\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "a chunk's size with a blank", request: chunked("3 \r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "a chunk's size with a sign", request: chunked("+3\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "a chunk's size with 0x", request: chunked("0x3\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(name: "a chunk without a size", request: chunked("\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(
      name: "100 KB of zeros before a chunk's size",
      request: chunked(String(repeating: "0", count: 100_000) + "3\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(
      name: "100 KB of a chunk's extension",
      request: chunked("3;" + String(repeating: "x", count: 100_000) + "\r\nabc\r\n0\r\n\r\n"), status: 400),
    Hostile(
      name: "100 KB of trailers",
      request: chunked("0\r\n" + String(repeating: "X: y\r\n", count: 20_000) + "\r\n"), status: 400),
    Hostile(name: "a chunk of 2^63 bytes", request: chunked("8000000000000000\r\n"), status: 413),
    Hostile(name: "a chunk beyond 64 bits", request: chunked("10000000000000003\r\nabc\r\n"), status: 413),
  ]

  private static func chunked(_ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body
  }

  @Test(arguments: hostile)
  func `ambiguous and oversized requests are answered and the connection closed`(
    _ hostile: Hostile
  ) async throws {
    let handled = Counter()
    let server = try HTTPServer(
      configuration: .init(), admit: { _ in .accept(maximumBody: 2048) }
    ) { _ in
      handled.add()
      return HTTPResponse(status: 200)
    }
    // What stands behind it is no request any more, whatever it looks like.
    let answer = try await exchange(server, hostile.request + "\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 \(hostile.status) "), "\(answer.prefix(200))")
    #expect(answer.components(of: "\r\nContent-Length: ") == 1, "\(answer.prefix(2000))")
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(handled.count == 0)
    await server.stop(within: .seconds(5))
  }
}
