import Glibc
import Platform
import Store
import Testing

/// A database file that is gone, or empty, while something of it still lies there.
struct RemainsTests {
  private func withStore(_ body: (_ path: String) async throws -> Void) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-remains")
    defer { try? Files.removeTree(directory) }
    let path = directory + "/reprise.db"
    let other = directory + "/copy.db"
    // As a crash leaves it: the last commits stand in the log alone.
    try await StoreKind.use(.sqlite(path: other)) { store in
      _ = try await store.write { try $0.createCustomers(ids: ["ann"]) }
      for suffix in ["", "-wal", "-shm", "-generation"] {
        try Files.write(try Files.read(other + suffix), to: path + suffix)
      }
    }
    try await body(path)
  }

  private func refusal(_ path: String, acceptsOlderCopy: Bool = false) -> StoreError? {
    #expect(throws: StoreError.self) {
      try Store(.sqlite(path: path), options: .init(readers: 1, acceptsOlderCopy: acceptsOlderCopy))
    }
  }

  @Test(arguments: [["-wal", "-shm", "-generation"], ["-wal"], ["-shm"], ["-generation"]])
  func `no new shop is begun beside what is left of an old one`(left: [String]) async throws {
    try await withStore { path in
      for suffix in ["", "-wal", "-shm", "-generation"] where !left.contains(suffix) {
        try Files.remove(path + suffix)
      }
      let names = left.map { path + $0 }.joined(separator: ", ")
      let kept = try left.map { try Files.read(path + $0) }
      for accepts in [false, true] {
        let error = refusal(path, acceptsOlderCopy: accepts)
        #expect(error == .remains(path: path, isEmpty: false, left: left.map { path + $0 }))
        #expect(error?.exitCode == 65)
        #expect(
          error?.description
            == "store: there is no \(path), though there is still \(names): a new store in its place would forget what was sent; put \(path) back; or put a backup there and say so with: reprise restored; or, to begin a new shop, move \(names) away"
        )
      }
      #expect(!Files.exists(path))
      #expect(try left.map { try Files.read(path + $0) } == kept)
    }
  }

  @Test
  func `an empty file is no new shop either when something of an old one lies beside it`() async throws {
    try await withStore { path in
      try Files.write([], to: path)
      let error = refusal(path)
      let names = ["-wal", "-shm", "-generation"].map { path + $0 }
      #expect(error == .remains(path: path, isEmpty: true, left: names))
      #expect(error?.exitCode == 65)
      let list = names.joined(separator: ", ")
      #expect(
        error?.description
          == "store: \(path) is empty, though there is still \(list): a new store in its place would forget what was sent; put \(path) back; or put a backup there and say so with: reprise restored; or, to begin a new shop, move \(path), \(list) away"
      )
      #expect(try Files.read(path) == [])
      #expect(try Files.read(path + "-wal").count > 0)
    }
  }

  @Test
  func `a database without our tables is no new shop`() async throws {
    try await withStore { path in
      for suffix in ["", "-wal", "-shm", "-generation"] { try Files.remove(path + suffix) }
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("CREATE TABLE recipes (name TEXT)")
      connection.close()
      let before = try Files.read(path)
      let error = refusal(path)
      #expect(error == .foreignDatabase(path: path))
      #expect(error?.exitCode == 65)
      #expect(
        error?.description
          == "store: \(path) is a database of another program; give reprise a file of its own")
      #expect(try Files.read(path) == before)
    }
  }

  @Test
  func `a first start that was killed before anything was confirmed goes on`() async throws {
    try await withStore { path in
      for suffix in ["", "-wal", "-shm", "-generation"] { try Files.remove(path + suffix) }
      for generation in ["", "0000000000000000000\n"] {
        try Files.write([], to: path)
        try Files.write(Array(generation.utf8), to: path + "-generation")
        try await StoreKind.use(.sqlite(path: path)) { store in
          let count = try await store.read { try $0.customerCount() }
          #expect(count == 0)
        }
        let left = try Files.names(in: FilePath.directory(of: path))
        #expect(
          left.filter { $0.hasPrefix("reprise.db") } == [
            "reprise.db", "reprise.db-generation", "reprise.db-lock",
          ])
        for suffix in ["", "-generation"] { try Files.remove(path + suffix) }
      }
    }
  }

  @Test
  func `a database that was emptied beside its number is refused`() async throws {
    try await withStore { path in
      for suffix in ["", "-wal", "-shm"] { try Files.remove(path + suffix) }
      // A file of SQLite's with nothing in it but its header.
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("CREATE TABLE t (a); DROP TABLE t")
      connection.close()
      #expect(try Files.read(path).count > 0)
      let error = refusal(path)
      #expect(error == .remains(path: path, isEmpty: true, left: [path + "-generation"]))
    }
  }
}
