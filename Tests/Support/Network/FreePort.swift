import Glibc
import Platform
import Synchronization

/// Loopback ports that are free at the moment and that no client is given by the system.
package enum FreePort {
  private static let range: Range<UInt16> = 20_000..<32_000
  /// Beginning anywhere, so that test programs that run at the same time do not ask for the same.
  private static let next = Mutex(UInt16.random(in: range))

  /// Never the same port twice in one process, though nobody may listen on the first yet.
  package static func find() throws -> UInt16 {
    for _ in range {
      let port = next.withLock { next in
        next = next + 1 < range.upperBound ? next + 1 : range.lowerBound
        return next
      }
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      var address = loopback(port)
      let isFree = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isFree { return port }
    }
    throw SystemError("find a free port", code: EADDRINUSE)
  }

  /// Whether somebody accepts connections there.
  package static func answers(_ port: UInt16) -> Bool { (try? LoopbackSocket(connectingTo: port)) != nil }
}

func loopback(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}
