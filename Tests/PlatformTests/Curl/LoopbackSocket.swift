import Glibc
import Platform
import Synchronization

/// A blocking TCP socket on loopback for tests. Reading waits 120 s at most, so that a test fails, not hangs:
/// other tests may keep the few threads of Swift's tasks busy for long.
final class LoopbackSocket: Sendable {
  private let descriptor: Int32
  private let buffer = Mutex<[UInt8]>([])

  fileprivate init(descriptor: Int32) {
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  init(connectingTo port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw SystemError.last("connect to port \(port)") }
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress! + sent, bytes.count - sent, 0x4000)
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Ends both directions; a reader on either side wakes.
  func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Ends with a reset instead of a farewell.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    end()
  }

  /// One line with its LF; nil at the end or after the time limit.
  func readLine() -> [UInt8]? {
    buffer.withLock { buffer in
      while true {
        if let end = buffer.firstIndex(of: 0x0A) {
          let line = Array(buffer[...end])
          buffer.removeFirst(end + 1)
          return line
        }
        guard receive(into: &buffer) else { return nil }
      }
    }
  }

  /// Exactly `count` bytes, fewer at the end.
  func read(_ count: Int) -> [UInt8] {
    buffer.withLock { buffer in
      while buffer.count < count, receive(into: &buffer) {}
      let taken = Array(buffer.prefix(count))
      buffer.removeFirst(taken.count)
      return taken
    }
  }

  /// All bytes to the end of the stream.
  func readToEnd() -> [UInt8] {
    buffer.withLock { buffer in
      while receive(into: &buffer) {}
      let all = buffer
      buffer = []
      return all
    }
  }

  private func receive(into buffer: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffer.append(contentsOf: chunk[..<count])
    return true
  }
}

/// Accepts loopback connections and gives each a thread. Ends when released.
final class LoopbackListener: Sendable {
  let port: UInt16
  private let descriptor: Int32
  private let open = Mutex<[LoopbackSocket]>([])

  init(serve: @escaping @Sendable (LoopbackSocket) -> Void) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
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
        let socket = LoopbackSocket(descriptor: accepted)
        guard let self else { break }
        self.open.withLock { $0.append(socket) }
        try? WorkerThread.start("serve") {
          serve(socket)
          socket.end()
        }
      }
      close(descriptor)
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    open.withLock { for socket in $0 { socket.end() } }
  }

  /// A port on which nobody listens.
  static func unusedPort() throws -> UInt16 { try LoopbackListener { _ in }.port }
}

private func loopback(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}
