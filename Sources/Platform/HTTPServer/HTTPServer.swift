internal import CLinux
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// HTTP/1.1 coming in, on libmicrohttpd.
///
/// Made for the open internet behind a proxy and for loopback: ambiguous requests are refused, heads and
/// bodies have total deadlines, connections per address, overall and bytes in flight are bounded.
package final class HTTPServer: Sendable {
  package struct Configuration: Sendable {
    /// IPv4 or IPv6 text. `0.0.0.0` and `::` are every address.
    package var address: String
    /// 0 for any free port: see `port`.
    package var port: UInt16
    /// Threads that serve connections. One is enough for tens of thousands of requests a second.
    package var threads = 1
    package var maximumConnections = 1024
    /// Per client address, of IPv6 per /64 network; 0 for no limit, as behind a proxy, whose address all clients share.
    /// One more is answered 429 with `Retry-After: 1` and closed before anything of it is read.
    package var maximumConnectionsPerAddress = 32
    /// Request line and headers together; more is answered 431.
    package var maximumHeaderBytes = 32 * 1024
    /// Bodies being received, all together; more is answered 503 with `Retry-After: 1`.
    package var maximumBodyBytesInFlight = 64 * 1024 * 1024
    /// From the connection, or the end of the idle time, to the end of the head. Total, not idle time.
    package var headDeadline = Duration.seconds(5)
    /// From the head to the end of the body. Total.
    package var bodyDeadline = Duration.seconds(30)
    /// How long the rest of a body that was cut off is still read and thrown away, so that its sender sees why. Total.
    package var linger = Duration.seconds(1)
    /// From the answer's start to its last byte. Total.
    package var responseDeadline = Duration.seconds(60)
    /// How long an unused connection is kept open.
    package var keepAlive = Duration.seconds(15)

    package init(address: String = "127.0.0.1", port: UInt16 = 0) {
      self.address = address
      self.port = port
    }
  }

  /// Decides by the head alone: who may send, how much. Runs on a server thread; must not block.
  package typealias Admit = @Sendable (HTTPRequestHead) -> HTTPAdmission
  /// Answers at once on the server thread when it can without blocking; nil passes the request on.
  package typealias Immediate = @Sendable (HTTPRequest) -> HTTPResponse?
  /// Answers in a task. Cancelled when `stop` runs out of patience.
  package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

  /// The port that is listened on.
  package let port: UInt16
  private let core: HTTPServerCore

  /// Listens and serves. Throws with the address in the text when it cannot listen.
  package init(
    configuration: Configuration, admit: @escaping Admit = { _ in .accept(maximumBody: 1 << 20) },
    immediate: Immediate? = nil, handler: @escaping Handler
  ) throws(HTTPServerError) {
    let (descriptor, port) = try ListeningSocket.open(
      address: configuration.address, port: configuration.port)
    self.port = port
    do {
      core = try HTTPServerCore(
        configuration: configuration, admit: admit, immediate: immediate, handler: handler)
      try core.start(listening: descriptor)
    } catch {
      close(descriptor)
      throw HTTPServerError.cannotStart(reason: error.description)
    }
  }

  /// Stops listening, lets running requests finish for `limit`, answers the rest 503, closes everything.
  ///
  /// Must be called before the server is released; later calls return when the first one has.
  package func stop(within limit: Duration) async { await core.stop(within: limit) }

  /// Connections open now. For metrics.
  package var connections: Int { core.reaper.count }

  /// Connections that were answered 429 so far. For metrics.
  package var refusedConnections: Int { core.addresses.refused }
}

package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  case badAddress(String)
  case cannotListen(address: String, port: UInt16, reason: String)
  case cannotStart(reason: String)

  package var description: String {
    switch self {
    case .badAddress(let text): "http: '\(text)' is not an IP address; give one such as 127.0.0.1 or ::1"
    case .cannotListen(let address, let port, let reason):
      "http: cannot listen on \(address.utf8.contains(0x3A) ? "[\(address)]" : address):\(port): \(reason)"
    case .cannotStart(let reason): "http: cannot start the server: \(reason)"
    }
  }
}

/// Opened here rather than by libmicrohttpd, which does not say why it could not.
private enum ListeningSocket {
  static func open(address: String, port: UInt16) throws(HTTPServerError) -> (Int32, UInt16) {
    guard let parsed = NetworkAddress(address) else { throw .badAddress(address) }
    let isFour = parsed.bytes.count == 4
    func failed() -> HTTPServerError {
      .cannotListen(address: address, port: port, reason: String(cString: strerror(errno)))
    }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = socket(isFour ? AF_INET : AF_INET6, type, 0)
    guard descriptor >= 0 else { throw failed() }
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var name = sockaddr_storage()
    var length: socklen_t
    if isFour {
      var four = sockaddr_in()
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      withUnsafeMutableBytes(of: &four.sin_addr) { $0.copyBytes(from: parsed.bytes) }
      withUnsafeMutableBytes(of: &name) { target in withUnsafeBytes(of: four) { target.copyMemory(from: $0) }
      }
      length = socklen_t(MemoryLayout<sockaddr_in>.size)
    } else {
      var six = sockaddr_in6()
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      withUnsafeMutableBytes(of: &six.sin6_addr) { $0.copyBytes(from: parsed.bytes) }
      withUnsafeMutableBytes(of: &name) { target in withUnsafeBytes(of: six) { target.copyMemory(from: $0) } }
      length = socklen_t(MemoryLayout<sockaddr_in6>.size)
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, 4)
    }
    let bound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard bound == 0, listen(descriptor, 1024) == 0 else {
      let error = failed()
      close(descriptor)
      throw error
    }
    length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
    }
    // The port stands at the same place in both kinds of address.
    let actual = withUnsafeBytes(of: name) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    return (descriptor, actual)
  }
}
