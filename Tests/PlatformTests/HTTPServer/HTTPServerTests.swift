import Platform
import Support
import Synchronization
import Testing

@Suite struct HTTPServerTests {
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
  ]

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
    let answer = try await exchange(server, hostile.request)
    #expect(answer.hasPrefix("HTTP/1.1 \(hostile.status) "), "\(answer.prefix(200))")
    #expect(handled.count == 0)
    await server.stop(within: .seconds(5))
  }

  @Test func `a number of 23 digits as length never reaches a handler`() async throws {
    let server = try HTTPServer(configuration: .init()) { _ in HTTPResponse(status: 200) }
    let answer = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(200))")
    await server.stop(within: .seconds(5))
  }

  // MARK: - Ordinary requests

  @Test func `a request arrives whole and its answer goes back`() async throws {
    let server = try HTTPServer(configuration: .init()) { request in
      HTTPResponse(
        status: 201, headers: ["X-Path": request.path, "X-Query": request.query ?? "none"],
        body: Array(request.body.reversed()))
    }
    let engine = try TransferEngine()
    var body = [UInt8](repeating: 0, count: 500_000)
    for index in body.indices { body[index] = UInt8(truncatingIfNeeded: index &* 7) }
    let result = await engine.send(
      HTTPTransfer(
        method: "POST", url: "http://127.0.0.1:\(server.port)/a%20b%2Fc/%C3%A9?q=1%00&r", body: body,
        allowPrivateAddresses: true))
    #expect(result.status == 201)
    #expect(result.headers["x-path"] == "/a b%2Fc/é")
    #expect(result.headers["x-query"] == "q=1%00&r")
    #expect(result.headers["date"] != nil)
    #expect(result.body == body.reversed())
    await engine.stop(within: .seconds(5))
    await server.stop(within: .seconds(5))
  }

  @Test func `HEAD gets the length without the body, and the next answer follows`() async throws {
    let server = try HTTPServer(
      configuration: .init(), immediate: { _ in HTTPResponse(status: 200, text: "hello") }
    ) { _ in HTTPResponse(status: 500) }
    let answer = try await exchange(
      server, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(answer.components(of: "Content-Length: 6") == 2)
    #expect(answer.components(of: "hello") == 1)
    await server.stop(within: .seconds(5))
  }

  @Test func `the absolute form and chunks are understood`() async throws {
    let server = try HTTPServer(configuration: .init()) {
      HTTPResponse(status: 200, text: "\($0.path) \($0.body.count)")
    }
    let answer = try await exchange(
      server,
      "POST http://other/x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    #expect(answer.hasSuffix("\r\n\r\n/x 3\n"), "\(answer)")
    await server.stop(within: .seconds(5))
  }

  @Test func `a header that would split the answer is left out`() async throws {
    let server = try HTTPServer(configuration: .init()) { _ in
      HTTPResponse(status: 200, headers: ["X-Bad": "a\r\nSet-Cookie: x", "X-Good": "b"])
    }
    let answer = try await exchange(server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(answer.contains("X-Good: b"))
    #expect(!answer.contains("Set-Cookie"))
    await server.stop(within: .seconds(5))
  }

  @Test func `a refusal by the head comes before the body is asked for`() async throws {
    let server = try HTTPServer(
      configuration: .init(), admit: { _ in .respond(HTTPResponse(status: 401, text: "who are you?")) }
    ) { _ in HTTPResponse(status: 200) }
    let answer = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 401 "))
    #expect(!answer.contains("100 Continue"))
    let short = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
    #expect(short.hasPrefix("HTTP/1.1 401 "))
    await server.stop(within: .seconds(5))
  }

  @Test func `bodies in flight are bounded together`() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.maximumBodyBytesInFlight = 1000
    let server = try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    let answer = try await exchange(server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 503 "))
    #expect(answer.contains("Retry-After: 1"))
    let small = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
    #expect(small.hasPrefix("HTTP/1.1 200 "))
    await server.stop(within: .seconds(5))
  }

  // MARK: - Limits on connections and time

  @Test(arguments: ["", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"])
  func `a client that does not finish is cut off`(start: String) async throws {
    var configuration = HTTPServer.Configuration()
    configuration.headDeadline = .milliseconds(150)
    configuration.bodyDeadline = .milliseconds(150)
    let server = try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    #expect(try await exchange(server, start) == "")
    await server.stop(within: .seconds(5))
  }

  @Test func `one address gets only its share of connections`() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.maximumConnectionsPerAddress = 2
    let server = try HTTPServer(
      configuration: configuration, immediate: { _ in HTTPResponse(status: 200) }
    ) { _ in HTTPResponse(status: 500) }
    let port = server.port
    let answers = try await WorkerThread.run("client") {
      // The first two stay open while the third comes.
      let sockets = try (0..<3).map { _ in try LoopbackSocket(connectingTo: port) }
      return sockets.map { socket in
        socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        return socket.readLine().map { String(decoding: $0, as: UTF8.self) }
      }
    }
    #expect(answers == ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 429 Too Many Requests\r\n"])
    await server.stop(within: .seconds(5))
  }

  // MARK: - Stopping

  @Test func `stopping lets a running request finish`() async throws {
    let entered = Gate()
    let proceed = Gate()
    let server = try HTTPServer(configuration: .init()) { _ in
      entered.open()
      await proceed.wait()
      return HTTPResponse(status: 200, text: "done")
    }
    async let answer = exchange(server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    await entered.wait()
    async let stopped: Void = server.stop(within: .seconds(10))
    proceed.open()
    #expect(try await answer.hasSuffix("done\n"))
    await stopped
    #expect(throws: SystemError.self) { try LoopbackSocket(connectingTo: server.port) }
  }

  @Test func `stopping answers 503 for a request that does not finish`() async throws {
    let entered = Gate()
    let proceed = Gate()
    let server = try HTTPServer(configuration: .init()) { _ in
      entered.open()
      await proceed.wait()
      return HTTPResponse(status: 200)
    }
    async let answer = exchange(server, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await entered.wait()
    await server.stop(within: .milliseconds(20))
    #expect(try await answer.hasPrefix("HTTP/1.1 503 "))
    await server.stop(within: .milliseconds(20))
    proceed.open()
  }

  @Test func `an address in use is named`() async throws {
    let server = try HTTPServer(configuration: .init()) { _ in HTTPResponse(status: 200) }
    let port = server.port
    #expect(
      throws: HTTPServerError.cannotListen(address: "127.0.0.1", port: port, reason: "Address already in use")
    ) {
      _ = try HTTPServer(configuration: .init(port: port)) { _ in HTTPResponse(status: 200) }
    }
    #expect(
      "\(HTTPServerError.cannotListen(address: "::1", port: 80, reason: "Permission denied"))"
        == "http: cannot listen on [::1]:80: Permission denied")
    #expect(throws: HTTPServerError.badAddress("localhost")) {
      _ = try HTTPServer(configuration: .init(address: "localhost")) { _ in HTTPResponse(status: 200) }
    }
    await server.stop(within: .seconds(5))
  }

  /// Sends `request` and reads until the server ends the connection, on a thread of its own.
  private func exchange(_ server: HTTPServer, _ request: String) async throws -> String {
    let port = server.port
    return try await WorkerThread.run("client") {
      let socket = try LoopbackSocket(connectingTo: port)
      socket.write(request)
      return String(decoding: socket.readToEnd(), as: UTF8.self)
    }
  }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .sequentiallyConsistent) }
  func add() { value.add(1, ordering: .sequentiallyConsistent) }
}

/// Opens once; whoever waits goes on.
private final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

  func open() {
    let waiters = state.withLock { state in
      defer { state = (true, []) }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    var count = 0
    let whole = Array(utf8)
    let wanted = Array(part.utf8)
    for start in whole.indices where whole[start...].starts(with: wanted) { count += 1 }
    return count
  }
}
