import Platform
import Support
import Testing

/// What both databases promise through `SQLConnection`.
struct SQLConnectionTests {
  private func withItems<R>(_ database: Database, _ body: (any SQLConnection) throws -> R) throws -> R {
    try database.connect { connection in
      let bytes = database == .sqlite ? "BLOB" : "BYTEA"
      try connection.execute(
        SQLText(
          "CREATE TABLE item(id BIGINT PRIMARY KEY, name TEXT UNIQUE, price DOUBLE PRECISION, data \(bytes))")
      )
      return try body(connection)
    }
  }

  @Test(arguments: Database.allCases)
  func `values of every type come back as they went in`(database: Database) throws {
    let rows: [[SQLValue]] = [
      [1, "tea", 1.5, .blob([0, 1, 0xff, 0x5c])], [2, nil, nil, nil],
      [.integer(.min), "", -0.001, .blob([])],
      [.integer(.max), "龙井 'quoted' \\x41 🍵", 1e300, .blob(Array(0...255))],
      [
        3, .text(String(repeating: "long ", count: 20_000)), 0.1,
        .blob([UInt8](repeating: 7, count: 3_000_000)),
      ],
    ]
    try withItems(database) { connection in
      for row in rows { #expect(try connection.run("INSERT INTO item VALUES(?1, ?2, ?3, ?4)", row) == 1) }
      for row in rows {
        let found = try connection.first("SELECT id, name, price, data FROM item WHERE id = ?1", [row[0]]) {
          found in
          (0..<found.columnCount).map { found.value($0) }
        }
        #expect(found == row)
      }
    }
  }

  @Test(arguments: Database.allCases)
  func `the getters read NULL as nothing and numbers from texts`(database: Database) throws {
    try database.connect { connection in
      let sql: SQLText = "SELECT CAST(NULL AS TEXT), '42 cups', 1 = 1, 1 = 0, 2.5, 'x' AS last"
      try connection.query(sql) { row in
        #expect(row.isNull(0) && !row.isNull(1) && row.isNull(9))
        #expect(row.string(0) == "" && row.bytes(0) == [] && row.int64(0) == 0 && row.double(0) == 0)
        #expect(row.optionalString(0) == nil && row.optionalInt64(0) == nil)
        #expect(row.int64(1) == 42 && row.double(1) == 42 && row.bytes(1) == Array("42 cups".utf8))
        #expect(row.bool(2) && !row.bool(3) && row.int64(2) == 1)
        #expect(row.double(4) == 2.5 && row.int64(4) == 2)
        #expect(row.columnName(5) == "last" && row.columnCount == 6)
      }
    }
  }

  @Test(arguments: Database.allCases)
  func `run counts what it changed and nothing else`(database: Database) throws {
    try withItems(database) { connection throws in
      #expect(try connection.run("INSERT INTO item(id) VALUES(1), (2), (3)") == 3)
      #expect(try connection.run("SELECT id FROM item") == 0)
      #expect(try connection.run("CREATE TABLE other(id BIGINT)") == 0)
      #expect(try connection.run("UPDATE item SET name = 'x' WHERE id > ?1", [100]) == 0)
      #expect(try connection.run("INSERT INTO item(id) VALUES(1) ON CONFLICT DO NOTHING") == 0)
      #expect(try connection.run("DELETE FROM item WHERE id >= ?1 AND id <> ?2 AND ?1 > 0", [1, 2]) == 2)
      #expect(try connection.integer("SELECT count(*) FROM item") == 1)
    }
  }

  @Test(arguments: Database.allCases)
  func `a statement may run inside its own rows`(database: Database) throws {
    try withItems(database) { connection in
      try connection.run("INSERT INTO item(id, name) VALUES(1, 'a'), (2, 'b'), (3, 'c')")
      let sql: SQLText = "SELECT id, name FROM item WHERE id >= ?1 AND name <> ?2 ORDER BY id"
      let other = SQLValue.text("not a name, and too long for a small string")
      var names: [String] = []
      try connection.query(sql, [2, other]) { row in
        names.append(row.string(1) + ":")
        try connection.query(sql, [.integer(row.int64(0)), other]) { names.append($0.string(1)) }
        names.append(row.string(1) + ";")
      }
      #expect(names == ["b:", "b", "c", "b;", "c:", "c", "c;"])
    }
  }

  @Test(arguments: Database.allCases)
  func `errors have a kind, the statement and no value`(database: Database) throws {
    try withItems(database) { connection in
      try connection.execute("CREATE TABLE strict_item(id BIGINT NOT NULL CHECK(id > 0))")
      try connection.run("INSERT INTO item(id, name) VALUES(1, 'ann@tea.example')")
      let unique = sqlError {
        try connection.run("INSERT INTO item(id, name) VALUES(?1, ?2)", [2, "ann@tea.example"])
      }
      #expect(unique.kind == .uniqueViolation)
      #expect(
        unique.description
          == [
            .sqlite: "unique violation: UNIQUE constraint failed: item.name (code 2067) in: "
              + "INSERT INTO item(id, name) VALUES(?1, ?2)",
            .postgresql:
              "unique violation: duplicate key value violates unique constraint \"item_name_key\" (code 23505) in: "
              + "INSERT INTO item(id, name) VALUES(?1, ?2)",
          ][database])
      #expect(sqlError { try connection.run("INSERT INTO item(id) VALUES(1)") }.kind == .uniqueViolation)
      #expect(sqlError { try connection.run("INSERT INTO strict_item VALUES(NULL)") }.kind == .constraint)
      #expect(sqlError { try connection.run("INSERT INTO strict_item VALUES(-1)") }.kind == .constraint)
      #expect(sqlError { try connection.run("SELEC 1") }.kind == .syntax)
      #expect(sqlError { try connection.run("SELECT * FROM nowhere") }.kind == .syntax)
      #expect(sqlError { try connection.execute("CREATE TABLE fine(id BIGINT); SELEC 1") }.kind == .syntax)
      #expect(
        sqlError { try connection.run("INSERT INTO item(id) VALUES(?1)", []) }.description
          == "misuse: the statement takes 1 values, 0 were bound in: INSERT INTO item(id) VALUES(?1)")
      #expect(sqlError { try connection.run("INSERT INTO item(id) VALUES(?1)", [1, 2]) }.kind == .misuse)
      #expect(
        sqlError { try connection.run("INSERT INTO item(id, name) VALUES(9, ?1)", ["a\0b"]) }.description
          == "invalid value: a text holds a NUL byte, which cannot be stored in: "
          + "INSERT INTO item(id, name) VALUES(9, ?1)")
      #expect(try connection.integer("SELECT count(*) FROM item") == 1)
    }
  }

  @Test
  func `data quoted by the server is not in the error`() throws {
    try Database.postgresql.connect { connection in
      let error = sqlError { try connection.run("SELECT CAST(?1 AS BIGINT)", ["Ann \"the\" Tea"]) }
      #expect(
        error.description
          == "constraint: invalid input syntax for type bigint: (value not shown) (code 22P02) in: "
          + "SELECT CAST(?1 AS BIGINT)")
    }
  }

  private struct Stop: Error {}

  @Test(arguments: Database.allCases)
  func `a transaction is all or nothing and always over`(database: Database) throws {
    try withItems(database) { connection in
      let value = try connection.transaction {
        try connection.run("INSERT INTO item(id) VALUES(1)")
        #expect(connection.transactionState == .open)
        return 7
      }
      #expect(value == 7)
      #expect(throws: Stop.self) {
        try connection.transaction {
          try connection.run("INSERT INTO item(id) VALUES(2)")
          throw Stop()
        }
      }
      #expect(connection.transactionState == .none)
      let broken = sqlError {
        try connection.transaction {
          try connection.run("INSERT INTO item(id) VALUES(3)")
          try connection.run("INSERT INTO item(id) VALUES(1)")
        }
      }
      #expect(broken.kind == .uniqueViolation)
      #expect(connection.transactionState == .none)
      let nested = sqlError { try connection.transaction { try connection.transaction {} } }
      #expect(nested == SQLError(.misuse, "a transaction is already open"))
      connection.rollback()
      #expect(try connection.all("SELECT id FROM item") { $0.int64(0) } == [1])
    }
  }

  @Test(arguments: Database.allCases)
  func `a savepoint undoes its own part only`(database: Database) throws {
    try withItems(database) { connection in
      try connection.transaction {
        try connection.run("INSERT INTO item(id) VALUES(1)")
        try connection.savepoint { try connection.run("INSERT INTO item(id) VALUES(2)") }
        let broken = sqlError {
          try connection.savepoint {
            try connection.run("INSERT INTO item(id) VALUES(3)")
            try connection.savepoint { try connection.run("INSERT INTO item(id) VALUES(4)") }
            try connection.run("INSERT INTO item(id) VALUES(1)")
          }
        }
        #expect(broken.kind == .uniqueViolation)
        #expect(connection.transactionState == .open)
        try connection.run("INSERT INTO item(id) VALUES(5)")
      }
      #expect(try connection.all("SELECT id FROM item ORDER BY id") { $0.int64(0) } == [1, 2, 5])
      #expect(
        sqlError { try connection.savepoint {} } == SQLError(.misuse, "a savepoint needs an open transaction")
      )
    }
  }

  @Test(arguments: Database.allCases)
  func `a batch binds, counts and reports each execution`(database: Database) throws {
    try withItems(database) { connection in
      let sql: SQLText = "INSERT INTO item(id, name) VALUES(?1, ?2) ON CONFLICT DO NOTHING RETURNING id"
      var returned: [Int64] = []
      try connection.queryBatch(sql, count: 2500) { index, binder in
        try binder.bind(Int64(index / 2))
        try binder.bind("name \(index / 2)")
      } row: { index, row in
        #expect(Int64(index / 2) == row.int64(0))
        returned.append(row.int64(0))
      }
      #expect(returned == (0..<1250).map { Int64($0) })
      #expect(connection.transactionState == .none)
      #expect(try connection.runBatch("DELETE FROM item WHERE id < ?1", rows: [[10], [5], [20]]) == 20)
      #expect(try connection.runBatch("DELETE FROM item WHERE id < ?1", rows: []) == 0)
      #expect(try connection.integer("SELECT count(*) FROM item") == 1230)
    }
  }

  @Test(arguments: Database.allCases)
  func `a batch that fails outside a transaction leaves nothing`(database: Database) throws {
    try withItems(database) { connection throws in
      let sql: SQLText = "INSERT INTO item(id, name) VALUES(?1, ?2)"
      let ids: [SQLValue] = [1, 2, 1, 3]
      #expect(
        sqlError { try connection.runBatch(sql, rows: ids.map { [$0, nil] }) }.kind == .uniqueViolation)
      #expect(sqlError { try connection.runBatch(sql, rows: [[1, nil], [2]]) }.kind == .misuse)
      #expect(throws: Stop.self) {
        try connection.runBatch(sql, count: 3) { index, binder in
          if index == 2 { throw Stop() }
          try binder.bind(Int64(index))
          try binder.bindNull()
        }
      }
      #expect(connection.transactionState == .none)
      #expect(try connection.integer("SELECT count(*) FROM item") == 0)
    }
  }

  @Test(arguments: Database.allCases)
  func `a snapshot does not see what others commit meanwhile`(database: Database) throws {
    try database.use { open in
      let writer = try open()
      let reader = try open()
      try writer.execute("CREATE TABLE item(id BIGINT)")
      let count: SQLText = "SELECT count(*) FROM item"
      let seen = try reader.transaction(.snapshot) {
        let before = try reader.integer(count)
        try writer.run("INSERT INTO item VALUES(1)")
        return [before, try reader.integer(count)]
      }
      #expect(seen == [0, 0])
      #expect(try reader.integer(count) == 1)
      writer.close()
      reader.close()
      reader.close()
      #expect(
        sqlError { try reader.run("SELECT 1") } == SQLError(.connectionLost, "the connection is closed"))
    }
  }

  @Test
  func `placeholders are numbered for PostgreSQL outside quotes and comments only`() throws {
    try Database.postgresql.connect { connection in
      let text = try connection.first(
        """
        -- ?1 in a comment
        SELECT '?1 ''?2''' || CAST(?2 AS TEXT) || CAST(?1 AS TEXT) AS "?1"
        """, ["a", "b"]
      ) { $0.columnName(0) + ": " + $0.string(0) }
      #expect(text == "?1: ?1 '?2'ba")
    }
  }
}
