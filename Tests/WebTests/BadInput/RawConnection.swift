import Glibc
import Platform
import Testing
import Web

/// A client that keeps to no rule: it sends any bytes whenever it likes. Blocks; for `offPool`.
final class RawConnection {
  private let descriptor: Int32
  private var received: [UInt8] = []

  /// - Parameter patience: how long one read waits.
  init(port: UInt16, patience: Duration = .seconds(10)) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw SystemError.last("connect to port \(port)") }
    let (seconds, attoseconds) = patience.components
    var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// False when the server takes no more.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  enum Ending { case closed, stillOpen }

  /// Reads until the server ends the connection or patience does. - Returns: everything that ever came.
  func readToEnd() -> (bytes: [UInt8], ending: Ending) {
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &chunk, chunk.count, 0)
      if count > 0 {
        received += chunk[..<count]
      } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
        return (received, .stillOpen)
      } else {
        return (received, .closed)
      }
    }
  }

  /// Whether something has come that was not read yet.
  var isReadable: Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK)) > 0
  }

  /// Whether the server has ended the connection, without waiting for it.
  var isEnded: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
  }
}

/// A request that must be refused, and how.
struct BadRequest: Sendable, CustomTestStringConvertible {
  /// In plain words.
  let name: String
  let bytes: [UInt8]
  let status: Int
  /// The word for programs in the answer; `nil` where it is plain text.
  var code: String?

  init(_ name: String, _ request: String, _ status: Int, _ code: String? = nil) {
    self.init(name, Array(request.utf8), status, code)
  }

  init(_ name: String, _ request: [UInt8], _ status: Int, _ code: String? = nil) {
    self.name = name
    bytes = request
    self.status = status
    self.code = code
  }

  var testDescription: String { name }
}

/// How tests write requests of the event API.
enum EventRequest {
  static let body =
    #"{"userId":"ann","event":"Order Completed","messageId":"m1","properties":{"order_id":"o1","total":19.99}}"#

  static func basic(_ pair: String) -> String { "Authorization: Basic \(Base64.text(Array(pair.utf8)))\r\n" }

  static func length(_ text: String = body) -> String { "Content-Length: \(text.utf8.count)\r\n" }

  /// A good request but for what is given.
  static func post(
    _ path: String = "/v1/track", authorization: String = TestSite.authorization,
    type: String = "Content-Type: application/json\r\n", host: String = "Host: localhost\r\n",
    headers: String = "", length: String? = nil, body: String = body
  ) -> String {
    "POST \(path) HTTP/1.1\r\n\(host)\(authorization)\(type)\(headers)\(length ?? self.length(body))\r\n\(body)"
  }
}

extension TestSite {
  /// Sends the bytes on a connection of their own, which stays open on this side, and reads what comes.
  func converse(
    _ bytes: [UInt8], patience: Duration = .seconds(10)
  ) async throws -> (answer: RawAnswer, ending: RawConnection.Ending) {
    let port = server.port
    return try await offPool {
      let connection = try RawConnection(port: port, patience: patience)
      connection.send(bytes)
      let (bytes, ending) = connection.readToEnd()
      return (RawAnswer(bytes), ending)
    }
  }

  /// The answer to a request, whose connection is closed behind it as asked.
  func answer(to request: BadRequest) async throws -> RawAnswer {
    var bytes = request.bytes
    // Behind the first line; a request without one has no place for it.
    if let end = bytes.firstIndex(of: 0x0A) {
      bytes.insert(contentsOf: "Connection: close\r\n".utf8, at: end + 1)
    }
    return try await converse(bytes).answer
  }
}
