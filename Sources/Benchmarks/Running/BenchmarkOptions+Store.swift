internal import Platform
internal import Store

extension BenchmarkOptions {
  /// Lends an empty store, which is removed afterwards: a file, or a database on the server.
  func withStore<T>(_ body: (StoreLocation) async throws -> T) async throws -> T {
    guard let server else {
      return try await withDirectory { try await body(.sqlite(path: FilePath.join($0, "benchmark.db"))) }
    }
    let name = "reprise_benchmark_\(UInt32.random(in: 0...(.max)))"
    let connection = try PostgresConnection(url: server)
    defer { connection.close() }
    try connection.execute(SQLText("CREATE DATABASE \(name)"))
    defer { try? connection.execute(SQLText("DROP DATABASE \(name) WITH (FORCE)")) }
    return try await body(.postgresql(url: Self.url(server, ofDatabase: name)))
  }

  /// `postgresql://user@host/other?parameters` with another database.
  private static func url(_ server: String, ofDatabase name: String) -> String {
    let scheme = "postgresql://"
    let rest = server.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    let parameters = rest.drop { $0 != "?" }
    return "\(scheme)\(host)/\(name)\(parameters)"
  }

  /// A note for readers of the figures.
  var storeNote: String? { server == nil ? nil : "the store is PostgreSQL, on the server that was given" }
}
