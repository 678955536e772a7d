internal import CLinux
internal import Glibc

extension Files {
  /// Makes a file of this size whose room on the disk is really taken, or makes one that is there as large.
  ///
  /// It belongs to whom `openKept` gives it. When there is not enough room, no file is left: `disk_full`.
  package static func takeRoom(_ path: String, bytes: Int64) throws(FileError) {
    let file = try openKept(path, attempt: "take room for")
    var code = posix_fallocate(file.raw, 0, off_t(bytes))
    if code == 0, ftruncate(file.raw, off_t(bytes)) != 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      throw FileError(path, code, "take room for")
    }
  }

  /// Takes room on the disk for what will be written behind `offset`; the file stays as long as it is. Where the file
  /// system cannot do that, nothing is taken.
  package static func reserve(
    _ file: borrowing FileDescriptor, _ path: String, from offset: Int64, bytes: Int64
  ) throws(FileError) {
    let code = clinux_reserve(file.raw, offset, bytes)
    guard code == 0 || code == EOPNOTSUPP || code == ENOSYS else {
      throw FileError(path, code, "take room for")
    }
  }

  /// Where what was written begins, from an offset on; `nil` when there is nothing more. Where the file system knows no
  /// holes, the offset itself.
  package static func nextData(_ file: borrowing FileDescriptor, from offset: Int64) -> Int64? {
    let next = clinux_next_data(file.raw, offset)
    if next >= 0 { return next }
    return errno == ENXIO ? nil : offset
  }

  /// Why this process can make no file in a directory; `nil` when it can.
  package static func obstacleToWriting(in directory: String) -> String? {
    if access(directory, W_OK | X_OK) == 0 { return nil }
    return errno == EROFS ? "the file system is read-only" : SystemError.reason(errno)
  }

  /// Whether nothing can be written there, whoever asks.
  package static func isOnReadOnlyFileSystem(_ path: String) -> Bool {
    var status = statvfs()
    return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// What tells a file from another one that is put in its place under the same name; `nil` when there is none.
  package static func identity(_ path: String) -> FileIdentity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }
}

/// One file of one file system, whatever it is called.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let number: UInt64
}
