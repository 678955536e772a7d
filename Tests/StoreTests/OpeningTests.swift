import Domain
import Glibc
import Platform
import Store
import Synchronization
import Testing

private final class Moments: Sendable {
  let isBegun = Atomic(false)
  let isWritten = Atomic(false)
}

struct OpeningTests {
  private func withDirectory(_ body: (_ path: String) async throws -> Void) async throws {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-opening")
    defer { try? Files.removeTree(directory) }
    try await body(directory + "/shop/test.db")
  }

  private func copy(_ path: String, _ suffixes: [String], to other: String) throws {
    try Files.makeDirectories(FilePath.directory(of: other))
    for suffix in suffixes { try Files.write(try Files.read(path + suffix), to: other + suffix) }
  }

  private func expectCustomers(
    _ count: Int, in store: Store, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await store.read { try $0.customerCount() }
    #expect(found == count, sourceLocation: sourceLocation)
  }

  private func addCustomer(_ store: Store, _ id: String) async throws {
    _ = try await store.write { try $0.createCustomers(ids: [id]) }
  }

  @Test
  func `a second opening is refused and names the holder`() async throws {
    try await withDirectory { path in
      try await StoreKind.use(.sqlite(path: path)) { _ in
        let error = #expect(throws: StoreError.self) { try Store(.sqlite(path: path)) }
        #expect(error == .locked(path: path, holder: getpid()))
        #expect(error?.exitCode == 73)
        #expect(
          error?.description == "store: \(path) is in use by process \(getpid()); stop that one first")
      }
      // And may follow when the first is closed; what it wrote is there.
      try await StoreKind.use(.sqlite(path: path)) { try await addCustomer($0, "ann") }
      try await StoreKind.use(.sqlite(path: path)) { store in
        try await expectCustomers(1, in: store)
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `what root makes in the service's directory belongs to the service`() async throws {
    try await withDirectory { path in
      let directory = FilePath.directory(of: path)
      try Files.makeDirectories(directory)
      chown(directory, 4711, 4711)
      try await StoreKind.use(.sqlite(path: path)) { store in
        try await addCustomer(store, "ann")
        for name in try Files.names(in: directory) {
          let status = try Files.status(FilePath.join(directory, name))
          #expect(status.owner == 4711 && status.permissions == 0o600, "\(name): \(status)")
        }
        #expect(try Files.names(in: directory).count == 5)
      }
    }
  }

  @Test
  func `a newer schema is refused and left alone`() async throws {
    try await withDirectory { path in
      try await StoreKind.use(.sqlite(path: path)) { try await addCustomer($0, "ann") }
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.run("UPDATE meta SET value = '99' WHERE name = 'schema_version'")
      connection.close()
      let before = try Files.read(path)
      let error = #expect(throws: StoreError.self) { try Store(.sqlite(path: path)) }
      #expect(error == .newerSchema(found: 99, known: Schema.version))
      #expect(error?.exitCode == 65)
      #expect(
        error?.description
          == "store: it was written by a newer reprise (schema 99, this program knows \(Schema.version)); install that version again, or restore a backup from before the upgrade"
      )
      #expect(try Files.read(path) == before)
    }
  }

  @Test
  func `a log that was lost is refused, one that was taken in is not`() async throws {
    try await withDirectory { path in
      let lost = path + "-copies/lost/test.db"
      let whole = path + "-copies/whole/test.db"
      let read = path + "-copies/read/test.db"
      // As a crash leaves it: the last commits stand in the log alone.
      try await StoreKind.use(.sqlite(path: path)) { store in
        for id in ["ann", "bob", "cid"] { try await addCustomer(store, id) }
        try copy(path, ["", "-generation"], to: lost)
        for other in [whole, read] { try copy(path, ["", "-wal", "-generation"], to: other) }
      }
      let error = #expect(throws: StoreError.self) { try Store(.sqlite(path: lost)) }
      #expect(error == .lostCommits(path: lost, found: 0, confirmed: 3))
      #expect(error?.exitCode == 65)
      #expect(
        error?.description
          == "store: \(lost) lacks its last changes (it stands at commit 0, 3 was confirmed): a message already sent could be sent again; put \(lost)-wal back if it was removed; if this is a backup put here on purpose, say so with: reprise restored"
      )
      // The way out that the text names; once is enough.
      try await acceptBackup(lost, adding: "dan")
      try await StoreKind.use(.sqlite(path: lost)) { store in
        try await expectCustomers(1, in: store)
      }
      try await StoreKind.use(.sqlite(path: whole)) { store in
        try await expectCustomers(3, in: store)
      }
      // Somebody looked into the file after the crash, and thereby took in and removed the log.
      let visitor = try SQLiteConnection(path: read, mode: .writer)
      #expect(try visitor.integer("SELECT count(*) FROM customers") == 3)
      visitor.close()
      #expect(!Files.exists(read + "-wal"))
      try await StoreKind.use(.sqlite(path: read)) { store in
        try await expectCustomers(3, in: store)
      }
    }
  }

  private func acceptBackup(_ path: String, adding customer: String) async throws {
    let store = try Store(.sqlite(path: path), options: .init(acceptsOlderCopy: true))
    try await addCustomer(store, customer)
    await store.close()
  }

  @Test
  func `a copy from elsewhere is refused until somebody says that it is a backup`() async throws {
    try await withDirectory { path in
      let other = path + "-copies/test.db"
      try await StoreKind.use(.sqlite(path: path)) { try await addCustomer($0, "ann") }
      try copy(path, [""], to: other)
      for _ in 1...2 {
        let error = #expect(throws: StoreError.self) { try Store(.sqlite(path: other)) }
        #expect(error == .foreignCopy(path: other))
        #expect(error?.exitCode == 65)
        #expect(
          error?.description
            == "store: \(other) was put here from elsewhere (there is no \(other)-generation beside it): what was sent since it was copied could be sent again; say that it is a backup with: reprise restored"
        )
      }
      try await acceptBackup(other, adding: "bob")
      try await StoreKind.use(.sqlite(path: other)) { try await expectCustomers(2, in: $0) }
    }
  }

  @Test
  func `a damaged file is refused and left alone`() async throws {
    try await withDirectory { path in
      try Files.makeDirectories(FilePath.directory(of: path))
      let garbage = [UInt8](repeating: 0x41, count: 10_000)
      try Files.write(garbage, to: path)
      let error = #expect(throws: StoreError.self) { try Store(.sqlite(path: path)) }
      #expect(error == .damaged(path: path, findings: ["file is not a database"]))
      #expect(error?.exitCode == 65)
      #expect(
        error?.description
          == "store: \(path) is damaged (file is not a database); nothing was changed; restore a backup, or save what is readable with: sqlite3 \(path) .recover"
      )
      #expect(try Files.read(path) == garbage)
      // A page of a table overwritten, seen by the check that the options ask for.
      try Files.remove(path)
      try Files.remove(path + "-generation")
      try await StoreKind.use(.sqlite(path: path)) { store in
        _ = try await store.write { try $0.createCustomers(ids: (0..<5000).map { "customer \($0)" }) }
      }
      var bytes = try Files.read(path)
      let middle = bytes.count / 2 / 8192 * 8192
      for index in middle..<middle + 8192 { bytes[index] = 0x41 }
      try Files.write(bytes, to: path)
      let found = #expect(throws: StoreError.self) {
        try Store(.sqlite(path: path), options: .init(checksIntegrity: true))
      }
      guard case .damaged(path, let findings) = found else {
        Issue.record("not damaged: \(String(describing: found))")
        return
      }
      #expect(!findings.isEmpty)
      #expect(try Files.read(path) == bytes)
    }
  }

  @Test
  func `a full disk fails the write that found it, and later ones work again`() async throws {
    try await StoreKind.sqlite.use { store in
      try await addCustomer(store, "ann")
      try await store.write { tx in
        let pages = try tx.connection.integer("PRAGMA page_count") ?? 0
        try tx.connection.query(SQLText("PRAGMA max_page_count=\(pages + 4)")) { _ in }
      }
      let error = await #expect(throws: SQLError.self) {
        try await store.write { _ = try $0.createCustomers(ids: (0..<5000).map { "customer \($0)" }) }
      }
      #expect(
        error?.description
          == "full: database or disk is full (code 13) in: INSERT INTO customers (id, consent, tags, attributes, field_times) VALUES (?1, '{}', '[]', '{}', '{}') ON CONFLICT (id) DO NOTHING RETURNING key"
      )
      try await expectCustomers(1, in: store)
      try await store.write { try $0.connection.query("PRAGMA max_page_count=1000000") { _ in } }
      _ = try await store.write { try $0.createCustomers(ids: (0..<5000).map { "customer \($0)" }) }
      try await expectCustomers(5001, in: store)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a long look holds up no writer and sees one moment`(kind: StoreKind) async throws {
    try await kind.use { store in
      try await addCustomer(store, "ann")
      let moments = Moments()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          let counts = try await store.read { tx in
            let before = try tx.customerCount()
            moments.isBegun.store(true, ordering: .releasing)
            while !moments.isWritten.load(ordering: .acquiring) { sched_yield() }
            return (before, try tx.customerCount())
          }
          #expect(counts == (1, 1))
        }
        while !moments.isBegun.load(ordering: .acquiring) { await Task.yield() }
        for index in 0..<20 { try await addCustomer(store, "c\(index)") }
        moments.isWritten.store(true, ordering: .releasing)
        try await group.waitForAll()
      }
      try await expectCustomers(21, in: store)
    }
  }
}
