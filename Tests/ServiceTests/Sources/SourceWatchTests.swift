import Domain
import Glibc
import Import
import Operations
import Platform
import Store
import Support
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(10))) struct SourceWatchTests {
  @Test func `a file is imported once it is unchanged for an interval`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name\na,Ann\n")
      #expect(await folder.watch.look() == .seconds(60))
      folder.time.advance(by: .seconds(59))
      #expect(await folder.watch.look() == .seconds(1))
      #expect(folder.rows == [0, 0, 0])
      folder.time.advance(by: .seconds(1))
      #expect(await folder.watch.look() == nil)
      #expect(try await folder.firstName("a") == "Ann")
      #expect(folder.rows == [1, 0, 0])
      #expect(folder.watch.state.result?.files == 1)
      #expect(folder.watch.state.succeededAt == folder.time.now)
    }
  }

  @Test func `a growing file waits until it stops growing`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name\na,Ann\n")
      _ = await folder.watch.look()
      folder.time.advance(by: .seconds(60))
      try folder.write("a.csv", "id,first_name\na,Ann\nb,Bob\n")
      #expect(await folder.watch.look() == .seconds(60))
      #expect(try await folder.customers() == [])
      folder.time.advance(by: .seconds(60))
      _ = await folder.watch.look()
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  @Test
  func `an unchanged file is not read again, even after a restart, and a replaced one is imported whole`()
    async throws
  {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name\na,Ann\n")
      await folder.settle()
      let first = try await folder.remembered()
      try folder.restart()
      #expect(await folder.watch.look() == nil)
      #expect(folder.rows == [0, 0, 0])
      #expect(try await folder.remembered() == first)
      try folder.write("a.csv", "id,first_name\na,Anna\nb,Bob\n")
      await folder.settle()
      #expect(try await folder.firstName("a") == "Anna")
      #expect(folder.rows == [2, 0, 0])
    }
  }

  @Test func `the same content with a new time is not imported again`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name\na,Ann\n")
      await folder.settle()
      let first = try await folder.remembered()
      try folder.write("a.csv", "id,first_name\na,Ann\n")
      await folder.settle()
      let second = try await folder.remembered()
      #expect(folder.rows == [1, 0, 0])
      #expect(first.map(\.fingerprint) == second.map(\.fingerprint))
      #expect(first.map(\.modified) != second.map(\.modified))
    }
  }

  @Test func `content that returns after other content is imported again`() async throws {
    try await WatchedFolder.run { folder in
      for name in ["Ann", "Anna", "Ann"] {
        try folder.write("a.csv", "id,first_name\na,\(name)\n")
        await folder.settle()
        #expect(try await folder.firstName("a") == name)
        folder.time.advance(by: .seconds(1))
      }
      #expect(folder.rows == [3, 0, 0])
    }
  }

  @Test func `older files come first, so that the newest has the last word`() async throws {
    try await WatchedFolder.run { folder in
      for (name, first, second) in [("z.csv", "Ann", 10), ("a.csv", "Anna", 20)] {
        try folder.write(name, "id,first_name\na,\(first)\n")
        var times = [timespec(tv_sec: second, tv_nsec: 0), timespec(tv_sec: second, tv_nsec: 0)]
        #expect(utimensat(AT_FDCWD, folder.path + "/" + name, &times, 0) == 0)
      }
      await folder.settle()
      #expect(try await folder.firstName("a") == "Anna")
    }
  }

  @Test
  func `links, pipes and folders are told once and skipped, files that are still being written skipped`()
    async throws
  {
    try await WatchedFolder.run { folder in
      try folder.write("b.csv.part", "id\nb\n")
      try folder.write(".c.csv", "id\nc\n")
      #expect(symlink("/etc/shadow", folder.path + "/shadow.csv") == 0)
      #expect(mkfifo(folder.path + "/pipe.csv", 0o600) == 0)
      #expect(mkdir(folder.path + "/folder.csv", 0o700) == 0)
      try folder.write("a.csv", "id\na\n")
      await folder.settle()
      #expect(try await folder.customers() == ["a"])
      let told = [
        "folder.csv: it is a folder; folders below are not looked into, name each with from",
        "pipe.csv: it is a pipe, a socket or a device; only plain files are imported",
        "shadow.csv: it is a link, which is not followed; put the file itself there",
      ]
      #expect(folder.problems == told)
      #expect(folder.watch.state.succeededAt == nil)
      #expect(folder.log.lines.count { $0.contains("source_file_passed_over") } == 3)
      #expect(try await folder.remembered().map(\.file) == ["a.csv"])
      // Done: it has its name.
      folder.rename("b.csv.part", to: "b.csv")
      try Files.remove(folder.path + "/pipe.csv")
      await folder.settle()
      #expect(try await folder.customers() == ["a", "b"])
      #expect(folder.problems == [told[0], told[2]])
      #expect(folder.log.lines.count { $0.contains("source_file_passed_over") } == 3)
      // A link that becomes a file is one.
      try Files.remove(folder.path + "/shadow.csv")
      try folder.write("shadow.csv", "id\nc\n")
      await folder.settle()
      #expect(try await folder.customers() == ["a", "b", "c"])
      #expect(folder.problems == [told[0]])
    }
  }

  @Test func `a file that cannot be read is told once, the others are imported, and it is tried again`()
    async throws
  {
    try await WatchedFolder.run { folder in
      let (watch, path) = (folder.watch, folder.path)
      try folder.write("b.csv", "id\nb\n")
      func look() async throws {
        // As if the first file went away, or the right to read it, after it was listed.
        let files = ["a.csv", "b.csv"].map { SourceEntry(name: $0, size: 5, modified: "1") }
        _ = try await watch.take(files) { file, begun in
          try await SourceImport(watch: watch, path: path + "/" + file.name, file: begun).run { true }
        }
      }
      _ = await watch.look()
      try await look()
      folder.time.advance(by: .seconds(60))
      for _ in 1...2 {
        try await look()
        #expect(try await folder.customers() == ["b"])
        #expect(
          folder.problems == ["a.csv: cannot look at '\(path)/a.csv': it does not exist; check the path"])
        #expect(folder.log.lines.count { $0.contains("source_file_passed_over") } == 1)
      }
      try folder.write("a.csv", "id\na\n")
      try await look()
      #expect(try await folder.customers() == ["a", "b"])
      #expect(folder.problems == [])
      #expect(folder.watch.state.trouble == nil)
    }
  }

  @Test func `a file whose name is not UTF-8 is told with escapes`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id\na\n")
      let raw = Array((folder.path + "/caf").utf8) + [0xE9] + Array("\n.csv".utf8) + [0]
      let made = raw.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { creat($0.baseAddress!, 0o600) }
      #expect(made >= 0 && close(made) == 0)
      await folder.settle()
      #expect(try await folder.customers() == ["a"])
      #expect(folder.problems == ["caf\\xE9\n.csv: its name is not UTF-8; rename it"])
      let logged = folder.log.lines.filter { $0.contains("source_file_passed_over") }
      #expect(logged.count == 1 && logged[0].contains("caf\\\\xE9\\n.csv"), "\(logged)")
    }
  }

  @Test func `a file that nobody lets the daemon read is told, and the others are imported`() async throws {
    // Root may read all files.
    if geteuid() == 0 { return }
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id\na\n")
      try folder.write("b.csv", "id\nb\n")
      #expect(chmod(folder.path + "/a.csv", 0) == 0)
      await folder.settle()
      #expect(try await folder.customers() == ["b"])
      #expect(
        folder.problems == [
          "a.csv: cannot open '\(folder.path)/a.csv': permission denied; check its owner and mode, and the directories above it"
        ])
      #expect(chmod(folder.path + "/a.csv", 0o600) == 0)
      await folder.settle()
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  @Test func `a file that becomes a link between two checks is not followed`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("elsewhere", "id\nb\n")
      try folder.write("a.csv", "id\na\n")
      let seen = try Files.list(folder.path) { $0 == "a.csv" }
      try Files.remove(folder.path + "/a.csv")
      #expect(symlink(folder.path + "/elsewhere", folder.path + "/a.csv") == 0)
      let begun = SourceFile(
        source: "shop", file: "a.csv", size: seen[0].size, modified: "1", reading: "", fingerprint: "",
        outcome: .running, at: folder.time.now)
      _ = await folder.watch.look()
      try await SourceImport(watch: folder.watch, path: folder.path + "/a.csv", file: begun).run { true }
      #expect(try await folder.customers() == [])
      #expect(try await folder.remembered().map(\.outcome) == [.refused])
    }
  }

  @Test
  func
    `a file of unclear meaning is told with the words of the command, and read again when it or its options change`()
    async throws
  {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "number,first_name\na,Ann\n")
      await folder.settle()
      let problem =
        "'\(folder.path)/a.csv': line 1: no column for id, which customers need; the columns are 'number', 'first_name'; name it with --map id=COLUMN"
      #expect(folder.problems == ["a.csv: \(problem)"])
      // When there was nothing to read yet.
      #expect(folder.watch.state.succeededAt == VirtualClock.noon)
      let count = folder.log.lines.count
      await folder.settle()
      #expect(folder.log.lines.count == count)
      #expect(
        folder.log.lines.contains { $0.contains("source_file_refused") && $0.contains("no column for id") })

      // Options of the configuration.
      folder.options.mappings = [("id", "number")]
      try folder.restart()
      await folder.settle()
      #expect(folder.problems == [])
      #expect(try await folder.firstName("a") == "Ann")

      // The file itself.
      try folder.write("b.csv", "nothing\n1\n")
      await folder.settle()
      #expect(folder.problems.count == 1)
      try folder.write("b.csv", "number,first_name\nb,Bob\n")
      await folder.settle()
      #expect(folder.problems == [])
      #expect(try await folder.customers() == ["a", "b"])
    }
  }

  @Test func `rejected rows go to their own file, and are reported until a corrected file arrives`()
    async throws
  {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name\na,Ann\n,Nobody\n")
      await folder.settle()
      let rejected = folder.rejects + "/shop/a.rejected.csv"
      #expect(
        try Files.readText(rejected)
          == "\"id\",\"first_name\",\"rejected_line\",\"rejected_reason\"\r\n"
          + "\"\",\"Nobody\",\"3\",\"id: it is empty, but needed\"\r\n")
      #expect(try Files.status(rejected).permissions == 0o600)
      #expect(folder.rows == [1, 0, 1])
      #expect(folder.problems == ["a.csv: 1 row rejected; see \(rejected)"])
      try folder.restart()
      _ = await folder.watch.look()
      #expect(folder.problems == ["a.csv: 1 row rejected; see \(rejected)"])
      try folder.write("a.csv", "id,first_name\na,Ann\nb,Nobody\n")
      await folder.settle()
      #expect(folder.problems == [])
      #expect(!Files.exists(rejected))
      #expect(try Files.names(in: folder.path) == ["a.csv"])
    }
  }

  @Test func `rows that were imported in part are counted, also across an interruption`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id,first_name,email\na,Ann,nobody\n,Nobody,\nb,Bob,b@customers.example\n")
      await folder.settle()
      let rejected = folder.rejects + "/shop/a.rejected.csv"
      #expect(folder.rows == [2, 0, 1])
      let problem = "a.csv: 1 row rejected, 1 row imported only in part; see \(rejected)"
      #expect(folder.problems == [problem])
      try folder.restart()
      _ = await folder.watch.look()
      #expect(folder.problems == [problem])

      var text = "id,first_name,email\n"
      for row in 1...10_000 { text += "c\(row),Name,\(row % 10 == 0 ? "nobody" : "")\n" }
      try folder.write("a.csv", text)
      _ = await folder.watch.look()
      folder.time.advance(by: .seconds(60))
      let before = folder.rows[0]
      let looking = Task { [watch = folder.watch] in await watch.look() }
      try await eventually("first rows") { folder.rows[0] > before }
      folder.watch.stop()
      _ = await looking.value
      #expect(folder.rows[0] < 10_000)
      try folder.restart()
      _ = await folder.watch.look()
      #expect(folder.problems == ["a.csv: 1,000 rows imported only in part; see \(rejected)"])
    }
  }

  @Test func `a file without a header is refused, and nobody's address is kept or logged`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "c-1,anna@customers.example\nc-2,bea@customers.example\n")
      try folder.write("b.csv", "Anna Miller,Hill Road 1\nBea Smith,Hill Road 2\n")
      await folder.settle()
      #expect(
        folder.problems == [
          "a.csv: '\(folder.path)/a.csv': line 1: column 2 holds an address or a telephone number, so this line is data; put a line with the names of the columns above it",
          "b.csv: '\(folder.path)/b.csv': line 1: no column for id, which customers need; none of the 2 columns has a name that is known; name it with --map id=COLUMN",
        ])
      let kept = try await folder.remembered().map { $0.problem ?? "" } + folder.log.lines
      #expect(kept.allSatisfy { !$0.contains("anna") && !$0.contains("Anna") })
    }
  }

  @Test func `a missing folder is a problem until it exists`() async throws {
    try await WatchedFolder.run { folder in
      try Files.removeTree(folder.path)
      #expect(await folder.watch.look() == nil)
      #expect(
        folder.watch.state.trouble == "cannot list '\(folder.path)': it does not exist; check the path")
      _ = await folder.watch.look()
      #expect(folder.log.lines.count { $0.contains("source_failed") } == 1)
      try Files.makeDirectories(folder.path)
      _ = await folder.watch.look()
      #expect(folder.watch.state.trouble == nil)
      #expect(folder.log.lines.count { $0.contains("source_recovered") } == 1)
    }
  }

  @Test func `a stop waits for the current batch, and the next start continues after it`() async throws {
    try await WatchedFolder.run { folder in
      var text = "id,first_name\n"
      for row in 1...10_000 { text += "c\(row),Name\(row)\n" }
      try folder.write("a.csv", text)
      _ = await folder.watch.look()
      folder.time.advance(by: .seconds(60))
      let looking = Task { [watch = folder.watch] in await watch.look() }
      try await eventually("first rows") { folder.rows[0] > 0 }
      folder.watch.stop()
      _ = await looking.value
      let done = folder.rows[0]
      #expect(done < 10_000)
      #expect(try await folder.remembered().map(\.outcome) == [.running])
      try folder.restart()
      _ = await folder.watch.look()
      #expect(folder.rows == [10_000 - done, 0, 0])
      #expect(try await folder.remembered().map(\.imported) == [10_000])
      let left = try await folder.shop.daemon.store.read { tx in
        try tx.importProgress(fingerprint: try tx.files(ofSource: "shop")[0].fingerprint)
      }
      #expect(left == nil)
    }
  }

  @Test func `a file that is gone for a month is forgotten`() async throws {
    try await WatchedFolder.run { folder in
      try folder.write("a.csv", "id\na\n")
      try folder.write("b.csv", "id\nb\n")
      await folder.settle()
      try Files.remove(folder.path + "/a.csv")
      folder.time.advance(by: .days(29))
      _ = await folder.watch.look()
      #expect(try await folder.remembered().map(\.file) == ["a.csv", "b.csv"])
      folder.time.advance(by: .days(2))
      _ = await folder.watch.look()
      #expect(try await folder.remembered().map(\.file) == ["b.csv"])
    }
  }
}
