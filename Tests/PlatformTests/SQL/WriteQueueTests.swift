import Platform
import Support
import Synchronization
import Testing

struct WriteQueueTests {
  private struct Refused: Error, Equatable { let job: Int }

  private final class Commits: Sendable {
    private let list = Mutex<[WriteQueue.Commit]>([])
    var all: [WriteQueue.Commit] { list.withLock { $0 } }
    func add(_ commit: WriteQueue.Commit) { list.withLock { $0.append(commit) } }
  }

  @Test(arguments: Database.allCases)
  func `jobs that wait share a commit and a failing one disturbs none`(database: Database) async throws {
    try await database.use { open in
      let commits = Commits()
      let gate = WriterGate()
      let queue = try WriteQueue(
        name: "writer", limits: .init(jobs: 1000, duration: .seconds(60)), onCommit: { commits.add($0) },
        open: open)
      try await queue.write { try $0.execute("CREATE TABLE item(id BIGINT PRIMARY KEY)") }
      await withTaskGroup { group in
        group.addTask { try? await queue.write { _ in gate.wait() } }
        await gate.waitUntilReached()
        for id in 0..<200 {
          group.addTask {
            do {
              let changed = try await queue.write { connection in
                let changed = try connection.run("INSERT INTO item VALUES(?1)", [.integer(Int64(id))])
                if id % 10 == 3 { throw Refused(job: id) }
                if id % 10 == 7 { try connection.run("INSERT INTO item VALUES(?1)", [.integer(Int64(id))]) }
                return changed
              }
              #expect(changed == 1 && id % 10 != 3 && id % 10 != 7)
            } catch let error as Refused {
              #expect(error == Refused(job: id) && id % 10 == 3)
            } catch let error as SQLError {
              #expect(error.kind == .uniqueViolation && id % 10 == 7)
            } catch {
              Issue.record(error)
            }
          }
        }
        while queue.pending < 200 { await Task.yield() }
        gate.open()
      }
      // The table, and the gate with all of the others.
      #expect(commits.all.map(\.jobs) == [1, 161])
      #expect(commits.all.allSatisfy { $0.error == nil && $0.duration >= $0.commitDuration })
      await queue.close()
      let connection = try open()
      #expect(try connection.integer("SELECT count(*) FROM item") == 160)
      connection.close()
      await #expect(throws: SQLError(.connectionLost, "the store is closed for writing")) {
        try await queue.write { _ in }
      }
    }
  }

  @Test(arguments: Database.allCases)
  func `a failing job alone fails alone`(database: Database) async throws {
    try await database.use { open in
      let queue = try WriteQueue(name: "writer", open: open)
      try await queue.write { try $0.execute("CREATE TABLE item(id BIGINT PRIMARY KEY)") }
      await #expect(throws: Refused(job: 1)) {
        try await queue.write { connection in
          try connection.run("INSERT INTO item VALUES(1)")
          throw Refused(job: 1)
        }
      }
      let count = try await queue.write { connection in
        try connection.run("INSERT INTO item VALUES(2)")
        return try connection.integer("SELECT count(*) FROM item")
      }
      #expect(count == 1)
      await queue.close()
    }
  }

  @Test
  func `a job that hides an error of PostgreSQL is not taken for done`() async throws {
    try await Database.postgresql.use { open in
      let queue = try WriteQueue(name: "writer", open: open)
      await #expect(throws: SQLError(.misuse, "the job went on although its transaction was undone")) {
        try await queue.write { _ = try? $0.run("SELECT * FROM nowhere") }
      }
      try await queue.write { try $0.execute("CREATE TABLE item(id BIGINT)") }
      await queue.close()
    }
  }

  @Test
  func `a full disk fails everybody in the transaction and the queue goes on`() async throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let gate = WriterGate()
    let commits = Commits()
    let queue = try WriteQueue(
      name: "writer", limits: .init(duration: .seconds(60)), onCommit: { commits.add($0) }
    ) { () throws(SQLError) in
      try SQLiteConnection(
        path: directory.path + "/test.db", mode: .writer, pragmas: ["journal_mode=WAL", "max_page_count=20"])
    }
    try await queue.write { try $0.execute("CREATE TABLE item(data BLOB)") }
    let kinds = await withTaskGroup(of: SQLError.Kind?.self) { group in
      func add(_ body: @escaping @Sendable (any SQLConnection) throws -> Void) {
        group.addTask {
          do {
            try await queue.write(body)
            return nil
          } catch {
            return (error as? SQLError)?.kind
          }
        }
      }
      add { connection in
        try connection.run("INSERT INTO item VALUES(?1)", [.blob([1])])
        gate.wait()
      }
      await gate.waitUntilReached()
      add { try $0.run("INSERT INTO item VALUES(?1)", [.blob([UInt8](repeating: 0, count: 200_000))]) }
      while queue.pending < 1 { await Task.yield() }
      gate.open()
      var kinds: [SQLError.Kind?] = []
      for await kind in group { kinds.append(kind) }
      return kinds
    }
    #expect(kinds == [.full, .full])
    #expect(commits.all.map(\.error?.kind) == [nil, .full])
    try await queue.write { try $0.run("INSERT INTO item VALUES(?1)", [.blob([2])]) }
    #expect(try await queue.write { try $0.integer("SELECT count(*) FROM item") } == 1)
    await queue.close()
  }

  @Test
  func `a lost connection fails the job that used it, and none that begins after it`() async throws {
    try await Database.postgresql.use { open in
      let queue = try WriteQueue(name: "writer", open: open)
      let pid = try await queue.write { try $0.integer("SELECT pg_backend_pid()") }
      let killer = try open()
      try killer.run("SELECT pg_terminate_backend(CAST(?1 AS INTEGER), 5000)", [.integer(#require(pid))])
      // Lost while nothing was under way.
      let next = try await queue.write { try $0.integer("SELECT pg_backend_pid()") }
      #expect(next != nil && next != pid)
      do {
        try await queue.write { connection in
          try connection.run("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        Issue.record("the connection is still there")
      } catch {
        #expect((error as? SQLError)?.kind == .connectionLost)
      }
      let last = try await queue.write { try $0.integer("SELECT pg_backend_pid()") }
      #expect(last != nil && last != next)
      killer.close()
      await queue.close()
    }
  }

  @Test
  func `a queue that cannot open its database says so at once`() {
    #expect(
      sqlError {
        _ = try WriteQueue(name: "writer") { () throws(SQLError) in
          try SQLiteConnection(path: "/nowhere/test.db", mode: .writer)
        }
      }.description == "cannot open: cannot open /nowhere/test.db: unable to open database file (code 14)")
  }

  @Test func `readers of which one cannot be opened are closed before anybody is told`() throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    let opened = Atomic(0)
    #expect(
      sqlError {
        _ = try ReadPool(name: "reader", size: 3) { () throws(SQLError) in
          guard opened.add(1, ordering: .relaxed).newValue < 3 else { throw SQLError(.other, "no more") }
          return try SQLiteConnection(path: directory.path + "/test.db", mode: .writer)
        }
      } == SQLError(.other, "no more"))
    #expect(try OpenFiles.below(directory.path).isEmpty)
  }

  @Test(arguments: Database.allCases)
  func `readers see what is committed and work side by side`(database: Database) async throws {
    try await database.use { open in
      let queue = try WriteQueue(name: "writer", open: open)
      try await queue.write { try $0.execute("CREATE TABLE item(id BIGINT)") }
      let pool = try ReadPool(name: "reader", size: 3, open: open)
      for id in 0..<20 as Range<Int64> {
        try await queue.write { try $0.run("INSERT INTO item VALUES(?1)", [.integer(id)]) }
      }
      let counts = try await withThrowingTaskGroup(of: Int64?.self) { group in
        for _ in 0..<30 {
          group.addTask { try await pool.read { try $0.integer("SELECT count(*) FROM item") } }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts == [Int64?](repeating: 20, count: 30))
      await #expect(throws: Refused(job: 0)) {
        try await pool.read { connection in
          try connection.begin(.snapshot)
          throw Refused(job: 0)
        }
      }
      for _ in 0..<3 { #expect(try await pool.read { $0.transactionState } == .none) }
      await pool.close()
      await queue.close()
      await #expect(throws: SQLError(.connectionLost, "the store is closed for reading")) {
        try await pool.read { _ in }
      }
    }
  }

  @Test(arguments: Database.allCases)
  func `what is done before a commit is done once for all jobs, and stands or falls with them`(
    database: Database
  ) async throws {
    try await database.use { open in
      let refuses = Mutex(false)
      let commits = Commits()
      let queue = try WriteQueue(
        name: "writer", limits: .init(duration: .seconds(60)), onCommit: { commits.add($0) },
        beforeCommit: { (connection: any SQLConnection) throws(SQLError) in
          try connection.execute("INSERT INTO item VALUES(100)")
          if refuses.withLock({ $0 }) { throw SQLError(.full, "no room beside the database") }
        }, open: open)
      let setup = try open()
      try setup.execute("CREATE TABLE item(id BIGINT)")
      /// Three jobs in one transaction.
      func writeThree() async -> [SQLError.Kind?] {
        let gate = WriterGate()
        return await withTaskGroup(of: SQLError.Kind?.self) { group in
          func add(_ body: @escaping @Sendable () -> Void) {
            group.addTask {
              do {
                try await queue.write { connection in
                  try connection.run("INSERT INTO item VALUES(1)")
                  body()
                }
                return nil
              } catch {
                return (error as? SQLError)?.kind
              }
            }
          }
          add { gate.wait() }
          await gate.waitUntilReached()
          for _ in 0..<2 { add {} }
          while queue.pending < 2 { await Task.yield() }
          gate.open()
          return await group.reduce(into: []) { $0.append($1) }
        }
      }
      let good = await writeThree()
      #expect(good == [nil, nil, nil])
      refuses.withLock { $0 = true }
      let bad = await writeThree()
      #expect(bad == [.full, .full, .full])
      #expect(commits.all.map(\.jobs) == [3, 0])
      #expect(commits.all.map(\.error?.kind) == [nil, .full])
      let sums = try setup.first("SELECT CAST(sum(id) AS BIGINT) FROM item") { $0.int64(0) }
      #expect(sums == 103)
      setup.close()
      await queue.close()
    }
  }

  @Test(arguments: Database.allCases)
  func `a failure of the disk in one job is told though its neighbours are committed`(
    database: Database
  ) async throws {
    try await database.use { open in
      let commits = Commits()
      let cared = Mutex<[SQLError.Kind?]>([])
      let gate = WriterGate()
      let queue = try WriteQueue(
        name: "writer", limits: .init(duration: .seconds(60)), onCommit: { commits.add($0) },
        upkeep: { _, failure in cared.withLock { $0.append(failure?.kind) } }, open: open)
      await withTaskGroup { group in
        group.addTask { try? await queue.write { _ in gate.wait() } }
        await gate.waitUntilReached()
        group.addTask {
          await #expect(throws: SQLError(.readOnly, "the file is read-only")) {
            try await queue.write { _ in throw SQLError(.readOnly, "the file is read-only") }
          }
        }
        while queue.pending < 1 { await Task.yield() }
        gate.open()
      }
      await queue.close()
      #expect(commits.all.map(\.jobs) == [1, 0])
      #expect(commits.all.map(\.error?.kind) == [nil, .readOnly])
      #expect(cared.withLock { $0 } == [.readOnly])
    }
  }
}
