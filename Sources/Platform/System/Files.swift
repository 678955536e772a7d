internal import Glibc

/// Reads and writes whole files, safely with untrusted paths and contents.
package enum Files {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - limit: the maximum size in bytes, also for a file that grows while it is read.
  ///   - regularOnly: refuses a symbolic link as the last part of the path, and devices, pipes and
  ///     directories, without blocking on them.
  package static func read(
    _ path: String, limit: Int = 64 << 20, regularOnly: Bool = false
  ) throws(FileError) -> [UInt8] {
    let file = try open(path, regularOnly: regularOnly)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw FileError(path, errno, "read") }
    if status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit {
      throw FileError(path, .tooLarge(limit: limit))
    }
    // Files in /proc report 0; one extra byte detects the end without growing.
    var bytes: [UInt8] = []
    var chunk = min(max(Int(status.st_size) + 1, 4096), limit + 1)
    while true {
      var failure: Int32 = 0
      let start = bytes.count
      let more = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
        let result = retryingInterrupts { Glibc.read(file.raw, buffer.baseAddress, buffer.count) }
        if result < 0 { failure = errno }
        count = max(result, 0)
      }
      guard failure == 0 else { throw FileError(path, failure, "read") }
      if more.isEmpty { return bytes }
      if start == 0 { bytes = more } else { bytes += more }
      guard bytes.count <= limit else { throw FileError(path, .tooLarge(limit: limit)) }
      chunk = min(max(4096, bytes.count), limit + 1 - bytes.count)
    }
  }

  /// Reads a text file; throws if it is not UTF-8. Keeps a byte order mark.
  package static func readText(
    _ path: String, limit: Int = 64 << 20, regularOnly: Bool = false
  ) throws(FileError) -> String {
    guard let text = String(validating: try read(path, limit: limit, regularOnly: regularOnly), as: UTF8.self)
    else {
      throw FileError(path, .notUTF8)
    }
    return text
  }

  /// Opens a file for reading; throws for a directory, and with `regularOnly` for anything but a regular file, symbolic
  /// links as the last part of the path included.
  package static func open(_ path: String, regularOnly: Bool = false) throws(FileError) -> FileDescriptor {
    // O_NONBLOCK, so that a pipe without a writer does not block; no effect on regular files.
    let flags = O_RDONLY | O_CLOEXEC | (regularOnly ? O_NOFOLLOW | O_NONBLOCK : 0)
    let raw = retryingInterrupts { Glibc.open(path, flags) }
    guard raw >= 0 else {
      if regularOnly, errno == ELOOP || errno == ENXIO { throw FileError(path, .notRegular) }
      throw FileError(path, errno, "open")
    }
    let file = FileDescriptor(owning: raw)
    var status = stat()
    guard fstat(raw, &status) == 0 else { throw FileError(path, errno, "open") }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR || regularOnly && kind != S_IFREG { throw FileError(path, .notRegular) }
    return file
  }

  /// Replaces a file atomically, even across a power loss: temporary file, fsync, rename, fsync of the
  /// directory.
  ///
  /// - Parameter permissions: the new file's mode regardless of the umask; 0600 by default.
  package static func write(
    _ bytes: [UInt8], to path: String, permissions: UInt32 = 0o600
  ) throws(FileError) {
    let temporary = "\(path).tmp-\(getpid())-\(UInt32.random(in: 0...(.max)))"
    let raw = retryingInterrupts {
      Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions))
    }
    guard raw >= 0 else { throw FileError(path, errno, "write") }
    let file = FileDescriptor(owning: raw)
    var code = writeAll(raw, bytes)
    if code == 0, fchmod(raw, mode_t(permissions)) != 0 { code = errno }
    if code == 0, fsync(raw) != 0 { code = errno }
    if code == 0, rename(temporary, path) != 0 { code = errno }
    guard code == 0 else {
      unlink(temporary)
      throw FileError(path, code, "write")
    }
    _ = file
    let directory = FilePath.directory(of: path)
    let parent = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { throw FileError(directory, errno, "open") }
    let held = FileDescriptor(owning: parent)
    guard fsync(held.raw) == 0 else { throw FileError(directory, errno, "flush") }
  }

  /// Creates a file for writing that only its owner can read. Throws if the path exists, even as a dangling link.
  package static func create(_ path: String) throws(FileError) -> FileDescriptor {
    let raw = retryingInterrupts {
      Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    guard raw >= 0 else { throw FileError(path, errno, "make") }
    return FileDescriptor(owning: raw)
  }

  /// Opens a persistent file for reading and writing; creates it empty, readable by its owner only, if
  /// missing.
  ///
  /// A file made by root, or copied here by root, is given to the directory's owner: a service under its own
  /// user must be able to open it later. Refuses a symbolic link as the last part of the path.
  package static func openKept(
    _ path: String, attempt: String = "open"
  ) throws(FileError) -> FileDescriptor {
    let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
    var raw = retryingInterrupts { Glibc.open(path, flags | O_CREAT | O_EXCL, 0o600) }
    if raw < 0, errno == EEXIST {
      raw = retryingInterrupts { Glibc.open(path, flags) }
    }
    guard raw >= 0 else { throw FileError(path, errno, attempt) }
    let file = FileDescriptor(owning: raw)
    var (status, above) = (stat(), stat())
    if geteuid() == 0, fstat(file.raw, &status) == 0, status.st_uid == 0,
      stat(FilePath.directory(of: path), &above) == 0, above.st_uid != 0,
      fchown(file.raw, above.st_uid, above.st_gid) != 0
    {
      throw FileError(path, errno, attempt)
    }
    return file
  }

  package static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether the path exists, even as a dangling link.
  package static func isTaken(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Whether the path certainly does not exist; without permission to look, it may.
  package static func isAbsent(_ path: String) -> Bool {
    access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// Removes a file; does nothing if it does not exist.
  package static func remove(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path, errno, "remove") }
  }

  /// The mode, size and owner of a file; follows symbolic links.
  package static func status(_ path: String) throws(FileError) -> FileStatus {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path, errno, "look at") }
    return FileStatus(
      isDirectory: status.st_mode & S_IFMT == S_IFDIR, isRegular: status.st_mode & S_IFMT == S_IFREG,
      size: Int64(status.st_size), permissions: UInt32(status.st_mode & 0o7777), owner: status.st_uid,
      group: status.st_gid)
  }
}

/// A file's metadata.
package struct FileStatus: Hashable, Sendable {
  package var isDirectory: Bool
  package var isRegular: Bool
  /// Bytes.
  package var size: Int64
  /// The lowest twelve bits of the mode, such as 0o600.
  package var permissions: UInt32
  /// The user id.
  package var owner: UInt32
  /// The group id.
  package var group: UInt32
}
