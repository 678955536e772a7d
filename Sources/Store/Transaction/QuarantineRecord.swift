package import Domain
package import Platform

/// Work that was in hand when the program ended by a trap, as the store remembers it.
package struct QuarantineRecord: Equatable, Sendable {
  /// What operators name it by.
  package var key: Int64
  package var item: WorkItem
  /// The shop's id; `nil` when nobody knows whose it is.
  package var customer: String?
  /// `welcome, order o-1`; empty when nothing is known of it.
  package var about: String
  /// Of the last trap.
  package var signal: String
  /// How often it alone was in hand; 0 when it was one of several.
  package var crashes: Int
  /// When the last trap became known, or an event was set aside.
  package var at: Instant
  /// Since when it is set aside; `nil` while it is only suspected.
  package var since: Instant?
  /// An event or request as it was sent.
  package var content: String?

  package var isSetAside: Bool { since != nil }
}

extension QuarantineRecord {
  private enum Column: Int, TableColumn {
    case key, kind, item, customer, about, signal, crashes, at, since, content
  }

  private static let select = "SELECT \(SQL.list(Column.allCases.names)) FROM quarantine"
  static let allStatement = SQLText(constant: select + " ORDER BY key")
  static let byKeyStatement = SQLText(constant: select + " WHERE key = ?1")
  static let byItemStatement = SQLText(constant: select + " WHERE kind = ?1 AND item = ?2")
  static let ofCustomerStatement = SQLText(
    constant: select + " WHERE customer = ?1 AND since IS NOT NULL ORDER BY key")

  init(_ row: borrowing Row) throws {
    self.init(
      key: row.int64(Column.key),
      item: WorkItem(try row.word(Column.kind, as: WorkKind.self), row.string(Column.item)),
      customer: row.optionalString(Column.customer), about: row.string(Column.about),
      signal: row.string(Column.signal), crashes: Int(row.int64(Column.crashes)),
      at: row.instant(Column.at), since: row.optionalInstant(Column.since),
      content: row.optionalString(Column.content))
  }

  /// So often it has to be in hand alone before it is set aside.
  package static let limit = 2
}
