import Platform
import Support
import Testing

/// How much memory the bodies of strangers may take.
struct BodyRoomTests {
  /// A server that takes bodies of 4 MB and answers with their length. `X-Holder` says whose a body is.
  private func withServer(
    _ limits: HTTPServer.BodyLimits, _ body: @escaping @Sendable (UInt16) throws -> Void
  ) async throws {
    var configuration = HTTPServer.Configuration()
    configuration.bodies = limits
    let server = try HTTPServer(
      configuration: configuration,
      admit: { .accept(maximumBody: 4 << 20, holder: $0.headers["X-Holder"].flatMap { Int($0) }) }
    ) { HTTPResponse(status: 200, text: "\($0.body.count)") }
    let port = server.port
    do {
      try await WorkerThread.run("client") { try body(port) }
    } catch {
      Issue.record(error)
    }
    await server.stop(within: .seconds(5))
  }

  private static func head(_ length: Int, holder: Int = 1) -> String {
    "POST / HTTP/1.1\r\nHost: a\r\nX-Holder: \(holder)\r\nContent-Length: \(length)\r\n\r\n"
  }

  /// Sends a whole request on a connection of its own.
  private static func send(_ length: Int, holder: Int = 1, to port: UInt16) throws -> String {
    let socket = try LoopbackSocket(connectingTo: port)
    socket.write(head(length, holder: holder))
    socket.write([UInt8](repeating: 0x20, count: length))
    let status = socket.readText() ?? ""
    while let line = socket.readText(), !line.isEmpty {}
    return status + " " + (socket.readText() ?? "")
  }

  /// Waits until what was sent before it has been taken: the server has one thread.
  private static func settle(_ port: UInt16) throws { for _ in 0..<3 { _ = try send(0, to: port) } }

  @Test func `what is only announced takes no room`() async throws {
    try await withServer(.init()) { port in
      let idle = try (0..<20).map { _ in
        let socket = try LoopbackSocket(connectingTo: port)
        socket.write(Self.head(4 << 20))
        return socket
      }
      #expect(try Self.send(4 << 20, to: port) == "HTTP/1.1 200 OK 4194304")
      withExtendedLifetime(idle) {}
    }
  }

  @Test func `bodies together have a limit, and what has gone makes room again`() async throws {
    var limits = HTTPServer.BodyLimits()
    limits.total = 100_000
    try await withServer(limits) { port in
      var first: LoopbackSocket? = try LoopbackSocket(connectingTo: port)
      first?.write(Self.head(200_000))
      first?.write([UInt8](repeating: 0x20, count: 90_000))
      try Self.settle(port)
      #expect(
        try Self.send(60_000, holder: 2, to: port)
          == "HTTP/1.1 503 Service Unavailable too many bodies at once")
      // Small ones always go.
      #expect(try Self.send(16_384, to: port) == "HTTP/1.1 200 OK 16384")
      first = nil
      try Self.settle(port)
      #expect(try Self.send(60_000, holder: 2, to: port) == "HTTP/1.1 200 OK 60000")
      // Of one body, all that comes is counted.
      #expect(try Self.send(120_000, to: port) == "HTTP/1.1 503 Service Unavailable too many bodies at once")
    }
  }

  @Test func `one address and one holder leave room for others`() async throws {
    var limits = HTTPServer.BodyLimits()
    limits.perHolder = 100_000
    try await withServer(limits) { port in
      let first = try LoopbackSocket(connectingTo: port)
      first.write(Self.head(200_000))
      first.write([UInt8](repeating: 0x20, count: 90_000))
      try Self.settle(port)
      #expect(try Self.send(60_000, to: port).hasPrefix("HTTP/1.1 503 "))
      #expect(try Self.send(60_000, holder: 2, to: port) == "HTTP/1.1 200 OK 60000")
      withExtendedLifetime(first) {}
    }
    limits = .init()
    limits.perAddress = 100_000
    try await withServer(limits) { port in
      let first = try LoopbackSocket(connectingTo: port)
      first.write(Self.head(200_000))
      first.write([UInt8](repeating: 0x20, count: 90_000))
      try Self.settle(port)
      #expect(try Self.send(60_000, holder: 2, to: port).hasPrefix("HTTP/1.1 503 "))
      withExtendedLifetime(first) {}
    }
  }

  @Test func `the program's limits leave a quarter to other keys and half to other addresses`() {
    let limits = HTTPServer.BodyLimits()
    #expect(limits.total == 32 << 20 && limits.perAddress == 16 << 20 && limits.perHolder == 24 << 20)
  }
}
