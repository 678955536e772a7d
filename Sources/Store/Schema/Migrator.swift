package import Platform

/// Migrates a database to this program's schema, one numbered step per transaction.
package enum Migrator {
  /// - Parameter migrations: the steps from an empty database; tests pass their own.
  /// - Returns: the version found at the start; 0 for an empty database.
  /// - Throws: `StoreError.newerSchema` if a newer program has written it, without changing anything. If a
  ///   step fails, the database stays at the version before it.
  @discardableResult
  package static func migrate(
    _ connection: any SQLConnection, to migrations: [String] = Schema.migrations
  ) throws -> Int {
    let found = try version(of: connection)
    guard found <= migrations.count else {
      throw StoreError.newerSchema(found: found, known: migrations.count)
    }
    for number in found..<migrations.count {
      try connection.transaction {
        try connection.execute(SQLText(Dialect.text(migrations[number], for: connection.dialect)))
        let tx = Transaction(connection)
        try Schema.completions[number + 1]?(tx)
        try tx.setMeta("schema_version", String(number + 1))
      }
    }
    return found
  }

  package static func version(of connection: any SQLConnection) throws -> Int {
    let exists =
      switch connection.dialect {
      case .sqlite: try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'")
      case .postgresql:
        try connection.integer(
          "SELECT count(*) FROM pg_tables WHERE tablename = 'meta' AND schemaname = current_schema()")
      }
    guard exists == 1 else { return 0 }
    let text = try connection.first("SELECT value FROM meta WHERE name = 'schema_version'") { $0.string(0) }
    return text.flatMap { Int($0) } ?? 0
  }
}
