internal import Glibc
internal import Platform

/// Why a configuration file cannot be read.
package enum FileProblem: Error, Hashable, Sendable {
  case missing
  case outside
  case irregular
  case notExecutable
  case tooLarge(maximum: Int)
  case system(code: Int32)

  /// Follows the file's name: `does not exist`.
  package var predicate: String {
    switch self {
    case .missing: "does not exist"
    case .outside: "leads out of the configuration directory"
    case .irregular: "is not a regular file"
    case .notExecutable: "cannot be run"
    case .tooLarge(let maximum): "has more than \(maximum) bytes"
    case .system(let code): "cannot be read: \(String(cString: strerror(code)))"
    }
  }
}

/// The directory that a configuration is read from. No file outside it is opened.
package struct ConfigurationRoot: Hashable, Sendable {
  /// As the operator gave it, without a trailing slash.
  package let path: String
  /// Without links; empty if the directory does not exist.
  private let realPath: String

  package init(_ path: String) {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    self.path = bytes.isEmpty ? "." : String(decoding: bytes, as: UTF8.self)
    realPath = Self.resolve(self.path) ?? ""
  }

  package var exists: Bool { !realPath.isEmpty }

  /// The name of a file for messages: the directory as given, then the file in it.
  package func display(_ relative: String) -> String {
    path == "." ? relative : path == "/" ? "/\(relative)" : "\(path)/\(relative)"
  }

  /// Who, besides root and the owner, can change a file or directory below the root; `nil` for nobody.
  func others(of relative: String) -> FileWriters? {
    FileWriters(of: relative.isEmpty ? path : "\(path)/\(relative)")
  }

  /// Whose a file or directory below the root is; `nil` as for `others`.
  func owner(of relative: String) -> FileOwner? {
    FileOwner(of: relative.isEmpty ? path : "\(path)/\(relative)")
  }

  /// Reads a regular file below the root.
  ///
  /// Links are followed if they stay below it, as in a mounted ConfigMap. Devices, sockets and named pipes
  /// are refused before they are opened.
  package func read(_ relative: String, maximum: Int) throws(FileProblem) -> [UInt8] {
    try Self.bytes(at: real(relative), maximum: maximum)
  }

  private func real(_ relative: String) throws(FileProblem) -> String {
    let parts = relative.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let climbs = parts.contains { $0.elementsEqual("..".utf8) }
    guard !relative.hasPrefix("/"), !climbs, !relative.utf8.contains(0) else { throw .outside }
    let resolved = try Self.resolved("\(path)/\(relative)")
    guard realPath == "/" || resolved.hasPrefix(realPath + "/") else { throw .outside }
    return resolved
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func resolved(_ path: String) throws(FileProblem) -> String {
    guard let resolved = resolve(path) else {
      throw errno == ENOENT || errno == ENOTDIR ? .missing : .system(code: errno)
    }
    return resolved
  }

  private static func open(_ path: String, maximum: Int) throws(FileProblem) -> Int32 {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw errno == ENOENT ? .missing : .system(code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .irregular }
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard file >= 0 else { throw .system(code: errno) }
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw .irregular
    }
    guard status.st_size <= maximum else {
      close(file)
      throw .tooLarge(maximum: maximum)
    }
    return file
  }

  /// Reads a regular file anywhere, following links.
  static func bytes(behind path: String, maximum: Int) throws(FileProblem) -> [UInt8] {
    try bytes(at: resolved(path), maximum: maximum)
  }

  /// Throws if a program could not be started; follows links.
  static func checkProgram(_ path: String) throws(FileProblem) {
    let resolved = try resolved(path)
    var status = stat()
    guard stat(resolved, &status) == 0 else { throw .system(code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .irregular }
    guard access(resolved, X_OK) == 0 else { throw .notExecutable }
  }

  /// Reads a regular file anywhere. Does not follow a link as the last part of the path.
  static func bytes(at path: String, maximum: Int) throws(FileProblem) -> [UInt8] {
    let file = try open(path, maximum: maximum)
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(code: errno) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      // The file may have grown since its size was checked.
      guard bytes.count <= maximum else { throw .tooLarge(maximum: maximum) }
    }
  }
}
