package import Platform

/// The store's statements, inside one transaction of one connection.
///
/// Methods take and return whole arrays, so that a batch is processed as one; none leaves a cursor open.
/// Confined to the transaction's thread, and must not be kept after it. All methods throw `SQLError`.
package struct Transaction {
  package let connection: any SQLConnection
  /// Collects statements about consent for the journal; `nil` in readers and in stores without one.
  let journal: ConsentJournal.Buffer?
  /// Collects the changed customers; `nil` in readers and if versions are rows.
  let changes: ChangeLog.Work?

  init(_ connection: any SQLConnection, journal: ConsentJournal.Buffer?, changes: ChangeLog.Work?) {
    self.connection = connection
    self.journal = journal
    self.changes = changes
  }

  package init(_ connection: any SQLConnection) { self.init(connection, journal: nil, changes: nil) }
}
