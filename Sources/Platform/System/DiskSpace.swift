internal import Glibc

/// The space of a file system.
package struct DiskSpace: Equatable, Sendable {
  /// Bytes that this process can still write.
  package let free: Int64
  /// Bytes of the whole file system.
  package let total: Int64

  package init(free: Int64, total: Int64) {
    self.free = free
    self.total = total
  }

  /// The space of the file system containing `path`; `nil` if the kernel does not report it.
  package static func of(_ path: String) -> DiskSpace? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let block = Int64(clamping: status.f_frsize)
    func bytes(_ blocks: UInt) -> Int64 {
      let (bytes, overflows) = block.multipliedReportingOverflow(by: Int64(clamping: blocks))
      return overflows ? .max : bytes
    }
    return DiskSpace(free: bytes(status.f_bavail), total: bytes(status.f_blocks))
  }
}
