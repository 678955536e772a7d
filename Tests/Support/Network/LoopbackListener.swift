import Glibc
import Platform
import Synchronization

/// Accepts connections on a free loopback port and gives each a thread, for what no real server can be asked for. Ends
/// when it is released or told to.
package final class LoopbackListener: Sendable {
  package let port: UInt16
  private let descriptor: Int32
  private let state = Mutex(State())

  private struct State {
    var sockets: [LoopbackSocket] = []
    var isStopped = false
  }

  package init(serve: @escaping @Sendable (LoopbackSocket) -> Void) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw SystemError.last("listen on loopback") }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
    try WorkerThread.start("accept") { [weak self] in
      while true {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { break }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        let socket = LoopbackSocket(descriptor: accepted)
        guard let self else { break }
        self.state.withLock { $0.sockets.append(socket) }
        try? WorkerThread.start("serve") {
          serve(socket)
          socket.end()
        }
      }
      close(descriptor)
    }
  }

  deinit { stop() }

  /// Accepts nobody any more and ends every connection.
  package func stop() {
    state.withLock { state in
      // The accepting thread then closes the descriptor, whose number may be given to another file.
      if !state.isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
      state.isStopped = true
      for socket in state.sockets { socket.end() }
      state.sockets = []
    }
  }
}
