internal import Platform

extension Transaction {
  /// The current stamp. For writing transactions: on a server it prevents others from changing the shop until
  /// the end.
  package func shopStamp() throws -> ShopStamp {
    try shopStamp(
      connection.dialect == .sqlite ? Self.stampSQLite : Self.stampPostgreSQL)
  }

  /// The current stamp for a transaction that will change the shop: takes an exclusive lock, since two
  /// transactions sharing the row would deadlock when writing it.
  package func shopStampForChange() throws -> ShopStamp {
    try shopStamp(connection.dialect == .sqlite ? Self.stampSQLite : Self.lockedStampPostgreSQL)
  }

  private func shopStamp(_ statement: SQLText) throws -> ShopStamp {
    ShopStamp(try connection.first(statement) { $0.string(0) } ?? "")
  }

  private static let stampName = "shop_stamp"
  private static let stampSQLite = stampStatement(for: .sqlite)
  private static let stampPostgreSQL = stampStatement(for: .postgresql)
  private static let lockedStampPostgreSQL = stampStatement(for: .postgresql, "{for_update}")

  private static func stampStatement(for dialect: SQLDialect, _ lock: String = "{for_share}") -> SQLText {
    SQLText(
      constant: Dialect.text("SELECT value FROM meta WHERE name = '\(stampName)' \(lock)", for: dialect))
  }

  /// Call when a program is loaded.
  func renewProgramStamp() throws { try renewStamp(.program) }

  /// Call when a trigger is enabled, paused or removed.
  func renewTriggersStamp() throws { try renewStamp(.triggers) }

  /// Call when products or cycles change.
  func renewCatalogStamp() throws { try renewStamp(.catalog) }

  private func renewStamp(_ part: ShopStamp.Part) throws {
    var stamp = try shopStampForChange()
    stamp.renew(part)
    try setMeta(Self.stampName, stamp.stored)
  }
}
