import Platform
import Support
import Synchronization
import Testing

/// Connections take turns on the server's one thread.
@Suite struct TurnTests {
  private struct State {
    /// Requests of the busy connection that were handled.
    var handled = 0
    /// How many these were when the other connection asked, and when it was heard.
    var asked = 0
    var heard = 0
  }

  @Test func `a connection that always has more to say has no more turns than others`() async throws {
    let clients = Mutex<(busy: LoopbackSocket, other: LoopbackSocket)?>(nil)
    let state = Mutex(State())
    let more = Array(repeating: "GET /busy HTTP/1.1\r\nHost: a\r\n\r\n", count: 50).joined()
    // Runs on the server's thread: what it writes arrives during the turn, so that each wait finds news of both.
    let server = try HTTPServer(
      configuration: .init(),
      immediate: { request in
        guard request.path == "/busy" else {
          state.withLock { if $0.asked > 0 { $0.heard = $0.handled } }
          return HTTPResponse(status: 200, text: "heard")
        }
        let handled = state.withLock { state in
          state.handled += 1
          if state.handled == 20_000 { state.asked = state.handled }
          return state.handled
        }
        clients.withLock { clients in
          if handled % 50 == 0, handled < 30_000 { clients?.busy.write(more) }
          if handled == 20_000 {
            clients?.other.write("GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          }
        }
        return HTTPResponse(status: 200, headers: ["Connection": handled == 30_000 ? "close" : "keep-alive"])
      }
    ) { _ in HTTPResponse(status: 500) }
    let port = server.port
    try await WorkerThread.run("client") {
      let (busy, other) = (try LoopbackSocket(connectingTo: port), try LoopbackSocket(connectingTo: port))
      other.write("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(other.readText() == "HTTP/1.1 200 OK")
      clients.withLock { $0 = (busy, other) }
      for _ in 0..<20 { busy.write(more) }
      while busy.readLine() != nil {}
      #expect(String(decoding: other.readToEnd(), as: UTF8.self).hasSuffix("heard\n"))
    }
    let (asked, heard) = state.withLock { ($0.asked, $0.heard) }
    #expect(asked == 20_000)
    #expect(heard - asked < 100)
    await server.stop(within: .seconds(5))
  }
}
