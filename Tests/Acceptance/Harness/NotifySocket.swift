import Glibc
import Platform
import Synchronization

/// systemd's side of NOTIFY_SOCKET.
final class NotifySocket: Sendable {
  let path: String
  private let descriptor: Int32
  private let received = Mutex<[String]>([])

  init(path: String) throws {
    self.path = path
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = Array(path.utf8)
    guard name.count < 108 else { throw SystemError("bind '\(path)'", code: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard bound == 0 else { throw SystemError.last("bind '\(path)'") }
  }

  deinit { close(descriptor) }

  /// Every datagram so far.
  var messages: [String] {
    received.withLock { received in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return received }
        received.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
    }
  }

  /// Those with this assignment in them.
  func messages(with assignment: String) -> [String] {
    messages.filter { $0.split(separator: "\n").contains { $0.hasPrefix(assignment) } }
  }
}
