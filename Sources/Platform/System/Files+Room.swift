internal import CLinux
internal import Glibc

extension Files {
  /// Creates a file of this size with its blocks allocated, or extends an existing one to it.
  ///
  /// Its owner is chosen as in `openKept`. Throws `disk_full` if there is not enough space, and leaves no
  /// file.
  package static func takeRoom(_ path: String, bytes: Int64) throws(FileError) {
    let file = try openKept(path, attempt: "take room for")
    var code = posix_fallocate(file.raw, 0, off_t(bytes))
    if code == 0, ftruncate(file.raw, off_t(bytes)) != 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      throw FileError(path, code, "take room for")
    }
  }

  /// Allocates space for writes after `offset` without changing the file's size. Does nothing if the file
  /// system does not support that.
  package static func reserve(
    _ file: borrowing FileDescriptor, _ path: String, from offset: Int64, bytes: Int64
  ) throws(FileError) {
    let code = clinux_reserve(file.raw, offset, bytes)
    guard code == 0 || code == EOPNOTSUPP || code == ENOSYS else {
      throw FileError(path, code, "take room for")
    }
  }

  /// The start of the next data from an offset on; `nil` if there is none. The offset itself if the file
  /// system does not support holes.
  package static func nextData(_ file: borrowing FileDescriptor, from offset: Int64) -> Int64? {
    let next = clinux_next_data(file.raw, offset)
    if next >= 0 { return next }
    return errno == ENXIO ? nil : offset
  }

  /// Why this process cannot create files in a directory; `nil` if it can.
  package static func obstacleToWriting(in directory: String) -> String? {
    if access(directory, W_OK | X_OK) == 0 { return nil }
    return errno == EROFS ? "the file system is read-only" : SystemError.reason(errno)
  }

  /// Whether the file system of `path` is mounted read-only.
  package static func isOnReadOnlyFileSystem(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// Identifies a file even if another one later takes its name; `nil` if there is none.
  package static func identity(_ path: String) -> FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}

/// Identifies a file independently of its name.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let number: UInt64
}
