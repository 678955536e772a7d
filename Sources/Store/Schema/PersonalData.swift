internal import Platform

/// How the rows of one table belong to a customer, and which parts are exported. These declarations are the
/// only list of tables that `export`, `forget` and the joining of customers know.
package struct PersonalData: Sendable {
  package var table: String
  package var belonging: Belonging
  package var export: Export
  package var joining: Joining

  /// What happens to rows that belong by number when their customer turns out to be the same person as another
  /// customer.
  package enum Joining: Sendable {
    /// They are moved to the other customer.
    case moves
    /// The caller rewrites the rows of both for the other customer.
    case isWrittenAnew
    /// The rows of both are deleted, and created again when needed.
    case isMadeAnew
  }

  package enum Belonging: Sendable {
    /// The row is the customer, by its `key`.
    case customer
    /// The column `customer` holds the customer's number.
    case number
    /// Likewise, but the row says nothing about the person and outlives a forgotten customer.
    case keptNumber
    /// The column `customer` holds a person's shop id; the person need not be stored.
    case shopID
    /// `column` holds the key of a row of `table`, which belongs by its number.
    case row(of: String, column: String)
    /// Rows hold addresses, possibly of several customers; see `suppressForgotten`.
    case address
    /// The rows are not about customers, or do not say about whom.
    case nobody
  }

  package enum Export: Sendable {
    /// The list's name, the statement that reads its rows, and their order; `?1` is the customer as in
    /// `belonging`.
    case section(String, String, order: String = "")
    /// Exported as part of another section.
    case within(String)
    case nothing
  }

  init(_ table: String, _ belonging: Belonging, _ export: Export = .nothing, joining: Joining = .moves) {
    self.joining = joining
    self.table = table
    self.belonging = belonging
    self.export = export
  }

  /// Deletes the rows of `?1`, a customer as in `belonging`; `nil` if a row alone does not say whose it is.
  var removal: SQLText? {
    switch belonging {
    case .customer: SQLText("DELETE FROM \(table) WHERE key = ?1")
    case .number, .shopID: SQLText("DELETE FROM \(table) WHERE customer = ?1")
    case .row(let parent, let column):
      SQLText("DELETE FROM \(table) WHERE \(column) IN (SELECT key FROM \(parent) WHERE customer = ?1)")
    case .keptNumber, .address, .nobody: nil
    }
  }

  /// Whether rows are found by a person's shop id instead of a customer's number.
  var isByShopID: Bool { if case .shopID = belonging { true } else { false } }
}
