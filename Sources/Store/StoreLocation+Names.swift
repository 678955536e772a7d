package import Domain
internal import Platform

extension StoreLocation {
  /// Looks up names in a store that no daemon has open, without changing it; `nil` if there is no store, or one with
  /// another schema version.
  package func names(_ asked: NamesAsked) throws(StoreError) -> NamesFound? {
    do {
      switch self {
      case .sqlite(let path):
        guard let size = (try? Files.status(path))?.size, size > 0 else { return nil }
        let connection = try SQLiteConnection(path: path, mode: .unchanged)
        defer { connection.close() }
        return try Self.names(asked, connection)
      case .postgresql(let url):
        let connection = try PostgresConnection(url: url, timeouts: .init(connect: .seconds(3)))
        defer { connection.close() }
        return try Self.names(asked, connection)
      }
    } catch {
      throw StoreError(error, location: self)
    }
  }

  private static func names(_ asked: NamesAsked, _ connection: any SQLConnection) throws -> NamesFound? {
    guard try Migrator.version(of: connection) == Schema.version else { return nil }
    return try Transaction(connection).names(asked)
  }
}
