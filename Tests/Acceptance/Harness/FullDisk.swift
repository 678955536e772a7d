import Glibc
import Platform

enum FullDisk {
  /// Writes a file until its file system is full.
  static func fill(_ path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError.last("fill the disk") }
    defer { close(descriptor) }
    for size in [65_536, 4096] {
      let chunk = [UInt8](repeating: 0, count: size)
      while write(descriptor, chunk, size) == size {}
    }
    guard errno == ENOSPC else { throw SystemError.last("fill the disk") }
  }
}
