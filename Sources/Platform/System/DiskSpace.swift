internal import Glibc

/// How much room a file system has.
package struct DiskSpace: Equatable, Sendable {
  /// Bytes that this process may still write.
  package let free: Int64
  /// Bytes of the whole file system.
  package let total: Int64

  package init(free: Int64, total: Int64) {
    self.free = free
    self.total = total
  }

  /// Of the file system that `path` lies on; `nil` when the kernel does not say.
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
