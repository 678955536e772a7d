import Domain
import Platform
import Store
import Testing

struct SQLiteBackupTests {
  private func inDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-backup")
    defer { try? Files.removeTree(directory) }
    try await body(directory)
  }

  private func fill(_ path: String, customers: Int, acceptsOlderCopy: Bool = false) async throws {
    let store = try Store(
      .sqlite(path: path), options: .init(readers: 1, acceptsOlderCopy: acceptsOlderCopy))
    _ = try await store.write { try $0.createCustomers(ids: (0..<customers).map { "c\($0)" }) }
    await store.close()
  }

  private func count(_ path: String) async throws -> Int {
    let store = try Store(.sqlite(path: path), options: .init(readers: 1, acceptsOlderCopy: true))
    let count = try await store.read { try $0.customerCount() }
    await store.close()
    return count
  }

  @Test func `a copy is made while the store is open, and put back with the former store kept`() async throws
  {
    try await inDirectory { directory in
      let (path, copy) = (directory + "/shop.db", directory + "/copy.db")
      let store = try Store(.sqlite(path: path), options: .init(readers: 1))
      _ = try await store.write { try $0.createCustomers(ids: ["ann", "bob"]) }
      let made = try SQLiteBackup.make(of: path, to: copy)
      #expect(made.customers == 2)
      #expect(made.schema == Schema.version)
      #expect(made.lastDecision == nil)
      let again = #expect(throws: StoreError.self) { try SQLiteBackup.make(of: path, to: copy) }
      #expect(
        again?.description
          == "store: \(copy): it is there already; give the backup another name, or remove it")
      #expect(again?.exitCode == 73)
      let none = #expect(throws: StoreError.self) {
        try SQLiteBackup.make(of: directory + "/none.db", to: copy + "2")
      }
      #expect(none?.description == "store: \(directory)/none.db: there is no such store")
      #expect(none?.exitCode == 66)
      let used = #expect(throws: StoreError.self) { try SQLiteBackup.restore(copy, to: path, stamp: "1") }
      #expect(used?.exitCode == 73)
      _ = try await store.write { try $0.createCustomers(ids: ["eve"]) }
      await store.close()
      let restored = try SQLiteBackup.restore(copy, to: path, stamp: "20260301")
      #expect(restored.contents == made)
      #expect(restored.former == path + ".before-restore-20260301")
      let (now, before) = (try await count(path), try await count(path + ".before-restore-20260301"))
      #expect(now == 2)
      #expect(before == 3)
    }
  }

  @Test func `the directory of a store that is put back on a new machine is made`() async throws {
    try await inDirectory { directory in
      try await fill(directory + "/shop.db", customers: 2)
      _ = try SQLiteBackup.make(of: directory + "/shop.db", to: directory + "/copy.db")
      let path = directory + "/var/lib/shop.db"
      let restored = try SQLiteBackup.restore(directory + "/copy.db", to: path, stamp: "1")
      #expect(restored.former == nil)
      let count = try await count(path)
      #expect(count == 2)
    }
  }

  @Test func `a file that is no store, or damaged, changes nothing`() async throws {
    try await inDirectory { directory in
      let path = directory + "/shop.db"
      try await fill(path, customers: 5)
      try Files.write(Array("hello, world".utf8), to: directory + "/text")
      let empty = try SQLiteConnection(path: directory + "/other.db", mode: .writer)
      try empty.execute("CREATE TABLE t (a)")
      empty.close()
      let copy = directory + "/copy.db"
      _ = try SQLiteBackup.make(of: path, to: copy)
      var bytes = try Files.read(copy)
      for index in 4096..<min(bytes.count, 20_480) { bytes[index] = 0xAA }
      try Files.write(bytes, to: directory + "/damaged.db")
      try Files.makeDirectories(directory + "/folder")
      for (name, reason) in [
        ("text", "it is no database of SQLite"), ("other.db", "it is a database, but no store of reprise"),
        ("damaged.db", nil),
        (
          "folder",
          "cannot read '\(directory)/folder': it is not a regular file; give the path of a plain file"
        ),
      ] {
        let error = #expect(throws: StoreError.self, "\(name)") {
          try SQLiteBackup.restore(directory + "/" + name, to: path, stamp: "1")
        }
        #expect(error?.exitCode == 65, "\(name): \(error as Any)")
        if let reason { #expect(error?.description == "store: \(directory)/\(name): \(reason)") }
        let left = try await count(path)
        #expect(left == 5)
      }
      let left = try Files.names(in: directory).filter { $0.contains("restoring") || $0.contains("before") }
      #expect(left == [])
    }
  }
}
