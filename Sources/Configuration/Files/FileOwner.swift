internal import Glibc

/// The user who owns a file or a directory, and can therefore always change it.
struct FileOwner {
  /// The user id.
  let id: UInt32

  /// Follows links. `nil` if the path does not exist, and on a read-only file system.
  init?(of path: String) {
    var status = stat()
    var system = statvfs()
    guard stat(path, &status) == 0 else { return nil }
    if statvfs(path, &system) == 0, system.f_flag & UInt(ST_RDONLY) != 0 { return nil }
    id = status.st_uid
  }

  /// The number, if the system does not know the user.
  var name: String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 64 << 10)
    let isKnown = getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0 && found != nil
    return isKnown ? String(cString: entry.pw_name) : "\(id)"
  }

  /// Whether it is neither root nor the user of this process.
  var isForeign: Bool { id != 0 && id != geteuid() }
}
