internal import Domain
internal import Platform

/// Identifies the state of the shop's rules in the database. Equal stamps mean that nothing has changed; the parts tell
/// what has.
package struct ShopStamp: Equatable, Sendable {
  /// The program that was loaded last.
  package private(set) var program: String
  /// Which triggers are enabled, paused and removed.
  package private(set) var triggers: String
  /// Products and learned cycles.
  package private(set) var catalog: String

  fileprivate enum Part {
    case program, triggers, catalog
  }

  fileprivate init(_ stored: String) {
    let parts =
      stored.split(separator: " ", omittingEmptySubsequences: false).map { String($0) } + ["", "", ""]
    (program, triggers, catalog) = (parts[0], parts[1], parts[2])
  }

  fileprivate var stored: String { "\(program) \(triggers) \(catalog)" }

  /// Random, so that a stamp that was rolled back can never be mistaken for a later one.
  fileprivate mutating func renew(_ part: Part) {
    let value = Hex.text(RandomBytes.make(8))
    switch part {
    case .program: program = value
    case .triggers: triggers = value
    case .catalog: catalog = value
    }
  }
}

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
