package import Domain
package import Platform

/// Work that was in progress when the program trapped.
package struct QuarantineRecord: Equatable, Sendable {
  /// The number operators use.
  package var key: Int64
  package var item: WorkItem
  /// The shop's id; `nil` if the customer is unknown.
  package var customer: String?
  /// `welcome, order o-1`; empty if unknown.
  package var about: String
  /// The signal of the last trap.
  package var signal: String
  /// How many times the program trapped while this was its only work; 0 if it was always one of several.
  package var crashes: Int
  /// When the last trap was discovered, or an event was quarantined.
  package var at: Instant
  /// When it was quarantined; `nil` while it is only suspected.
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

  /// How many traps with nothing else in progress it takes until the work is quarantined.
  package static let limit = 2
}
