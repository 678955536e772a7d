internal import CLinux
internal import Glibc

/// Opens listening sockets; errors say where and why it failed.
enum ListeningSocket {
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
    // The port has the same offset in both kinds of address.
    let actual = withUnsafeBytes(of: name) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    return (descriptor, actual)
  }
}
