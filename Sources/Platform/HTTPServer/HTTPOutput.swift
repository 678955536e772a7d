internal import Glibc

/// A response on its way into a non-blocking socket.
struct HTTPOutput {
  enum Progress { case done, full, broken }

  private let bytes: [UInt8]
  private var sent = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Writes until everything is written, the socket is full or the connection is broken.
  mutating func write(to descriptor: Int32) -> Progress {
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        retryingInterrupts {
          send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
      }
      if count < 0 { return errno == EAGAIN ? .full : .broken }
      sent += count
    }
    return .done
  }
}
