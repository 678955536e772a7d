import Platform
import Support
import Testing

@Suite struct HTTPServerTests {
  @Test func `a number of 23 digits as length never reaches a handler`() async throws {
    let server = try HTTPServer(configuration: .init()) { _ in HTTPResponse(status: 200) }
    let answer = try await exchange(
      server, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(200))")
    await server.stop(within: .seconds(5))
  }

  // MARK: - Ordinary requests

  @Test func `an empty line before a request, tabs and blanks around values are read as what they are`()
    async throws
  {
    let server = try HTTPServer(configuration: .init()) {
      HTTPResponse(
        status: 200, text: "\($0.headers["X"] ?? "none") \(String(decoding: $0.body, as: UTF8.self))")
    }
    let answer = try await exchange(
      server,
      "\r\nPOST / HTTP/1.1\r\nhOST:a\r\nX:\t a \tb \t\r\nContent-Length:  3 \r\nConnection: TE , Close\r\n\r\nabc"
    )
    #expect(answer.hasSuffix("\r\n\r\na \tb abc\n"), "\(answer)")
    await server.stop(within: .seconds(5))
  }

  @Test func `chunks with extensions and trailers are a body`() async throws {
    let server = try HTTPServer(configuration: .init()) {
      HTTPResponse(status: 200, text: String(decoding: $0.body, as: UTF8.self))
    }
    let request =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n"
      + "3;a=\"b\";c\r\nabc\r\n000A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-More:\t2\r\n\r\n"
    let port = server.port
    let answers = try await WorkerThread.run("client") {
      // As one piece, and byte by byte.
      try [request.utf8.count, 1].map { size in
        let socket = try LoopbackSocket(connectingTo: port)
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
          socket.write(Array(rest.prefix(size)))
          rest = rest.dropFirst(size)
        }
        return String(decoding: socket.readToEnd(), as: UTF8.self)
      }
    }
    for answer in answers { #expect(answer.hasSuffix("\r\n\r\nabc0123456789\n"), "\(answer)") }
    await server.stop(within: .seconds(5))
  }

  @Test func `a body is asked for when its sender waits to be asked`() async throws {
    let server = try HTTPServer(configuration: .init()) {
      HTTPResponse(status: 200, text: "\($0.body.count)")
    }
    let port = server.port
    let answers = try await WorkerThread.run("client") {
      let socket = try LoopbackSocket(connectingTo: port)
      socket.write(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\nConnection: close\r\n\r\n"
      )
      let asked = [socket.readText(), socket.readText()]
      socket.write("abc")
      return asked + [String(decoding: socket.readToEnd().suffix(6), as: UTF8.self)]
    }
    #expect(answers == ["HTTP/1.1 100 Continue", "", "\r\n\r\n3\n"])
    await server.stop(within: .seconds(5))
  }

  @Test func `a client of HTTP/1.0 is answered and left, unless it wants to stay`() async throws {
    let server = try HTTPServer(configuration: .init()) { HTTPResponse(status: 200, text: $0.path) }
    #expect(try await exchange(server, "GET /a HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\n/a\n"))
    let kept = try await exchange(
      server, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n")
    #expect(kept.components(of: "HTTP/1.1 200 OK") == 2 && kept.components(of: "Connection: keep-alive") == 1)
    await server.stop(within: .seconds(5))
  }

  @Test func `answers to pipelined requests stand in order, however long they take`() async throws {
    let server = try HTTPServer(
      configuration: .init(), immediate: { $0.path == "/now" ? HTTPResponse(status: 200, text: "now") : nil }
    ) { request in
      for _ in 0..<20 { await Task.yield() }
      return HTTPResponse(status: 200, text: request.path)
    }
    let paths = (0..<50).map { $0 % 3 == 0 ? "now" : "p\($0)" }
    let request = paths.map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
    let answer = try await exchange(
      server, request + "GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    let bodies = answer.split(separator: "HTTP/1.1 200 OK").map {
      $0.split(separator: "\r\n\r\n").last.map { String($0.dropLast()) } ?? ""
    }
    #expect(bodies == paths.map { $0 == "now" ? "now" : "/\($0)" } + ["/end"])
    await server.stop(within: .seconds(5))
  }

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
      "POST http://A/x?y HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
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

  @Test func `a first head has its time from the connection on, not from its first byte`() async throws {
    var configuration = HTTPServer.Configuration()
    configuration.headDeadline = .milliseconds(300)
    let server = try HTTPServer(configuration: configuration) { _ in HTTPResponse(status: 200) }
    let port = server.port
    let took = try await WorkerThread.run("client") {
      let socket = try LoopbackSocket(connectingTo: port)
      let began = SystemTime.monotonic()
      pause(.milliseconds(200))
      socket.write("GET / HT")
      _ = socket.readToEnd()
      return SystemTime.monotonic() - began
    }
    #expect(took < .milliseconds(490), "\(took)")
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
}
