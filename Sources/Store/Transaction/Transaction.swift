package import Platform

/// The statements of the store, inside one transaction of one connection.
///
/// Every method takes and gives whole arrays, so that a batch costs a batch; none leaves a cursor open. Confined to
/// the thread that runs the transaction; it must not be kept after it. All methods throw `SQLError`.
package struct Transaction {
  package let connection: any SQLConnection
  /// Collects what is said about consent, for the journal; `nil` in readers and in stores without one.
  let journal: ConsentJournal.Buffer?
  /// Collects the customers that are changed; `nil` in readers and where versions are rows.
  let changes: ChangeLog.Work?

  init(_ connection: any SQLConnection, journal: ConsentJournal.Buffer?, changes: ChangeLog.Work?) {
    self.connection = connection
    self.journal = journal
    self.changes = changes
  }

  package init(_ connection: any SQLConnection) { self.init(connection, journal: nil, changes: nil) }
}
