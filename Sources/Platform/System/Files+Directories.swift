internal import Glibc

extension Files {
  /// The names in a directory, in byte order, without `.` and `..`. Bytes that are not UTF-8 become U+FFFD.
  package static func names(in directory: String) throws(FileError) -> [String] {
    try bytesOfNames(in: directory).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The same as bytes, since a name need not be UTF-8.
  static func bytesOfNames(in directory: String) throws(FileError) -> [[UInt8]] {
    guard let stream = opendir(directory) else { throw FileError(directory, errno, "list") }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    guard errno == 0 else { throw FileError(directory, errno, "list") }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Creates a directory and its parents; existing ones are fine.
  package static func makeDirectories(_ path: String, permissions: UInt32 = 0o755) throws(FileError) {
    if mkdir(path, mode_t(permissions)) == 0 { return }
    switch errno {
    case EEXIST:
      guard let status = try? status(path), status.isDirectory else {
        throw FileError(path, EEXIST, "make the directory")
      }
    case ENOENT:
      let parent = FilePath.directory(of: path)
      guard parent != path else { throw FileError(path, ENOENT, "make the directory") }
      try makeDirectories(parent, permissions: permissions)
      guard mkdir(path, mode_t(permissions)) == 0 || errno == EEXIST else {
        throw FileError(path, errno, "make the directory")
      }
    case let code:
      throw FileError(path, code, "make the directory")
    }
  }

  /// Removes a directory and its contents, without following links; does nothing if it does not exist.
  package static func removeTree(_ path: String) throws(FileError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw FileError(path, errno, "remove")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
    for name in try names(in: path) { try removeTree(FilePath.join(path, name)) }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError(path, errno, "remove") }
  }

  /// The absolute path without symbolic links; `path` unchanged if it does not exist.
  package static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Creates a new directory of mode 0700 for temporary files and returns its path; the caller must remove
  /// it.
  package static func makeTemporaryDirectory(prefix: String = "reprise") throws(FileError) -> String {
    let root = Environment.process["TMPDIR"] ?? "/tmp"
    var template = Array(FilePath.join(root, "\(prefix)-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError(root, errno, "make a temporary directory in") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Operations on paths as text, without the file system.
package enum FilePath {
  /// `a/b`; an absolute `name` is returned unchanged.
  package static func join(_ directory: String, _ name: String) -> String {
    if name.utf8.first == UInt8(ascii: "/") || directory.isEmpty { return name }
    return directory.utf8.last == UInt8(ascii: "/") ? directory + name : "\(directory)/\(name)"
  }

  /// A name for people, with `\xE9` for each byte that is not UTF-8; `nil` if all of it is.
  package static func escaped(_ name: [UInt8]) -> String? {
    var text = ""
    var isWhole = true
    name.withUnsafeBufferPointer { bytes in
      var place = 0
      while place < bytes.count {
        let length = UTF8Check.length(of: bytes, at: place)
        if length == 0 {
          isWhole = false
          text += "\\x" + Hex.text([bytes[place]]).uppercased()
        } else {
          text += String(decoding: bytes[place..<place + length], as: UTF8.self)
        }
        place += max(length, 1)
      }
    }
    return isWhole ? nil : text
  }

  /// The part before the last `/`: `.` if there is none, `/` for `/x`.
  package static func directory(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The part after the last `/`.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}
