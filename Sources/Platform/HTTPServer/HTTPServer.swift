internal import CLinux
internal import Glibc

/// HTTP/1.1 coming in: one thread that watches all sockets.
///
/// Made for the open internet behind a proxy and for loopback: ambiguous requests are refused, heads and
/// bodies have total deadlines, connections per address, overall and bytes in flight are bounded.
package final class HTTPServer: Sendable {
  package struct Configuration: Sendable {
    /// IPv4 or IPv6 text. `0.0.0.0` and `::` are every address.
    package var address: String
    /// 0 for any free port: see `port`.
    package var port: UInt16
    package var maximumConnections = 1024
    /// Per client address, of IPv6 per /64 network; 0 for no limit, as behind a proxy, whose address all clients share.
    /// One more is answered 429 with `Retry-After: 1` and closed before anything of it is read.
    package var maximumConnectionsPerAddress = 32
    /// Request line and headers together; more is answered 431.
    package var maximumHeaderBytes = 32 * 1024
    package var bodies = BodyLimits()
    /// From the connection, or the end of the idle time, to the end of the head. Total, not idle time.
    package var headDeadline = Duration.seconds(5)
    /// From the head to the end of the body. Total.
    package var bodyDeadline = Duration.seconds(30)
    /// How long the rest of a body that was cut off is read and discarded, so that its sender sees why. Total.
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

  /// Bytes of bodies that are being received or worked on; what is more is answered 503 with `Retry-After: 1`. What a
  /// client only announces is not counted, nor are the first 16 KB of each body.
  package struct BodyLimits: Sendable {
    package var total = 32 << 20
    /// Of one client address, or /64 network; without effect where `maximumConnectionsPerAddress` is 0.
    package var perAddress = 16 << 20
    /// Of one holder, as `HTTPAdmission` names them.
    package var perHolder = 24 << 20

    package init() {}
  }

  /// Decides by the head alone: who may send, how much. Runs on a server thread; must not block.
  package typealias Admit = @Sendable (HTTPRequestHead) -> HTTPAdmission
  /// Answers at once on the server thread when it can without blocking; nil passes the request on.
  package typealias Immediate = @Sendable (HTTPRequest) -> HTTPResponse?
  /// Answers in a task. Cancelled when `stop` runs out of patience.
  package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

  /// The port that is listened on.
  package let port: UInt16
  private let mailbox: HTTPServerMailbox

  /// Listens and serves. Throws with the address in the text when it cannot listen.
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

  /// Stops listening, lets running requests finish for `limit`, answers the rest 503, closes everything.
  ///
  /// Must be called before the server is released; later calls return when the first one has.
  package func stop(within limit: Duration) async { await mailbox.stop(within: limit) }

  /// Connections open now. For metrics.
  package var connections: Int { mailbox.connections }

  /// Connections that were answered 429 so far. For metrics.
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
