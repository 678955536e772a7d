import Glibc
import Platform
import Testing

@Suite struct FilesTests {
  private func withDirectory(_ body: (String) throws -> Void) throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-test")
    defer { try? Files.removeTree(directory) }
    try body(directory)
  }

  @Test func `a file is written whole and read back`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "a.txt")
      for size in [0, 1, 4095, 4096, 100_000] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Files.write(bytes, to: path)
        #expect(try Files.read(path) == bytes)
      }
      #expect(try Files.status(path).permissions == 0o600)
      #expect(try Files.names(in: directory) == ["a.txt"])
      try Files.write([1], to: path, permissions: 0o644)
      #expect(try Files.status(path).permissions == 0o644)
    }
  }

  @Test func `a failed write leaves the old file and nothing else`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "folder")
      try Files.makeDirectories(path)
      #expect(throws: FileError.self) { try Files.write([1], to: path) }
      #expect(try Files.names(in: directory) == ["folder"])
    }
  }

  @Test func `what is not a plain file is refused without blocking`() throws {
    try withDirectory { directory in
      let pipe = FilePath.join(directory, "pipe")
      let link = FilePath.join(directory, "link")
      #expect(mkfifo(pipe, 0o600) == 0)
      #expect(symlink("/etc/passwd", link) == 0)
      for path in [pipe, link, directory, "/dev/zero"] {
        #expect(throws: FileError(path, .notRegular)) { try Files.read(path, regularOnly: true) }
      }
      #expect(
        FileError(link, .notRegular).description
          == "cannot read '\(link)': it is not a regular file; give the path of a plain file")
    }
  }

  @Test func `too many bytes are refused, also without a known size`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "a")
      try Files.write([UInt8](repeating: 7, count: 101), to: path)
      #expect(throws: FileError(path, .tooLarge(limit: 100))) { try Files.read(path, limit: 100) }
      #expect(try Files.read(path, limit: 101).count == 101)
      #expect(throws: FileError("/dev/zero", .tooLarge(limit: 10_000))) {
        try Files.read("/dev/zero", limit: 10_000)
      }
    }
  }

  @Test func `errors say which file, why and what to do`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "nowhere")
      let missing = #expect(throws: FileError.self) { try Files.read(path) }
      #expect(missing?.description == "cannot open '\(path)': it does not exist; check the path")
      try Files.write([0xFF], to: path)
      let binary = #expect(throws: FileError.self) { try Files.readText(path) }
      #expect(binary?.description == "cannot read '\(path)': it is not UTF-8 text; convert it to UTF-8")
      #expect(
        FileError("x", .tooLarge(limit: 1 << 20)).description == "cannot read 'x': it is larger than 1.0 MiB")
    }
  }

  @Test func `directories are made with those above and listed by bytes`() throws {
    try withDirectory { directory in
      let deep = FilePath.join(directory, "a/b/c")
      try Files.makeDirectories(deep, permissions: 0o700)
      try Files.makeDirectories(deep)
      #expect(try Files.status(deep).isDirectory)
      for name in ["é", "b", "A"] { try Files.write([], to: FilePath.join(deep, name)) }
      #expect(try Files.names(in: deep) == ["A", "b", "é"])
      #expect(throws: FileError.self) { try Files.makeDirectories(FilePath.join(deep, "b/x")) }
      try Files.removeTree(directory)
      #expect(!Files.exists(directory))
      try Files.remove(directory)
    }
  }

  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b/c", "a/b", "c"), ("/a/", "/a", ""),
  ])
  func `a path has a directory and a name`(path: String, directory: String, name: String) {
    #expect(FilePath.directory(of: path) == directory)
    #expect(FilePath.name(of: path) == name)
  }

  @Test func `a kept file is its owner's alone, and opened again as it is`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "kept")
      do {
        let file = try Files.openKept(path)
        #expect(write(file.raw, [1, 2] as [UInt8], 2) == 2)
      }
      #expect(try Files.status(path).permissions == 0o600)
      chmod(path, 0o640)
      do { _ = try Files.openKept(path) }
      #expect(try Files.read(path) == [1, 2])
      #expect(try Files.status(path).permissions == 0o640)
      #expect(symlink(path, path + "-link") == 0)
      let error = #expect(throws: FileError.self) { _ = try Files.openKept(path + "-link") }
      #expect(error?.problem == .system(code: ELOOP), "\(String(describing: error))")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `a kept file that root makes belongs to whoever owns the directory`() throws {
    try withDirectory { directory in
      chown(directory, 4711, 4711)
      let path = FilePath.join(directory, "kept")
      do { _ = try Files.openKept(path) }
      #expect(try Files.status(path).owner == 4711)
      // What was there before keeps its owner.
      chown(path, 4712, 4712)
      do { _ = try Files.openKept(path) }
      #expect(try Files.status(path).owner == 4712)
    }
  }

  @Test func `one process holds a lock and its number can be read`() throws {
    try withDirectory { directory in
      let path = FilePath.join(directory, "lock")
      try hold(path)
      // Released with the value: it can be had again.
      try hold(path)
    }
  }

  private func hold(_ path: String) throws {
    let lock = try LockFile(path)
    #expect(LockFile.holder(of: path) == getpid())
    let error = #expect(throws: LockError.self) { _ = try LockFile(path) }
    #expect(
      error?.description
        == "'\(path)' is locked by process \(getpid()); stop it first, or talk to it instead of starting another"
    )
    _ = lock.path
  }

  @Test func `a lock in a missing directory says so`() {
    let error = #expect(throws: LockError.self) { _ = try LockFile("/nowhere/lock") }
    #expect(
      error?.description == "cannot open the lock file '/nowhere/lock': it does not exist; check the path")
    #expect(
      LockError.networkFileSystem(path: "/mnt/lock", kind: "NFS").description
        == "'/mnt/lock' lies on a network file system (NFS), where a lock does not protect; use a local disk")
  }
}
