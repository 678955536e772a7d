internal import Glibc

/// An open file or socket, closed when the value ends. Every descriptor is opened close-on-exec.
package struct FileDescriptor: ~Copyable, Sendable {
  package let raw: Int32

  /// Takes ownership of a descriptor: nobody else may close it.
  package init(owning raw: Int32) { self.raw = raw }

  deinit { _ = Glibc.close(raw) }

  /// Gives up ownership; the caller must close it.
  package consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }

  /// Writes all of `bytes`, waiting if the descriptor is non-blocking.
  package func write(_ bytes: [UInt8]) throws(SystemError) {
    let code = writeAll(raw, bytes)
    guard code == 0 else { throw SystemError("write to descriptor \(raw)", code: code) }
  }
}

/// Writes all of `bytes`. Returns 0 or the errno of the failure.
func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    var start = 0
    while start < buffer.count {
      let count = Glibc.write(descriptor, buffer.baseAddress! + start, buffer.count - start)
      if count >= 0 {
        start += count
      } else if errno == EAGAIN {
        var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&event, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
