internal import Platform

extension Transaction {
  /// The current stamp. For writing transactions: on a server it keeps others from changing the shop until the end.
  package func shopStamp() throws -> ShopStamp {
    let statement =
      switch connection.dialect {
      case .sqlite: Self.stampSQLite
      case .postgresql: Self.stampPostgreSQL
      }
    return ShopStamp(try connection.first(statement) { $0.string(0) } ?? "")
  }

  private static let stampName = "shop_stamp"
  private static let stampSQLite = stampStatement(for: .sqlite)
  private static let stampPostgreSQL = stampStatement(for: .postgresql)

  private static func stampStatement(for dialect: SQLDialect) -> SQLText {
    SQLText(
      constant: Dialect.text("SELECT value FROM meta WHERE name = '\(stampName)' {for_share}", for: dialect))
  }

  /// Call when a program is loaded.
  func renewProgramStamp() throws { try renewStamp(.program) }

  /// Call when a trigger is enabled, paused or removed.
  func renewTriggersStamp() throws { try renewStamp(.triggers) }

  /// Call when products or cycles change.
  func renewCatalogStamp() throws { try renewStamp(.catalog) }

  private func renewStamp(_ part: ShopStamp.Part) throws {
    var stamp = try shopStamp()
    stamp.renew(part)
    try setMeta(Self.stampName, stamp.stored)
  }
}
