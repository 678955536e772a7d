import Glibc
import Platform
import Synchronization

/// A blocking TCP socket on loopback. Reading waits 120 s at most, so that a test fails, not hangs: other tests may keep
/// the few threads of Swift's tasks busy for long.
package final class LoopbackSocket: Sendable {
  private let descriptor: Int32
  private let buffer = Mutex<[UInt8]>([])

  init(descriptor: Int32) {
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Throws `SystemError` when nobody listens there.
  package convenience init(connectingTo port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(port)
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else {
      let error = SystemError.last("connect to port \(port)")
      close(descriptor)
      throw error
    }
    self.init(descriptor: descriptor)
  }

  deinit { close(descriptor) }

  package func write(_ text: String) { write(Array(text.utf8)) }

  package func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Returns when what was written has reached the other end, read there or not.
  package func waitUntilReceived() {
    var unacknowledged: Int32 = 1
    while ioctl(descriptor, UInt(TIOCOUTQ), &unacknowledged) == 0, unacknowledged > 0 { sched_yield() }
  }

  /// Ends both directions; a reader on either side wakes.
  package func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Ends with a reset instead of a farewell.
  package func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    end()
  }

  /// One line with its LF; nil at the end or after the time limit.
  package func readLine() -> [UInt8]? {
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

  /// One line as text without its line end; nil at the end or after the time limit.
  package func readText() -> String? {
    readLine().map { line in
      String(decoding: line.dropLast(line.suffix(2) == [0x0D, 0x0A] ? 2 : 1), as: UTF8.self)
    }
  }

  /// Exactly `count` bytes, fewer at the end.
  package func read(_ count: Int) -> [UInt8] {
    buffer.withLock { buffer in
      while buffer.count < count, receive(into: &buffer) {}
      let taken = Array(buffer.prefix(count))
      buffer.removeFirst(taken.count)
      return taken
    }
  }

  /// All bytes to the end of the stream.
  package func readToEnd() -> [UInt8] {
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
