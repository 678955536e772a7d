import Platform
import Store
import Support
import Synchronization
import Testing

/// What a store tells of its writes, on which readiness rests.
struct WriteObservationTests {
  private final class Seen: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ error: SQLError?) { list.withLock { $0.append(error?.kind.rawValue ?? "written") } }
  }

  @Test func `a failed write is told, a written one is told, and one that changes nothing is not`()
    async throws
  {
    let directory = try Files.makeTemporaryDirectory(prefix: "reprise-observation")
    defer { try? Files.removeTree(directory) }
    let seen = Seen()
    let store = try Store(
      .sqlite(path: directory + "/test.db"), options: .init(readers: 1, onWrite: { seen.add($0) }))
    _ = try await store.write { try $0.createCustomers(ids: ["ann"]) }
    #expect(seen.all == ["written"])
    _ = try await store.write { try $0.customerCount() }
    _ = try await store.read { try $0.customerCount() }
    #expect(seen.all == ["written"])

    // No page more than there are.
    try await store.write { try $0.connection.execute("PRAGMA max_page_count = 1") }
    await #expect(throws: SQLError.self) {
      try await store.write { tx in
        _ = try tx.meta("large") { String(repeating: "x", count: 1 << 20) }
      }
    }
    #expect(seen.all == ["written", "full"])
    _ = try await store.write { try $0.customerCount() }
    // A fault of a statement is none of the disk.
    await #expect(throws: SQLError.self) {
      try await store.write { try $0.connection.execute("SELECT nothing") }
    }
    #expect(seen.all == ["written", "full"])

    try await store.write { try $0.connection.execute("PRAGMA max_page_count = 1000000") }
    #expect(seen.all == ["written", "full"])
    try await store.probe()
    #expect(seen.all == ["written", "full", "written"])
    await store.close()
    // The lock is gone with it, although the value lives on.
    let next = try Store(.sqlite(path: directory + "/test.db"), options: .init(readers: 1))
    await next.close()
  }

  @Test func `of a server the small write of a probe is told`() async throws {
    let url = try TemporaryPostgres.shared().makeDatabase()
    let seen = Seen()
    let store = try Store(
      .postgresql(url: url), options: .init(readers: 1, allowsUnsafeServer: true, onWrite: { seen.add($0) }))
    _ = try await store.write { try $0.customerCount() }
    #expect(seen.all == [])
    try await store.probe()
    #expect(seen.all == ["written"])
    await store.close()
  }
}
