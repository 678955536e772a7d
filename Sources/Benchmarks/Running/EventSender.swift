internal import Glibc
internal import Platform
internal import Synchronization

/// Sends bodies to `/v1/batch`, as many at a time as it has connections: each is a thread with a blocking
/// socket, so that the sender costs as little as possible.
struct EventSender: Sendable {
  let port: UInt16
  let key: String

  func send(_ bodies: [[UInt8]], connections: Int) async throws {
    let authorization = Base64.text(Array("\(key):".utf8))
    try await withThrowingTaskGroup(of: Void.self) { group in
      let work = Work(bodies: bodies)
      for _ in 0..<connections {
        group.addTask {
          try await WorkerThread.run("sender") {
            let connection = try LoopbackConnection(port: port)
            while let body = work.take() {
              let head =
                "POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Basic \(authorization)\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
              try connection.send(Array(head.utf8) + body)
              let status = try connection.readStatus()
              guard status == 200 else { throw BenchmarkError("the server answered \(status)") }
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private final class Work: Sendable {
    private let bodies: [[UInt8]]
    private let next = Mutex(0)

    init(bodies: [[UInt8]]) { self.bodies = bodies }

    func take() -> [UInt8]? {
      next.withLock { next in
        guard next < bodies.count else { return nil }
        next += 1
        return bodies[next - 1]
      }
    }
  }
}

/// A blocking HTTP connection to this machine.
final class LoopbackConnection {
  private let descriptor: Int32

  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard Self.connect(descriptor, port) else {
      close(descriptor)
      throw BenchmarkError("nobody listens on port \(port)")
    }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return address
  }

  private static func connect(_ descriptor: Int32, _ port: UInt16) -> Bool {
    var address = address(port)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  /// Whether anything listens on the port.
  static func answers(_ port: UInt16) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    return connect(probe, port)
  }

  /// A port that is currently unused.
  static func freePort() throws -> UInt16 {
    let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(holder) }
    var address = address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let found = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(holder, $0, length) == 0 && getsockname(holder, $0, &length) == 0
      }
    }
    guard found else { throw BenchmarkError("no free port") }
    return UInt16(bigEndian: address.sin_port)
  }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw BenchmarkError("the server closed the connection") }
      sent += count
    }
  }

  /// Reads one response with a Content-Length. - Returns: its status.
  func readStatus() throws -> Int {
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { throw BenchmarkError("the server closed the connection") }
      answer += chunk[..<count]
      guard let end = Self.headEnd(answer) else { continue }
      let head = String(decoding: answer[..<end], as: UTF8.self).lowercased()
      guard let lines = Optional(head.split(whereSeparator: \.isNewline)),
        let status = lines.first.flatMap({ Int($0.split(separator: " ")[1]) })
      else { throw BenchmarkError("no HTTP answer") }
      let length = lines.first { $0.hasPrefix("content-length:") }.flatMap {
        Int($0.dropFirst("content-length:".count).drop { $0 == " " })
      }
      if answer.count >= end + (length ?? 0) { return status }
    }
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for index in 3..<bytes.count
    where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
      return index + 1
    }
    return nil
  }
}
