import Platform
import Store
import Testing

@testable import benchmarks

struct BareRowLoopTests {
  @Test func `the loop leaves the very rows that the run has written`() async throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let (before, after) = (directory + "/before.db", directory + "/after.db")
    let store = try Store(.sqlite(path: after))
    try await store.write {
      try $0.connection.execute(
        """
        WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < 7)
        INSERT INTO enrollments (trigger, customer, occurrence, fires_at, subject, done_steps, next_due_at, state, planned_at)
          SELECT 1, value, 'o', 5, '{}', '', value, 'active', 1 FROM numbers;
        """)
    }
    try await store.backup(to: before)
    try await store.write {
      try $0.connection.execute(
        """
        UPDATE enrollments SET done_steps = '1', state = 'completed', next_due_at = NULL WHERE key <> 4;
        INSERT INTO decisions (enrollment, step, at, verdict, trace)
          SELECT key, '1', 9, 'send', '' FROM enrollments WHERE key <> 4;
        INSERT INTO ledger (key, first_at) SELECT CAST('k' || key AS BLOB), 9 FROM enrollments;
        """)
    }
    await store.close()
    let loop = try BareRowLoop(before: before, after: after)
    #expect(try Set(texts: loop.filledTables()) == ["decisions", "ledger"])
    for table in ["decisions", "ledger"] { try loop.insert(table) }
    try loop.update("enrollments", from: "main.decisions d JOIN main.enrollments r ON r.key = d.enrollment")
    #expect(try loop.run(commits: 3) > 0)
    let connection = try SQLiteConnection(path: before, mode: .writer)
    defer { connection.close() }
    try connection.execute(SQLText("ATTACH '\(after)' AS written"))
    for table in ["enrollments", "decisions", "ledger"] {
      let rows = try connection.integer(SQLText("SELECT count(*) FROM main.\(table)"))
      #expect(rows == (table == "decisions" ? 6 : 7))
      let other = SQLText(
        "SELECT count(*) FROM (SELECT * FROM main.\(table) EXCEPT SELECT * FROM written.\(table))")
      #expect(try connection.integer(other) == 0, "\(table)")
    }
  }

  @Test func `the imported table has the key and the indexes of our orders`() throws {
    let directory = try Files.makeTemporaryDirectory()
    defer { try? Files.removeTree(directory) }
    let path = directory + "/ours.db"
    let connection = try SQLiteConnection(path: path, mode: .writer)
    defer { connection.close() }
    try Migrator.migrate(connection)
    #expect(
      try ImportedTable.script(importing: "/tmp/orders.csv", like: path) == """
        CREATE TABLE orders (order_id TEXT NOT NULL, customer_id TEXT NOT NULL, placed_at TEXT NOT NULL, \
        sku TEXT NOT NULL, name TEXT NOT NULL, quantity INTEGER NOT NULL, price INTEGER NOT NULL, \
        total INTEGER NOT NULL, currency TEXT NOT NULL, PRIMARY KEY (customer_id, order_id)) WITHOUT ROWID;
        CREATE UNIQUE INDEX orders_0 ON orders (order_id);
        .mode csv
        .import --skip 1 '/tmp/orders.csv' orders

        """)
  }
}
