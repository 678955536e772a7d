internal import Glibc

/// Who, besides root and the owner, can change a file or a directory.
enum FileWriters {
  case everybody
  /// A group other than root's and the owner's own: its name, or its number if it has none.
  case group(String)

  /// Follows links. `nil` for nobody, if the path does not exist, and on a read-only file system, where permissions
  /// mean nothing.
  init?(of path: String) {
    var status = stat()
    var system = statvfs()
    guard stat(path, &status) == 0, status.st_mode & 0o022 != 0 else { return nil }
    if statvfs(path, &system) == 0, system.f_flag & UInt(ST_RDONLY) != 0 { return nil }
    if status.st_mode & 0o002 != 0 {
      self = .everybody
      return
    }
    let group = Group(status.st_gid)
    if status.st_gid == 0 || group.isOwn(of: status.st_uid) { return nil }
    self = .group(group.name ?? "\(status.st_gid)")
  }

  var tolerance: ConfigurationTolerance {
    switch self {
    case .everybody: .worldWritable
    case .group: .groupWritable
    }
  }

  /// For error texts, as the subject of a sentence.
  var text: String {
    switch self {
    case .everybody: "everybody on this machine"
    case .group(let name): "everybody in the group \(Quoting.quoted(name))"
    }
  }

  /// The argument of `chmod` that removes the permission.
  var right: String {
    switch self {
    case .everybody: "o-w"
    case .group: "g-w"
    }
  }

  private struct Group {
    let id: gid_t
    /// `nil` if the system does not know it.
    var name: String?
    var members: [String] = []

    init(_ id: gid_t) {
      self.id = id
      var entry = Glibc.group()
      var found: UnsafeMutablePointer<Glibc.group>?
      var buffer = [CChar](repeating: 0, count: 64 << 10)
      guard getgrgid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return }
      name = String(cString: entry.gr_name)
      var member = entry.gr_mem
      while let next = member?.pointee {
        members.append(String(cString: next))
        member = member?.advanced(by: 1)
      }
    }

    /// Whether it is the user's private group, which has the same name. If names are unknown, as in many containers, it
    /// has the same number.
    func isOwn(of user: uid_t) -> Bool {
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      var buffer = [CChar](repeating: 0, count: 64 << 10)
      guard let name, getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
        return id == user && members.isEmpty
      }
      let owner = String(cString: entry.pw_name)
      return name == owner && members.allSatisfy { $0 == owner }
    }
  }
}
