internal import Platform

/// What must surround a dump that replaces the contents of a server's database.
package enum PostgresReplacement {
  /// Runs before the dump, in one transaction with it. Drops tables of newer versions, which are not in the
  /// dump and would block the migration that creates them.
  package static var beginning: String {
    """
    SET client_min_messages = warning;
    BEGIN;
    DROP TABLE IF EXISTS \(Schema.tables.joined(separator: ", "));
    """
  }

  /// Runs after the dump: rolls everything back if it was not a store this program can open, else commits.
  package static var end: String {
    """
    RESET search_path;
    DO $$ DECLARE found integer; BEGIN
      IF to_regclass('meta') IS NULL THEN RAISE EXCEPTION 'it is a dump, but of no store of reprise'; END IF;
      EXECUTE $q$SELECT CAST(value AS integer) FROM meta WHERE name = 'schema_version'$q$ INTO found;
      IF found IS NULL THEN RAISE EXCEPTION 'it is a dump, but of no store of reprise'; END IF;
      IF found > \(Schema.version) THEN
        RAISE EXCEPTION 'it was written by a newer reprise (schema %, this program knows \(Schema.version))', found;
      END IF;
    END $$;
    COMMIT;
    """
  }

  /// Whether an error message of the program that ran both blames the dump rather than the server.
  package static func blamesDump(_ words: String) -> Bool {
    ["it is a dump, but of no store of reprise", "it was written by a newer reprise", "pg_restore: error"]
      .contains { words.contains($0) }
  }

  /// Excludes every daemon, on any machine, from the database while `body` runs.
  ///
  /// - Parameter body: called with whether the database currently holds a store.
  package static func hold(
    _ location: StoreLocation, wait: Duration = .seconds(10), _ body: (Bool) async throws -> Void
  ) async throws {
    guard case .postgresql(let url) = location else { return try await body(false) }
    do {
      let connection = try PostgresConnection(url: url)
      defer { connection.close() }
      try PostgresClaim(location, wait: wait).take(connection)
      let holdsStore = try Migrator.version(of: connection) > 0
      if !holdsStore { try requireNoTables(connection, location) }
      try await body(holdsStore)
      // Unlock explicitly: the server ends a closed session a moment later, but the next session needs the lock now. A
      // lost connection has already released it.
      try? connection.query("SELECT pg_advisory_unlock(7310291440)") { _ in }
    } catch let error as SQLError {
      throw StoreError(error, location: location)
    }
  }

  /// Throws if tables that no store of ours created would be dropped.
  private static func requireNoTables(_ connection: PostgresConnection, _ location: StoreLocation) throws {
    let names = Schema.tables.map { "'\($0)'" }.joined(separator: ", ")
    let found = try connection.all(
      SQLText(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename IN (\(names)) ORDER BY 1"
      )
    ) { $0.string(0) }
    guard found.isEmpty else {
      throw StoreError.foreignTables(location: location.description, tables: found)
    }
  }
}
