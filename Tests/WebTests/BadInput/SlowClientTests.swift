import Glibc
import Platform
import Support
import Testing
import Web

func pause(_ duration: Duration) {
  let (seconds, attoseconds) = duration.components
  var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  nanosleep(&time, nil)
}

/// Clients that hold on to connections. The deadlines are a tenth and less of the program's, so that nobody waits for
/// half a minute; that the program's own are what they should be is a test of its own.
struct SlowClientTests {
  @Test func `the deadlines of the program are five seconds for a head and thirty for a body`() {
    let listener = HTTPServer.Configuration()
    #expect(listener.headDeadline == .seconds(5))
    #expect(listener.bodyDeadline == .seconds(30))
    #expect(listener.maximumConnectionsPerAddress == 32)
    #expect(listener.maximumHeaderBytes == 32 * 1024)
  }

  /// Drips the text a byte at a time and tells how long the server let it.
  private func drip(_ site: TestSite, after start: String, _ text: String) async throws -> Duration {
    let port = site.server.port
    return try await offPool {
      let connection = try RawConnection(port: port)
      let began = SystemTime.monotonic()
      connection.send(start)
      for byte in text.utf8 where SystemTime.monotonic() - began < .seconds(8) {
        guard connection.send([byte]), !connection.isEnded else { break }
        pause(.milliseconds(40))
      }
      return SystemTime.monotonic() - began
    }
  }

  @Test func `headers that drip in are cut off at the total deadline`() async throws {
    try await TestSite.run(configure: { $0.listener.headDeadline = .milliseconds(500) }) { site in
      let took = try await drip(site, after: "", EventRequest.post())
      #expect(took >= .milliseconds(480) && took < .seconds(4), "\(took)")
      #expect(site.state.events == [])
    }
  }

  @Test func `a body that drips in is cut off at the total deadline`() async throws {
    try await TestSite.run(configure: { $0.listener.bodyDeadline = .milliseconds(500) }) { site in
      let took = try await drip(
        site, after: EventRequest.post(length: "Content-Length: 1000\r\n", body: ""),
        String(repeating: " ", count: 1000))
      #expect(took >= .milliseconds(480) && took < .seconds(4), "\(took)")
      #expect(site.state.events == [])
    }
  }

  @Test func `an answer that nobody reads is given up`() async throws {
    try await TestSite.run(configure: { $0.listener.responseDeadline = .milliseconds(300) }) { site in
      // More than the buffers of both ends take.
      var family = MetricFamily(.gauge, "reprise_large", "Large.")
      for number in 0..<200_000 { family.add(1, ["label": "some text that makes it long \(number)"]) }
      let large = family
      site.change { $0.metrics = [large] }
      let port = site.server.port
      let server = site.server
      let left = try await offPool {
        let connection = try RawConnection(port: port)
        connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        // The answer is long in the making; from its first byte on it has a third of a second.
        while !connection.isReadable { pause(.milliseconds(10)) }
        let began = SystemTime.monotonic()
        while server.connections > 0, SystemTime.monotonic() - began < .seconds(20) {
          pause(.milliseconds(10))
        }
        return server.connections
      }
      #expect(left == 0)
    }
  }

  @Test func `500 connections of one address leave room for others and are answered 429`() async throws {
    try await TestSite.run(configure: { $0.listener.maximumConnectionsPerAddress = 32 }) { site in
      let port = site.server.port
      let (held, refused, endings) = try await offPool {
        // They say nothing, as connections that only take up room do.
        let all = try (0..<500).map { _ in try RawConnection(port: port, patience: .seconds(2)) }
        let began = SystemTime.monotonic()
        while all.count(where: \.isEnded) < 468, SystemTime.monotonic() - began < .seconds(8) {
          // An answer that waits to be read is no end yet; reading it is.
          for connection in all where connection.isReadable { _ = connection.readToEnd() }
          pause(.milliseconds(5))
        }
        let ended = all.filter(\.isEnded)
        let answers = ended.map { RawAnswer($0.readToEnd().bytes) }
        return (
          all.count - ended.count, answers.count { $0.status == 429 && $0["Retry-After"] == "1" },
          Set(answers.map(\.body))
        )
      }
      #expect(held == 32)
      #expect(refused == 468)
      #expect(endings == ["too many connections from this address\n"])
      // All are closed by now, and the address is welcome again.
      let metrics = try await site.get("/metrics")
      #expect(metrics.status == 200)
      #expect(metrics.body.contains("reprise_http_connections_refused_total 468\n"))
    }
  }

  @Test func `a connection that is closed makes room for the next`() async throws {
    try await TestSite.run(configure: { $0.listener.maximumConnectionsPerAddress = 2 }) { site in
      for _ in 0..<20 { #expect(try await site.get("/healthz").status == 200) }
      let port = site.server.port
      let server = site.server
      let statuses = try await offPool {
        var first: RawConnection? = try RawConnection(port: port)
        first?.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        let second = try RawConnection(port: port)
        second.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n")
        let third = try RawConnection(port: port)
        let refused = RawAnswer(third.readToEnd().bytes).status
        first = nil
        let began = SystemTime.monotonic()
        while server.connections > 1, SystemTime.monotonic() - began < .seconds(8) { pause(.milliseconds(5)) }
        let fourth = try RawConnection(port: port)
        fourth.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let welcome = RawAnswer(fourth.readToEnd().bytes).status
        second.send("Connection: close\r\n\r\n")
        return [refused, welcome, RawAnswer(second.readToEnd().bytes).status]
      }
      #expect(statuses == [429, 200, 200])
    }
  }
}
