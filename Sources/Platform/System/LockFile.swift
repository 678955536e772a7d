internal import CLinux
internal import Glibc

/// A lock that at most one process of the machine holds, for as long as the value lives.
///
/// The kernel releases it when the process ends, for any reason. The file stays, and contains the process id
/// of the last holder. Network file systems are refused, because their locks do not exclude other machines.
package struct LockFile: ~Copyable, Sendable {
  package let path: String
  private let file: FileDescriptor

  /// Takes the lock or throws; never waits.
  package init(_ path: String) throws(LockError) {
    let file: FileDescriptor
    do {
      file = try Files.openKept(path, attempt: "open the lock file")
    } catch {
      throw .file(error)
    }
    let raw = file.raw
    if let kind = LockFile.networkName(ofType: Int64(clinux_file_system_type(raw))) {
      throw .networkFileSystem(path: path, kind: kind)
    }
    guard flock(raw, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      guard code == EWOULDBLOCK else { throw .file(FileError(path, code, "lock")) }
      throw .held(path: path, by: LockFile.holder(of: path))
    }
    // Overwrites the old number in place: after a truncation, a reader could see an empty file.
    let text = Array("\(getpid())\n".utf8)
    guard pwrite(raw, text, text.count, 0) == text.count, ftruncate(raw, off_t(text.count)) == 0 else {
      throw .file(FileError(path, errno, "write"))
    }
    self.path = path
    self.file = file
  }

  // Closing alone would keep the lock while a child that is being started has a copy of the descriptor.
  deinit { release() }

  /// Releases the lock before the value ends.
  package func release() { flock(file.raw, LOCK_UN) }

  /// The process id in a lock file; `nil` if there is none.
  package static func holder(of path: String) -> Int32? {
    guard let text = try? Files.readText(path, limit: 64, regularOnly: true) else { return nil }
    return text.split(separator: "\n").first.flatMap { Int32($0) }
  }

  /// The magic numbers of statfs(2).
  static func networkName(ofType type: Int64) -> String? {
    switch type & 0xFFFF_FFFF {
    case 0x6969: "NFS"
    case 0xFF53_4D42, 0xFE53_4D42, 0x517B: "CIFS"
    default: nil
    }
  }
}

/// Why a lock could not be taken.
package enum LockError: Error, Hashable, Sendable, CustomStringConvertible {
  case held(path: String, by: Int32?)
  case networkFileSystem(path: String, kind: String)
  case file(FileError)

  package var description: String {
    switch self {
    case .held(let path, let holder?):
      "'\(path)' is locked by process \(holder); stop it first, or talk to it instead of starting another"
    case .held(let path, nil):
      "'\(path)' is locked by another process; stop it first, or talk to it instead of starting another"
    case .networkFileSystem(let path, let kind):
      "'\(path)' lies on a network file system (\(kind)), where a lock does not protect; use a local disk"
    case .file(let error): error.description
    }
  }
}
