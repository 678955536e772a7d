import Glibc
import Platform
import Support
import Testing

struct SQLiteConnectionTests {
  private func withFile<R>(_ body: (_ path: String) throws -> R) throws -> R {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    return try body(directory.path + "/test.db")
  }

  private static let pragmas = ["journal_mode=WAL", "synchronous=FULL"]

  @Test
  func `a full database ends the transaction by itself and the connection goes on`() throws {
    try withFile { path in
      let connection = try SQLiteConnection(
        path: path, mode: .writer, pragmas: Self.pragmas + ["max_page_count=20"])
      try connection.execute("CREATE TABLE item(data BLOB)")
      let error = sqlError {
        try connection.transaction {
          try connection.run("INSERT INTO item VALUES(?1)", [.blob([1])])
          try connection.run("INSERT INTO item VALUES(?1)", [.blob([UInt8](repeating: 0, count: 200_000))])
        }
      }
      #expect(
        error.description == "full: database or disk is full (code 13) in: INSERT INTO item VALUES(?1)")
      #expect(connection.transactionState == .none)
      #expect(try connection.run("INSERT INTO item VALUES(?1)", [.blob([2])]) == 1)
      #expect(try connection.integer("SELECT count(*) FROM item") == 1)
    }
  }

  @Test
  func `a reader cannot write and is not left in a transaction`() throws {
    try withFile { path in
      let writer = try SQLiteConnection(path: path, mode: .writer, pragmas: Self.pragmas)
      try writer.execute("CREATE TABLE item(id INTEGER)")
      let reader = try SQLiteConnection(path: path, mode: .reader)
      let error = sqlError {
        _ = try reader.transaction(.snapshot) { try reader.run("INSERT INTO item VALUES(1)") }
      }
      #expect(
        error.description
          == "read only: attempt to write a readonly database (code 8) in: INSERT INTO item VALUES(1)")
      #expect(reader.transactionState == .none)
    }
  }

  @Test
  func `a second writer waits and then says busy`() throws {
    try withFile { path in
      let first = try SQLiteConnection(path: path, mode: .writer, pragmas: Self.pragmas)
      let second = try SQLiteConnection(
        path: path, mode: .writer, pragmas: Self.pragmas, busyTimeout: .milliseconds(1))
      try first.begin(.write)
      #expect(
        sqlError { try second.begin(.write) }.description
          == "busy: database is locked (code 5) in: BEGIN IMMEDIATE")
      first.rollback()
      try second.begin(.write)
    }
  }

  @Test
  func `a file that is no database and one that is missing are told apart`() throws {
    try withFile { path in
      #expect(
        sqlError { _ = try SQLiteConnection(path: path, mode: .reader) }.description
          == "cannot open: cannot open \(path): unable to open database file (code 14)")
      let file = open(path, O_CREAT | O_WRONLY, 0o600)
      let text = [UInt8]("this is a shopping list, long enough for a header of a hundred bytes. ".utf8)
      for _ in 0..<20 { _ = write(file, text, text.count) }
      close(file)
      #expect(
        sqlError { _ = try SQLiteConnection(path: path, mode: .writer, pragmas: Self.pragmas) }.description
          == "not a database: file is not a database (code 26) in: PRAGMA journal_mode=WAL")
    }
  }

  @Test
  func `a damaged page is found by the quick check`() throws {
    try withFile { path in
      let connection = try SQLiteConnection(path: path, mode: .writer)
      try connection.execute("CREATE TABLE item(id INTEGER PRIMARY KEY, data BLOB)")
      try connection.runBatch("INSERT INTO item(data) VALUES(?1)", count: 1000) { _, binder in
        try binder.bind([UInt8](repeating: 1, count: 100))
      }
      #expect(try connection.quickCheck() == [])
      connection.close()
      let file = open(path, O_WRONLY)
      let zeros = [UInt8](repeating: 0xff, count: 4096)
      _ = pwrite(file, zeros, zeros.count, 4096 * 4)
      close(file)
      let damaged = try SQLiteConnection(path: path, mode: .reader)
      #expect(try !damaged.quickCheck().isEmpty)
      #expect(sqlError { try damaged.query("SELECT * FROM item") { _ in } }.kind == .corrupt)
    }
  }

  @Test
  func `a backup is the database of one moment and never overwrites`() throws {
    try withFile { path in
      let connection = try SQLiteConnection(path: path, mode: .writer, pragmas: Self.pragmas)
      try connection.execute("CREATE TABLE item(id INTEGER)")
      try connection.execute("PRAGMA user_version=42")
      try connection.runBatch("INSERT INTO item VALUES(?1)", rows: (0..<100).map { [.integer($0)] })
      try connection.backup(to: path + ".copy")
      try connection.run("DELETE FROM item")
      let copy = try SQLiteConnection(path: path + ".copy", mode: .reader)
      #expect(try copy.integer("SELECT count(*) FROM item") == 100)
      #expect(try copy.pragma("user_version") == 42)
      #expect(try copy.quickCheck() == [])
      var status = stat()
      #expect(stat(path + ".copy", &status) == 0 && status.st_mode & 0o777 == 0o600)
      #expect(
        sqlError { try connection.backup(to: path + ".copy") }.description
          == "cannot open: cannot create the copy \(path).copy: File exists")
    }
  }

  @Test
  func `checkpoints and pragmas can be asked for`() throws {
    try withFile { path in
      let connection = try SQLiteConnection(path: path, mode: .writer, pragmas: Self.pragmas)
      #expect(try connection.pragma("journal_mode") == "wal")
      #expect(try connection.pragma("synchronous") == 2)
      #expect(try connection.pragma("foreign_keys") == 1)
      #expect(try connection.pragma("trusted_schema") == 0)
      #expect(try connection.pragma("user_version") == 0)
      try connection.execute("CREATE TABLE item(id INTEGER PRIMARY KEY)")
      let passive = try connection.checkpoint(.passive)
      #expect(passive.logPages > 0 && passive.movedPages == passive.logPages)
      try connection.checkpoint(.truncate)
      var status = stat()
      #expect(stat(path + "-wal", &status) == 0 && status.st_size == 0)
      #expect(sqlError { try connection.run("SELECT \"no such column\"") }.kind == .syntax)
    }
  }
}
