internal import Glibc

/// The metadata of a directory entry.
package struct ListedFile: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case regular
    case directory
    case link
    /// A pipe, socket or device.
    case special
  }

  package var name: String
  package var kind: Kind
  package var isRegular: Bool { kind == .regular }
  /// In bytes.
  package var size: Int64
  /// The time of the last change of the content, in nanoseconds since 1970.
  package var modified: Int64
}

extension Files {
  /// The entries of a directory whose names are wanted, sorted by the bytes of their names. Does not open files or
  /// follow links. Entries that disappear meanwhile are left out.
  package static func list(
    _ directory: String, where isWanted: (String) -> Bool
  ) throws(FileError) -> [ListedFile] {
    let raw = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(directory, errno, "list") }
    let held = FileDescriptor(owning: raw)
    var files: [ListedFile] = []
    for name in try names(in: directory) where isWanted(name) {
      do throws(FileError) {
        files.append(try look(at: name, in: held.raw, of: directory))
      } catch {
        if error.problem != .notFound { throw error }
      }
    }
    return files
  }

  /// The metadata of one path; does not follow a link.
  package static func look(_ path: String) throws(FileError) -> ListedFile {
    try look(at: path, in: AT_FDCWD, of: "")
  }

  private static func look(
    at name: String, in held: Int32, of directory: String
  ) throws(FileError) -> ListedFile {
    var status = stat()
    guard fstatat(held, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw FileError(FilePath.join(directory, name), errno, "look at")
    }
    let kind: ListedFile.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .special
      }
    return ListedFile(
      name: name, kind: kind, size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }
}
