internal import Glibc

extension Files {
  /// Renames a file within its file system, replacing `new`. Durable when it returns.
  package static func move(_ path: String, to new: String) throws(FileError) {
    guard Glibc.rename(path, new) == 0 else { throw FileError(path, errno, "rename") }
    try flushDirectory(of: new)
  }

  /// Copies a file to a path that must not exist, readable by its owner only. Durable when it returns. Files
  /// made by root are given to the directory's owner.
  ///
  /// - Parameter report: called from time to time with the bytes copied so far.
  package static func copy(
    _ path: String, to new: String, report: (Int64) -> Void = { _ in }
  ) throws(FileError) {
    let source = try open(path)
    guard !exists(new) else { throw FileError(new, EEXIST, "write") }
    let target = try openKept(new, attempt: "write")
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    var copied: Int64 = 0
    while true {
      let count = retryingInterrupts { Glibc.read(source.raw, &chunk, chunk.count) }
      guard count >= 0 else { throw FileError(path, errno, "read") }
      if count == 0 { break }
      let code = writeAll(target.raw, Array(chunk[..<count]))
      guard code == 0 else {
        unlink(new)
        throw FileError(new, code, "write")
      }
      copied += Int64(count)
      report(copied)
    }
    guard fsync(target.raw) == 0 else {
      let code = errno
      unlink(new)
      throw FileError(new, code, "flush")
    }
    try flushDirectory(of: new)
  }

  private static func flushDirectory(of path: String) throws(FileError) {
    let directory = FilePath.directory(of: path)
    let parent = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { throw FileError(directory, errno, "open") }
    let held = FileDescriptor(owning: parent)
    guard fsync(held.raw) == 0 else { throw FileError(directory, errno, "flush") }
  }
}
