internal import Glibc
internal import Synchronization

/// A file for a response body that is too large for memory; only its owner can read it. Thread-safe.
package final class DownloadFile: Sendable {
  private struct State {
    var bytes: Int64 = 0
    var isTooLarge = false
    var failure: FileError?
  }

  package let path: String
  /// The maximum size, in bytes.
  package let limit: Int64
  private let descriptor: FileDescriptor
  private let state = Mutex(State())

  /// Creates the file, or empties an existing one.
  package init(_ path: String, limit: Int64) throws(FileError) {
    let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard raw >= 0 else { throw FileError(path, errno, "write") }
    self.path = path
    self.limit = limit
    descriptor = FileDescriptor(owning: raw)
  }

  /// The number of bytes written.
  package var bytes: Int64 { state.withLock { $0.bytes } }
  /// Whether the body exceeded the limit.
  package var isTooLarge: Bool { state.withLock { $0.isTooLarge } }
  /// Why writing failed; `nil` if it did not.
  package var failure: FileError? { state.withLock { $0.failure } }

  /// - Parameter seconds: since 1970. An error is ignored: the file then keeps the time at which it was written.
  func setModified(seconds: Int64) {
    let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
    withUnsafeTemporaryAllocation(of: timespec.self, capacity: 2) { times in
      times.initialize(repeating: time)
      _ = futimens(descriptor.raw, times.baseAddress)
    }
  }

  /// - Returns: false to abort the transfer.
  func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    state.withLock { state in
      guard state.bytes + Int64(bytes.count) <= limit else {
        state.isTooLarge = true
        return false
      }
      let code = writeAll(descriptor.raw, Array(bytes))
      guard code == 0 else {
        state.failure = FileError(path, code, "write")
        return false
      }
      state.bytes += Int64(bytes.count)
      return true
    }
  }
}
