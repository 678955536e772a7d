internal import Glibc
internal import Synchronization

/// Where the body of an answer goes that is too large for memory: a file of its owner's alone. Thread-safe.
package final class DownloadFile: Sendable {
  private struct State {
    var bytes: Int64 = 0
    var isTooLarge = false
    var failure: FileError?
  }

  package let path: String
  /// Bytes that it may have.
  package let limit: Int64
  private let descriptor: FileDescriptor
  private let state = Mutex(State())

  /// Makes the file, or empties the one that is there.
  package init(_ path: String, limit: Int64) throws(FileError) {
    let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard raw >= 0 else { throw FileError(path, errno, "write") }
    self.path = path
    self.limit = limit
    descriptor = FileDescriptor(owning: raw)
  }

  /// Bytes that were written.
  package var bytes: Int64 { state.withLock { $0.bytes } }
  /// Whether more came than it may have.
  package var isTooLarge: Bool { state.withLock { $0.isTooLarge } }
  /// Why it could not be written.
  package var failure: FileError? { state.withLock { $0.failure } }

  /// False when no more is to come.
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
