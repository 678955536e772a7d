internal import Glibc

/// Checks whether a program could listen on an address, by briefly doing so.
package enum SocketProbe {
  /// Why listening on this address fails now; `nil` if it works.
  ///
  /// - Parameters:
  ///   - host: a literal address, IPv6 without brackets.
  ///   - port: 0 lets the system choose.
  package static func obstacle(host: String, port: UInt16) -> SystemError? {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
      return SystemError("listen on '\(host)'", code: EADDRNOTAVAIL)
    }
    defer { freeaddrinfo(found) }
    let raw = socket(
      address.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { return .last("listen on port \(port)") }
    let descriptor = FileDescriptor(owning: raw)
    var isOn: Int32 = 1
    // As servers do, so that closing connections of a predecessor do not matter.
    setsockopt(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor.raw, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
      listen(descriptor.raw, 1) == 0
    else { return .last("listen on port \(port)") }
    return nil
  }
}
