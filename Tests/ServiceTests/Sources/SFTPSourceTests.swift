import Configuration
import Domain
import Glibc
import Platform
import Support
import Testing

@testable import Import
@testable import Service

@Suite(.timeLimit(.minutes(10))) struct SFTPSourceTests {
  private func run(
    _ path: String = "/files/", pattern: String = "*.csv",
    _ change: (SSHServer, inout SFTPSource) throws -> Void = { _, _ in },
    _ body: (WatchedFolder, String) async throws -> Void
  ) async throws {
    let server = try await SSHServer()
    let files = server.directory + "/files"
    try Files.makeDirectories(files)
    var source = SFTPSource(
      url: try ServiceURL(
        "sftp://127.0.0.1:\(server.port)\(server.directory)\(path)", rules: .init(schemes: ["sftp"])),
      user: server.user, keyFile: server.keyFile, knownHosts: server.knownHosts,
      pattern: FilePattern(pattern))
    try change(server, &source)
    let place = SourcePlace.sftp(source)
    try await WatchedFolder.run { folder in
      try folder.move(to: place)
      try await body(folder, files)
    }
    _ = server
  }

  private func write(_ path: String, _ text: String) throws { try Files.write(Array(text.utf8), to: path) }

  @Test func `the files of a folder are taken once they have settled, and again when they change`()
    async throws
  {
    try await run { folder, files in
      try write(files + "/a b.csv", "id,first_name\na,Ann\n")
      try write(files + "/c.csv.part", "id\nc\n")
      #expect(symlink("/etc/shadow", files + "/shadow.csv") == 0)
      #expect(mkfifo(files + "/pipe.csv", 0o600) == 0)
      #expect(await folder.watch.look() == .seconds(60))
      #expect(folder.watch.state.trouble == nil)
      folder.time.advance(by: .seconds(60))
      #expect(await folder.watch.look() == nil)
      #expect(
        folder.problems == [
          "pipe.csv: it is a pipe, a socket or a device; only plain files are imported",
          "shadow.csv: it is a link, which is not followed; put the file itself there",
        ])
      #expect(try await folder.firstName("a") == "Ann")
      #expect(try await folder.customers() == ["a"])
      try folder.restart()
      _ = await folder.watch.look()
      #expect(folder.rows == [0, 0, 0])
      try write(files + "/a b.csv", "id,first_name\na,Anna\nb,Bob\n")
      await folder.settle()
      #expect(try await folder.firstName("a") == "Anna")
    }
  }

  @Test func `a file whose name is not UTF-8 is told with escapes`() async throws {
    try await run { folder, files in
      let raw = Array((files + "/caf").utf8) + [0xE9] + Array(".csv".utf8) + [0]
      let made = raw.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { creat($0.baseAddress!, 0o600) }
      #expect(made >= 0 && close(made) == 0)
      await folder.settle()
      #expect(folder.problems == ["caf\\xE9.csv: its name is not UTF-8; rename it"])
      #expect(folder.watch.state.trouble == nil)
    }
  }

  @Test func `a single file is one of its folder`() async throws {
    try await run("/files/a.csv", pattern: "a.csv") { folder, files in
      try write(files + "/a.csv", "id\na\n")
      try write(files + "/b.csv", "id\nb\n")
      await folder.settle()
      #expect(try await folder.customers() == ["a"])
    }
  }

  @Test func `a server with another key is sent nothing`() async throws {
    try await run(
      "/files/", pattern: "*.csv",
      { server, source in
        try SSHServer.makeKey(server.directory + "/other")
        let key = try Files.readText(server.directory + "/other.pub").split(separator: " ").prefix(2)
        source.knownHosts = server.directory + "/others"
        try Files.write(
          Array("[127.0.0.1]:\(server.port) \(key.joined(separator: " "))\n".utf8), to: source.knownHosts)
      }
    ) { folder, files in
      try write(files + "/a.csv", "id\na\n")
      await folder.settle()
      let trouble = folder.watch.state.trouble ?? ""
      #expect(trouble.contains(": the key of the server is not that in "), "\(trouble)")
      #expect(try await folder.customers() == [])
    }
  }

  @Test func `a server that no file names is sent nothing`() async throws {
    try await run(
      "/files/", pattern: "*.csv",
      { server, source in
        source.knownHosts = server.directory + "/none"
        try Files.write([], to: source.knownHosts)
      }
    ) { folder, _ in
      _ = await folder.watch.look()
      let trouble = folder.watch.state.trouble ?? ""
      #expect(trouble.contains(": the key of the server is not that in "), "\(trouble)")
    }
  }

  @Test func `a login that is refused, and a folder that is not there, are told`() async throws {
    try await run(
      "/files/", pattern: "*.csv",
      { server, source in
        try SSHServer.makeKey(server.directory + "/stranger")
        source.keyFile = server.directory + "/stranger"
      }
    ) { folder, _ in
      _ = await folder.watch.look()
      let trouble = folder.watch.state.trouble ?? ""
      #expect(trouble.contains(": the server refuses "), "\(trouble)")
    }
    try await run("/nowhere/") { folder, _ in
      _ = await folder.watch.look()
      let trouble = folder.watch.state.trouble ?? ""
      #expect(
        trouble.hasSuffix("/nowhere/: Could not open directory for reading: No such file or directory"),
        "\(trouble)")
    }
  }
}
