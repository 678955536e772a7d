import Platform
import Support
import Synchronization
import Testing

@Suite struct HTTPTransferTests {
  /// A peer that reads one request after another and gives each the next answer; nil ends the connection.
  private final class Peer: Sendable {
    let listener: LoopbackListener
    let requests: Log

    final class Log: Sendable {
      let heads = Mutex<[String]>([])
    }

    init(_ answers: [String?], hang: Bool = false) throws {
      let log = Log()
      requests = log
      listener = try LoopbackListener { socket in
        for answer in answers {
          var head = ""
          while let line = socket.readLine(), line.count > 2 { head += String(decoding: line, as: UTF8.self) }
          if head.isEmpty { return }
          let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
          if let length, let count = Int(length.dropFirst(15).filter { $0 != " " }) { _ = socket.read(count) }
          log.heads.withLock { $0.append(head) }
          guard let answer else { return }
          socket.write(answer)
        }
        if hang { _ = socket.readToEnd() }
      }
    }

    var url: String { "http://127.0.0.1:\(listener.port)/x" }
  }

  /// Over a kept connection if there is one, however long other tests have held this one up since.
  private func keeping(
    _ url: String, method: String = "GET", body: String = "", allowPrivateAddresses: Bool = true
  ) -> HTTPTransfer {
    var transfer = HTTPTransfer(
      method: method, url: url, body: Array(body.utf8), allowPrivateAddresses: allowPrivateAddresses)
    transfer.longestIdle = .seconds(100)
    return transfer
  }

  private func post(_ url: String, body: String = "a=b") -> HTTPTransfer {
    HTTPTransfer(method: "POST", url: url, body: Array(body.utf8), allowPrivateAddresses: true)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let answer: String?
    let code: CurlCode
    let status: Int
    var testDescription: String { answer?.debugDescription ?? "nothing" }
  }

  @Test(arguments: [
    Case(answer: nil, code: .gotNothing, status: 0),
    Case(answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", code: .ok, status: 200),
    Case(answer: "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", code: .partialFile, status: 200),
    Case(
      answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", code: .ok,
      status: 302),
    Case(answer: "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", code: .ok, status: 503),
    Case(answer: "garbage\r\n", code: .unsupportedProtocol, status: 0),
    Case(answer: "HTTP/1.1 100 Continue\r\n\r\n", code: .receiveError, status: 100),
  ])
  func `each ending is reported`(_ fault: Case) async throws {
    let peer = try Peer([fault.answer])
    let engine = try TransferEngine()
    let result = await engine.send(post(peer.url))
    #expect(result.status == fault.status)
    if fault.status != 100 { #expect(result.code == fault.code) } else { #expect(result.code != .ok) }
    #expect(result.requestWasSent)
    await engine.stop(within: .seconds(5))
  }

  @Test func `a hang ends at the total limit and counts as sent`() async throws {
    let peer = try Peer(["HTTP/1.1 "], hang: true)
    let engine = try TransferEngine()
    var transfer = post(peer.url)
    transfer.totalTimeout = .milliseconds(200)
    let result = await engine.send(transfer)
    #expect(result.code == .timedOut)
    #expect(result.requestWasSent)
    #expect(result.detail == "no whole answer from 127.0.0.1:\(peer.listener.port) within 0.20s")
    await engine.stop(within: .seconds(5))
  }

  @Test func `a server whose packets are dropped is given up soon, and named without the URL's secrets`()
    async throws
  {
    let nowhere = try FullListener()
    let engine = try TransferEngine()
    var transfer = post("http://127.0.0.1:\(nowhere.port)/send?key=s3cret")
    transfer.connectTimeout = .milliseconds(300)
    let result = await engine.send(transfer)
    #expect(result.code == .timedOut && !result.requestBegan)
    #expect(result.detail == "no connection to 127.0.0.1:\(nowhere.port) within 0.30s")
    await engine.stop(within: .seconds(5))
  }

  @Test func `a refused connection sent nothing`() async throws {
    let port = try FreePort.find()
    let engine = try TransferEngine()
    let result = await engine.send(post("http://127.0.0.1:\(port)/"))
    #expect(result.code == .couldNotConnect)
    #expect(!result.requestBegan)
    #expect(!result.requestWasSent)
    await engine.stop(within: .seconds(5))
  }

  /// libcurl alone would send the second request again, over a connection of its own.
  @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], ["a=b", ""])
  func `a request over a kept connection that ends is never repeated, whatever its method`(
    method: String, body: String
  ) async throws {
    let good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let peer = try Peer([good, nil])
    let engine = try TransferEngine()
    _ = await engine.send(keeping(peer.url))
    let result = await engine.send(keeping("\(peer.url)/second", method: method, body: body))
    let heads = peer.requests.heads.withLock { $0.filter { $0.hasPrefix("\(method) /x/second ") } }
    #expect(heads.count == 1)
    #expect(result.code == .gotNothing)
    #expect(result.detail == "the kept connection ended before any answer came")
    #expect(result.requestWasSent)
    await engine.stop(within: .seconds(5))
  }

  @Test(arguments: ["GET", "POST"])
  func `connections are kept and used again`(method: String) async throws {
    let good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let connections = Mutex(0)
    let listener = try LoopbackListener { socket in
      connections.withLock { $0 += 1 }
      while let line = socket.readLine() { if line.count <= 2 { socket.write(good) } }
    }
    let engine = try TransferEngine()
    for _ in 0..<5 {
      let result = await engine.send(keeping("http://127.0.0.1:\(listener.port)/", method: method))
      #expect(result.status == 200)
    }
    #expect(connections.withLock { $0 } == 1)
    await engine.stop(within: .seconds(5))
  }

  @Test func `a long answer is cut`() async throws {
    let peer = try Peer(["HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 300_000)])
    let engine = try TransferEngine()
    var transfer = post(peer.url)
    transfer.maximumResponseBody = 1000
    let result = await engine.send(transfer)
    #expect(result.bodyWasCut)
    #expect(result.code == .writeError)
    #expect(result.status == 200)
    #expect(result.body.count == 1000)
    await engine.stop(within: .seconds(5))
  }

  @Test func `headers go out as given and come back without case`() async throws {
    let peer = try Peer(["HTTP/1.1 200 OK\r\nX-Id:  7 \r\nContent-Length: 0\r\n\r\n"])
    let engine = try TransferEngine()
    var transfer = post(peer.url)
    transfer.headers = ["X-Key": "v", "X-Empty": ""]
    let result = await engine.send(transfer)
    #expect(result.headers["x-id"] == "7")
    let head = peer.requests.heads.withLock { $0[0] }
    #expect(head.contains("X-Key: v\r\n"))
    #expect(head.contains("X-Empty:\r\n"))
    #expect(!head.contains("Expect"))
    #expect(!head.contains("Content-Type"))
    await engine.stop(within: .seconds(5))
  }

  @Test(arguments: [
    ("X", "a\r\nHost: evil"), ("X", "a\nb"), ("X", "a\0b"), ("X\r\nY", "a"), ("", "a"), ("X Y", "a"),
    ("X:", "a"),
  ])
  func `a header that would split the request is refused`(name: String, value: String) async throws {
    let engine = try TransferEngine()
    var transfer = HTTPTransfer(url: "http://127.0.0.1:1/", allowPrivateAddresses: true)
    transfer.headers.append(name, value)
    let result = await engine.send(transfer)
    #expect(!result.requestBegan)
    #expect(result.detail == "a header holds a line end, a NUL or a bad name")
    await engine.stop(within: .seconds(5))
  }

  @Test(arguments: [
    "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0", "localhost", "[::1]",
    "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[64:ff9b::7f00:1]", "[fe80::1%25lo]", "10.0.0.1",
    "good.example@127.0.0.1",
  ])
  func `private addresses are refused however they are written`(host: String) async throws {
    let engine = try TransferEngine()
    let result = await engine.send(HTTPTransfer(url: "http://\(host):9/"))
    #expect(result.code == .couldNotConnect)
    #expect(result.detail.hasSuffix("is not on the public internet; set allow_private to reach it"))
    await engine.stop(within: .seconds(5))
  }

  @Test func `a kept private connection is not lent to a request that may not use it`() async throws {
    let good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let peer = try Peer([good, good])
    let engine = try TransferEngine()
    #expect(await engine.send(keeping(peer.url)).status == 200)
    let result = await engine.send(keeping(peer.url, allowPrivateAddresses: false))
    #expect(result.code == .abortedByCallback)
    #expect(peer.requests.heads.withLock { $0.count } == 1)
    await engine.stop(within: .seconds(5))
  }

  @Test(arguments: ["file:///etc/passwd", "gopher://127.0.0.1/", "dict://127.0.0.1/", "ftp://127.0.0.1/"])
  func `other protocols are refused`(url: String) async throws {
    let engine = try TransferEngine()
    let result = await engine.send(HTTPTransfer(url: url, allowPrivateAddresses: true))
    #expect(result.code == .unsupportedProtocol)
    await engine.stop(within: .seconds(5))
  }

  @Test func `cancelling the task ends the request`() async throws {
    let peer = try Peer(["HTTP/1.1 "], hang: true)
    let engine = try TransferEngine()
    let task = Task { await engine.send(post(peer.url)) }
    task.cancel()
    #expect(await task.value.code == .abortedByCallback)
    await engine.stop(within: .seconds(5))
  }
}
