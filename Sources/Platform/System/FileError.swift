internal import Glibc

/// Why a file could not be used.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Problem: Hashable, Sendable {
    case notFound
    case denied
    case tooLarge(limit: Int)
    /// A directory, device, pipe or symbolic link instead of a plain file.
    case notRegular
    case notUTF8
    case diskFull
    /// The file system is mounted read-only.
    case readOnlyFileSystem
    /// Any other reason given by the kernel, by errno.
    case system(code: Int32)
  }

  package var path: String
  package var problem: Problem
  /// The verb in the text: `open`, `write`.
  package var attempt: String

  package init(_ path: String, _ problem: Problem, attempt: String = "read") {
    self.path = path
    self.problem = problem
    self.attempt = attempt
  }

  /// - Parameter code: an errno value.
  package init(_ path: String, _ code: Int32, _ attempt: String) {
    let problem: Problem =
      switch code {
      case ENOENT, ENOTDIR: .notFound
      case EACCES, EPERM: .denied
      case EROFS: .readOnlyFileSystem
      case ENOSPC, EDQUOT: .diskFull
      default: .system(code: code)
      }
    self.init(path, problem, attempt: attempt)
  }

  package var description: String {
    let start = "cannot \(attempt) '\(VisibleText.line(path))'"
    switch problem {
    case .notFound: return "\(start): it does not exist; check the path"
    case .denied: return "\(start): permission denied; check its owner and mode, and the directories above it"
    case .tooLarge(let limit): return "\(start): it is larger than \(ByteSizeText.text(Int64(limit)))"
    case .notRegular: return "\(start): it is not a regular file; give the path of a plain file"
    case .notUTF8: return "\(start): it is not UTF-8 text; convert it to UTF-8"
    case .diskFull: return "\(start): the disk is full; make room and try again"
    case .readOnlyFileSystem:
      return
        "\(start): the file system is read-only; mount it for writing, or name the directory in ReadWritePaths= of the unit"
    case .system(let code): return "\(start): \(SystemError.reason(code))"
    }
  }

  /// The matching code of sysexits(3): for a missing or unreadable input, a malformed one, or the disk.
  package var exitCode: Int32 {
    switch problem {
    case .notFound, .denied: ["read", "open", "look at"].contains(attempt) ? EX_NOINPUT : EX_IOERR
    case .notRegular, .notUTF8, .tooLarge: EX_DATAERR
    case .diskFull, .readOnlyFileSystem, .system: EX_IOERR
    }
  }
}
