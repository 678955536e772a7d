import Glibc
import Platform

/// A loopback port whose queue of connections is full, so that further ones get no answer: as behind a firewall that
/// drops packets. Ends when it is released.
package final class FullListener: Sendable {
  package let port: UInt16
  private let descriptors: [Int32]

  package init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 0) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw SystemError.last("listen on loopback") }
    var opened = [listener]
    for _ in 0..<4 {
      let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
      let client = socket(AF_INET, type, 0)
      withUnsafePointer(to: &address) {
        _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, length) }
      }
      opened.append(client)
    }
    port = UInt16(bigEndian: address.sin_port)
    descriptors = opened
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
