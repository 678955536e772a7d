import Platform
import Support
import Testing

@testable import Web

/// Clients that announce, or unpack to, more than they send.
struct PromisedBodyTests {
  @Test func `bodies that are only announced keep nobody out`() async throws {
    try await TestSite.run { site in
      let port = site.server.port
      let idle = try await offPool {
        try (0..<20).map { _ in
          let connection = try LoopbackSocket(connectingTo: port)
          connection.write(EventRequest.post(length: "Content-Length: \(4 << 20)\r\n", body: ""))
          return connection
        }
      }
      #expect(try await site.post("/v1/track", EventRequest.body).status == 200)
      let click = try await site.send(
        "POST /u/\(TestSite.token) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\nConnection: close\r\n\r\nList-Unsubscribe=One-Click"
      )
      #expect(click.status == 200 && click.body == "")
      withExtendedLifetime(idle) {}
    }
  }

  @Test func `no body that is really sent keeps an unsubscribe out`() async throws {
    try await TestSite.run(configure: { $0.listener.bodies.total = 0 }) { site in
      let large = EventRequest.body.dropLast() + #","x":"\#(String(repeating: "x", count: 20_000))"}"#
      let refused = try await site.post("/v1/track", String(large))
      #expect(refused.status == 503 && refused["Retry-After"] == "1")
      #expect(refused.body == "too many bodies at once\n")
      let click = try await site.send(
        "POST /u/\(TestSite.token) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\nConnection: close\r\n\r\nList-Unsubscribe=One-Click"
      )
      #expect(click.status == 200)
      #expect(site.state.unsubscribed.count == 1)
    }
  }

  @Test func `who finds no room for what a body unpacks to waits for it in turn`() async {
    let room = MemoryRoom(bytes: 100)
    let first = await room.enter(60)
    #expect(first == 60)
    // More than there is takes all there is.
    async let second = room.enter(1000)
    while !room.isAwaited { await Task.yield() }
    // A small one that would fit does not pass one that waits.
    let third = Task { await room.enter(10) }
    for _ in 0..<100 { await Task.yield() }
    room.leave(30)
    room.leave(first - 30)
    let all = await second
    #expect(all == 100)
    room.leave(90)
    #expect(await third.value == 10)
    room.leave(10)
    room.leave(10)
    #expect(await room.enter(100) == 100)
    #expect(!room.isAwaited)
  }
}
