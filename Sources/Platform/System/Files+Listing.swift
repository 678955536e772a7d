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

  /// With escapes if it is not UTF-8.
  package var name: String
  /// Whether `name` is the name. Another one cannot be opened by its text.
  package var isNameUTF8 = true
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
  ///
  /// - Parameter isWanted: called with the name, with U+FFFD for bytes that are not UTF-8.
  package static func list(
    _ directory: String, where isWanted: (String) -> Bool
  ) throws(FileError) -> [ListedFile] {
    let raw = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw FileError(directory, errno, "list") }
    let held = FileDescriptor(owning: raw)
    var files: [ListedFile] = []
    for name in try bytesOfNames(in: directory) where isWanted(String(decoding: name, as: UTF8.self)) {
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
    try look(at: Array(path.utf8), in: AT_FDCWD, of: "")
  }

  private static func look(
    at name: [UInt8], in held: Int32, of directory: String
  ) throws(FileError) -> ListedFile {
    let escaped = FilePath.escaped(name)
    let text = escaped ?? String(decoding: name, as: UTF8.self)
    var status = stat()
    let found = (name + [0]).withUnsafeBytes {
      fstatat(held, $0.assumingMemoryBound(to: CChar.self).baseAddress!, &status, AT_SYMLINK_NOFOLLOW)
    }
    guard found == 0 else { throw FileError(FilePath.join(directory, text), errno, "look at") }
    let kind: ListedFile.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .special
      }
    return ListedFile(
      name: text, isNameUTF8: escaped == nil, kind: kind, size: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }
}
