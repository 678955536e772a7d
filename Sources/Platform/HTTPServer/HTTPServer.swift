internal import CLinux
internal import Glibc

/// An HTTP/1.1 server: one thread that watches all sockets.
///
/// Meant for the open internet behind a proxy, and for loopback: ambiguous requests are refused, heads and
/// bodies have total deadlines, and connections, connections per address and bytes in flight are bounded.
package final class HTTPServer: Sendable {
  package struct Configuration: Sendable {
    /// IPv4 or IPv6 text. `0.0.0.0` and `::` listen on all addresses.
    package var address: String
    /// 0 for any free port; the server's `port` is then the actual one.
    package var port: UInt16
    package var maximumConnections = 1024
    /// Per client address, or per /64 network for IPv6; 0 for no limit, as behind a proxy, whose address all clients
    /// share. A connection beyond it is answered with 429 and `Retry-After: 1`, and closed unread.
    package var maximumConnectionsPerAddress = 32
    /// Maximum size of request line and headers together; more is answered with 431.
    package var maximumHeaderBytes = 32 * 1024
    package var bodies = BodyLimits()
    /// Total time for the head, from the connection or the end of the idle time.
    package var headDeadline = Duration.seconds(5)
    /// Total time for the body, from the end of the head.
    package var bodyDeadline = Duration.seconds(30)
    /// How long the rest of a refused body is read and discarded, so that its sender sees the response.
    package var linger = Duration.seconds(1)
    /// Total time for writing a response.
    package var responseDeadline = Duration.seconds(60)
    /// How long an idle connection is kept open.
    package var keepAlive = Duration.seconds(15)

    package init(address: String = "127.0.0.1", port: UInt16 = 0) {
      self.address = address
      self.port = port
    }
  }

  /// Maximum bytes of bodies being received or processed; requests beyond are answered with 503 and `Retry-After: 1`.
  /// Announced bytes do not count, nor do the first 16 KB of each body.
  package struct BodyLimits: Sendable {
    package var total = 32 << 20
    /// Per client address or /64 network; no effect if `maximumConnectionsPerAddress` is 0.
    package var perAddress = 16 << 20
    /// Per holder, as given by `HTTPAdmission`.
    package var perHolder = 24 << 20

    package init() {}
  }

  /// Decides from the head who may send, and how much. Runs on the server's thread and must not block.
  package typealias Admit = @Sendable (HTTPRequestHead) -> HTTPAdmission
  /// Responds on the server's thread if that needs no blocking; `nil` passes the request on.
  package typealias Immediate = @Sendable (HTTPRequest) -> HTTPResponse?
  /// Responds in a task, which is cancelled when the time limit of `stop` has passed.
  package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

  /// The port it listens on.
  package let port: UInt16
  private let mailbox: HTTPServerMailbox

  /// Starts to listen and serve. If it cannot listen, throws an error that contains the address.
  package init(
    configuration: Configuration, admit: @escaping Admit = { _ in .accept(maximumBody: 1 << 20) },
    immediate: Immediate? = nil, handler: @escaping Handler
  ) throws(HTTPServerError) {
    let (listening, port) = try ListeningSocket.open(
      address: configuration.address, port: configuration.port)
    self.port = port
    do throws(SystemError) {
      let addresses = AddressCounts(maximum: configuration.maximumConnectionsPerAddress)
      let mailbox = try HTTPServerMailbox(addresses)
      self.mailbox = mailbox
      let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
      guard epoll >= 0 else { throw SystemError.last("create an epoll descriptor") }
      do throws(SystemError) {
        try WorkerThread.start("http") {
          HTTPServerLoop(
            listening: listening, epoll: epoll, configuration: configuration, mailbox: mailbox,
            admit: admit, immediate: immediate, handler: handler
          ).run()
          mailbox.ended()
        }
      } catch {
        close(epoll)
        throw error
      }
    } catch {
      close(listening)
      throw HTTPServerError.cannotStart(reason: error.description)
    }
  }

  /// Stops listening, gives running requests `limit` to finish, answers the rest with 503, and closes
  /// everything.
  ///
  /// Must be called before the server is released; later calls return when the first one does.
  package func stop(within limit: Duration) async { await mailbox.stop(within: limit) }

  /// Open connections, for metrics.
  package var connections: Int { mailbox.connections }

  /// Connections answered with 429 so far, for metrics.
  package var refusedConnections: Int { mailbox.addresses.refused }
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
