import Glibc
import Platform

/// A TCP server on a free loopback port; each connection runs the script on a thread of its own. For faults that no
/// real server can be asked for.
final class LoopbackServer: Sendable {
  let port: UInt16
  private let listener: Int32

  init(_ serve: @escaping @Sendable (LoopbackConnection) -> Void) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard bound else { throw SystemError("listen on loopback", code: errno) }
    port = UInt16(bigEndian: address.sin_port)
    listener = descriptor
    try WorkerThread.start("loopback") {
      while true {
        let peer = accept(descriptor, nil, nil)
        guard peer >= 0 else { break }
        let connection = LoopbackConnection(descriptor: peer)
        try? WorkerThread.start("connection") {
          serve(connection)
          close(peer)
        }
      }
      close(descriptor)
    }
  }

  /// Ends accepting; connections end with their scripts.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// The server's end of one connection. Blocking.
struct LoopbackConnection: Sendable {
  let descriptor: Int32

  /// Without its line end; `nil` when the peer has gone.
  func readLine() -> String? {
    var line: [UInt8] = []
    while let byte = readByte() {
      if byte == 10 { return String(decoding: line.last == 13 ? line.dropLast() : line[...], as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  func read(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, let byte = readByte() { bytes.append(byte) }
    return bytes
  }

  private func readByte() -> UInt8? {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
  }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
