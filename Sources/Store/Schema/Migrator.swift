internal import Platform

/// Brings a database to this program's schema, one numbered step and one transaction at a time.
enum Migrator {
  /// - Returns: the version found before anything was done; 0 for an empty database.
  /// - Throws: `StoreError.newerSchema` when a newer program has written it; nothing is changed then.
  @discardableResult
  static func migrate(_ connection: any SQLConnection) throws -> Int {
    let found = try version(of: connection)
    guard found <= Schema.version else {
      throw StoreError.newerSchema(found: found, known: Schema.version)
    }
    for number in found..<Schema.version {
      try connection.transaction {
        try connection.execute(SQLText(Dialect.text(Schema.migrations[number], for: connection.dialect)))
        try connection.run(
          "INSERT INTO meta (name, value) VALUES ('schema_version', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          [.text(String(number + 1))])
      }
    }
    return found
  }

  static func version(of connection: any SQLConnection) throws -> Int {
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
