import Glibc
import Platform
import Synchronization

/// Stands between a program and a PostgreSQL server on a unix socket, and can cut what goes through it.
package final class PostgresProxy: Sendable {
  /// The directory to name as host.
  package let directory: String
  private let server: String
  private let state = Mutex(State())

  private struct State {
    var listener: Int32 = -1
    /// The program's ends.
    var clients: [Int32] = []
  }

  /// - Parameter server: the directory of the server's socket.
  package init(to server: String) throws {
    self.server = server
    directory = try Files.makeTemporaryDirectory(prefix: "reprise-proxy")
  }

  private var path: String { directory + "/.s.PGSQL.5432" }

  /// Takes connections from now on.
  package func open() throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    unlink(path)
    guard listener >= 0, Self.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0
    else { throw SystemError.last("listen on '\(path)'") }
    state.withLock { $0.listener = listener }
    try WorkerThread.start("proxy") { [self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        state.withLock { $0.clients.append(client) }
        try? WorkerThread.start("proxied") { [self] in relay(client) }
      }
    }
  }

  /// Ends every connection at the program's end; the server goes on with what it was told.
  package func cut() {
    let clients = state.withLock { $0.clients }
    for client in clients { shutdown(client, Int32(SHUT_RDWR)) }
  }

  /// Cuts, and refuses connections until `open`.
  package func close() {
    let listener = state.withLock { state in
      defer { state.listener = -1 }
      return state.listener
    }
    unlink(path)
    if listener >= 0 {
      shutdown(listener, Int32(SHUT_RDWR))
      Glibc.close(listener)
    }
    cut()
  }

  package func remove() {
    close()
    try? Files.removeTree(directory)
  }

  private func relay(_ client: Int32) {
    let upstream = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var clientIsOpen = Self.withAddress(server + "/.s.PGSQL.5432") { connect(upstream, $0, $1) } == 0
    var buffer = [UInt8](repeating: 0, count: 65_536)
    relaying: while true {
      var ends = [
        pollfd(fd: clientIsOpen ? client : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
      ]
      if poll(&ends, 2, clientIsOpen ? -1 : 10_000) <= 0, !clientIsOpen { break }
      if ends[0].revents != 0 {
        let count = read(client, &buffer, buffer.count)
        if count <= 0 { clientIsOpen = false } else { _ = send(upstream, buffer, count, Int32(MSG_NOSIGNAL)) }
      }
      if ends[1].revents != 0 {
        let count = read(upstream, &buffer, buffer.count)
        if count <= 0 { break relaying }
        if clientIsOpen { _ = send(client, buffer, count, Int32(MSG_NOSIGNAL)) } else { break relaying }
      }
    }
    state.withLock { $0.clients.removeAll { $0 == client } }
    Glibc.close(upstream)
    Glibc.close(client)
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
