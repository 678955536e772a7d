internal import Platform

/// What is needed around a dump that is put in the place of what a server's database holds.
package enum PostgresReplacement {
  /// Runs before the dump and in one transaction with it. Tables of a newer version do not stand in the dump, and would
  /// be in the way of the migration that makes them.
  package static var beginning: String {
    """
    SET client_min_messages = warning;
    BEGIN;
    DROP TABLE IF EXISTS \(Schema.tables.joined(separator: ", "));
    """
  }

  /// Runs after the dump: undoes everything when that was no store this program can open, and commits.
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

  /// Whether these words of a program that ran the two are about the dump, not about the server.
  package static func blamesDump(_ words: String) -> Bool {
    ["it is a dump, but of no store of reprise", "it was written by a newer reprise", "pg_restore: error"]
      .contains { words.contains($0) }
  }

  /// Keeps every daemon out of the database, on whatever machine, while `body` runs.
  ///
  /// - Parameter body: told whether the database holds a store now.
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
      // The server ends a closed connection a moment later; who opens the store next must have the lock now. One that
      // was lost meanwhile has given it up.
      try? connection.query("SELECT pg_advisory_unlock(7310291440)") { _ in }
    } catch let error as SQLError {
      throw StoreError(error, location: location)
    }
  }

  /// Tables that would be dropped though no store of ours has made them.
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
