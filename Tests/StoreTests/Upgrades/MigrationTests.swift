import Domain
import Platform
import Store
import Testing

struct MigrationTests {
  @Test(arguments: StoreKind.allCases)
  func `a migration that fails in the middle leaves the old version`(kind: StoreKind) async throws {
    try await kind.use { store in
      try await store.write { tx in
        let connection = tx.connection
        // The migrator opens its own transactions; the store's is ended for it.
        connection.rollback()
        let broken =
          Schema.migrations + [
            "CREATE TABLE second (a {int}) {strict};", "CREATE TABLE third (a {int}); oops;",
          ]
        #expect(throws: SQLError.self) { try Migrator.migrate(connection, to: broken) }
        #expect(try Migrator.version(of: connection) == Schema.version + 1)
        #expect(throws: SQLError.self) { try connection.integer("SELECT count(*) FROM third") }
        #expect(try connection.integer("SELECT count(*) FROM second") == 0)
        #expect(try Migrator.migrate(connection, to: broken.dropLast()) == Schema.version + 1)
        try connection.begin(.write)
      }
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `a store of the first version is upgraded with its content`(kind: StoreKind) async throws {
    try await kind.use { store in
      try await store.write { tx in
        let connection = tx.connection
        connection.rollback()
        try Self.removeTables(connection)
        try Migrator.migrate(connection, to: [Schema.migrations[0]])
        try connection.execute(
          "INSERT INTO suppressions VALUES ('email', 'ann@example.com', 'unsubscribed', 7), ('', 'digest', 'forgotten', 8), ('email', 'bob@mu\u{308}nchen.example', 'complaint', 9)"
        )
        let changes = (0..<100).map { #"["m\#($0)",\#($0),"add",["T-1",1,500]]"# }.joined(separator: ",")
        try connection.execute(
          SQLText(
            """
            INSERT INTO customers (key, id, phone, consent, tags, attributes, field_times)
              VALUES (1, 'ann', '+86013911112222', '{}', '[]', '{}', '{}');
            INSERT INTO events (message_id, customer, name, at, received_at, properties) VALUES ('e', 1, 'quiz', 5, 5, '{}');
            INSERT INTO orders (customer, id, placed_at, total, refunded, currency, received_at, lines)
              VALUES (1, 'o', 5, 700, 0, 'RMB', 5, '[["T-1",1,700]]');
            INSERT INTO carts (customer, id, changes) VALUES (1, 'c', '[\(changes)]')
            """))
        #expect(try Migrator.migrate(connection) == 1)
        #expect(try connection.first("SELECT phone FROM customers") { $0.string(0) } == "+8613911112222")
        #expect(try Migrator.version(of: connection) == Schema.version)
        let rows = try connection.all(
          "SELECT channel, address, reason, at FROM suppressions ORDER BY at"
        ) { "\($0.string(0))|\($0.string(1))|\($0.string(2))|\($0.int64(3))" }
        #expect(
          rows == [
            "email|ann@example.com|unsubscribed|7", "|digest|forgotten|8",
            "email|bob@xn--mnchen-3ya.example|complaint|9",
          ])
        try tx.suppress([("email", "ann@example.com", .badAddress)], at: at(1))
        #expect(try connection.integer("SELECT count(*) FROM suppressions") == 4)
        let parts = StateParts(.orders, .carts, eventNames: ["quiz"])
        let states = try tx.states(of: [CustomerKey(1)], parts: parts)
        let ann = try #require(states[CustomerKey(1)])
        #expect(ann.events.map(\.messageID) == ["e"])
        #expect(ann.orders.map(\.total.currency.code) == ["CNY"] && ann.orders[0].returned == [])
        #expect(ann.carts[0].contents.items.map(\.line.quantity) == [100])
        #expect(ann.carts[0].changes.count == Cart.maximumChanges)
        try connection.begin(.write)
      }
    }
  }

  private static func removeTables(_ connection: any SQLConnection) throws {
    let names =
      switch connection.dialect {
      case .sqlite:
        try connection.all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        { $0.string(0) }
      case .postgresql:
        try connection.all("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") {
          $0.string(0)
        }
      }
    for name in names { try connection.execute(SQLText("DROP TABLE \(name)")) }
  }
}
